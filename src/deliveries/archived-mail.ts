import { type Brand, brandIn } from '../platform/view/brand.ts';
import { dateOf } from '../platform/view/filters.ts';
import type { Messages } from '../platform/view/messages.ts';
import type { Pages } from '../platform/view/pages.ts';
import { archiveUrl, editionCard, listUrl } from './archive-view.ts';
import type { ArchivedEditionStore, ArchivedVariant, Change } from './archived-edition-store.ts';
import { putRight, titleNow } from './put-right.ts';

interface Needs {
  archivedEditions: Pick<ArchivedEditionStore, 'changes' | 'correctionOf'>;
  newsletters: { brand(): Promise<Brand> };
  pages: Pages;
  messages: Pick<Messages, 'say'>;
  baseUrl: string;
}

/**
 * A mail as a page: what was sent, put right where articles were since, with a way to the other editions.
 * @param own it is one group of readers' content, which search engines have no business with
 */
export async function archivedMail(
  found: ArchivedVariant,
  { own }: { own: boolean },
  { archivedEditions, newsletters, pages, messages, baseUrl }: Needs,
): Promise<string> {
  const [newsrooms, changes, correction] = await Promise.all([
    newsletters.brand(),
    archivedEditions.changes(found),
    archivedEditions.correctionOf(found.id),
  ]);
  const brand = brandIn(newsrooms, found.language);
  const title = found.title && titleNow(found.title, changes, { alert: found.aboutArticle });
  const [head, bar] = await Promise.all([
    pages.render('archive-head', { brand, card: editionCard({ ...found, title }, baseUrl, { own }) }),
    pages.render('archive-bar', {
      ...{ brand, newsletter: found.newsletterName, list: listUrl(found.newsletter, baseUrl) },
      corrected: correction && archiveUrl(correction, baseUrl),
    }),
  ]);
  const when = ({ at }: Change) => dateOf(at, brand.timeZone, brand.locale);
  const say = (key: string, values = {}) => messages.say(brand.locale, key, values);
  const html = putRight(found.html, changes, {
    alert: found.aboutArticle,
    withdrawn: (change) => say('archive.withdrawn', { day: when(change) }),
    corrected: (change) =>
      change.note
        ? say('archive.corrected-note', { day: when(change), note: change.note })
        : say('archive.updated', { day: when(change) }),
    untitled: found.newsletterName,
  });
  return (
    html
      .replace('</head>', () => `${head}</head>`)
      .replace(/<body[^>]*>/, (body) => `${body}${bar}`)
      // It leads here.
      .replaceAll(/<a [^>]*%%archive_url%%[^>]*>[^<]*<\/a>/g, '')
      .replaceAll('%%archive_url%%', archiveUrl(found, baseUrl))
      // A reader's own links are in the reader's own mail.
      .replaceAll(/%%(unsubscribe|preferences)_url%%/g, `${baseUrl}/my-link`)
  );
}

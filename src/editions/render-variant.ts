import type { Newsletter } from '../newsletters/newsletter.ts';
import { type Brand, brandIn } from '../platform/view/brand.ts';
import type { Emails } from '../platform/view/emails.ts';
import type { Messages } from '../platform/view/messages.ts';
import { type Chosen, contentsOf, type Edition, type Variant } from './edition.ts';
import { alertView, digestView, type Setting } from './view.ts';

interface Needs {
  emails: Emails;
  messages: Pick<Messages, 'say'>;
  newsletters: { byId(id: number): Promise<Newsletter | undefined>; brand(): Promise<Brand> };
  baseUrl: string;
}

/**
 * The content shared by every reader with these articles; personal values stay as slots until the send.
 * @param zone the readers' own, or null for the newsroom's
 */
export async function renderDigest(
  edition: Edition,
  articles: Chosen[],
  zone: string | null,
  needs: Needs,
): Promise<Variant> {
  const itsSetting = await setting(edition, needs);
  const view = digestView(edition, articles, zone ?? itsSetting.brand.timeZone, itsSetting);
  const { html, text } = await needs.emails.render('digest', view);
  return { ...contentsOf(articles), subject: view.subject, html, text };
}

export async function renderAlert(edition: Edition, needs: Needs): Promise<Variant> {
  const view = alertView(edition, await setting(edition, needs));
  const { html, text } = await needs.emails.render('breaking', view);
  const articleIds = edition.articleId ? [edition.articleId] : [];
  const revisions = edition.articleId ? [edition.articleRevision ?? 1] : [];
  return { articleIds, revisions, updatedIds: [], sinceAlerts: [], subject: view.subject, html, text };
}

/** Every mail of a newsletter speaks its language: the readers who share a variant share that too. */
async function setting(edition: Edition, { newsletters, messages, baseUrl }: Needs): Promise<Setting> {
  const [newsletter, newsrooms] = await Promise.all([newsletters.byId(edition.newsletterId), newsletters.brand()]);
  if (!newsletter) throw new Error(`edition ${edition.id} belongs to no newsletter`);
  const brand = brandIn(newsrooms, newsletter.language);
  return { newsletter, brand, baseUrl, say: (key, values) => messages.say(brand.locale, key, values) };
}

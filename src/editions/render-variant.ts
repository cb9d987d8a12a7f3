import type { Newsletter } from '../newsletters/newsletter.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Emails } from '../platform/view/emails.ts';
import type { Candidate, Edition, Variant } from './edition.ts';
import { alertView, digestSubject, digestView, subjectOf } from './view.ts';

interface Needs {
  emails: Emails;
  newsletters: { byId(id: number): Promise<Newsletter | undefined>; brand(): Promise<Brand> };
  baseUrl: string;
}

/**
 * The content shared by every reader with these articles; personal values stay as slots until the send.
 * @param zone the readers' own, or null for the newsroom's
 */
export async function renderDigest(
  edition: Edition,
  articles: Candidate[],
  zone: string | null,
  needs: Needs,
): Promise<Variant> {
  const itsSetting = await setting(edition, needs);
  const view = digestView(edition, articles, zone ?? itsSetting.brand.timeZone, itsSetting);
  const { html, text } = await needs.emails.render('digest', view);
  return { articleIds: articles.map(({ id }) => id), subject: digestSubject(articles), html, text };
}

export async function renderAlert(edition: Edition, needs: Needs): Promise<Variant> {
  const { html, text } = await needs.emails.render('breaking', alertView(edition, await setting(edition, needs)));
  return { articleIds: edition.articleId ? [edition.articleId] : [], subject: subjectOf(edition), html, text };
}

async function setting(edition: Edition, { newsletters, baseUrl }: Needs) {
  const [newsletter, brand] = await Promise.all([newsletters.byId(edition.newsletterId), newsletters.brand()]);
  if (!newsletter) throw new Error(`edition ${edition.id} belongs to no newsletter`);
  return { newsletter, brand, baseUrl };
}

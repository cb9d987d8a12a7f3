import { localeFor } from '../kernel/language.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Archived } from './archive-store.ts';

type Place = Pick<Archived, 'id' | 'newsletter'>;

export const archiveUrl = ({ id, newsletter }: Place, baseUrl: string): string =>
  `${baseUrl}/archive/${newsletter}/${id}`;

export const withArchiveUrl = <E extends Place>(e: E, baseUrl: string) => ({ ...e, url: archiveUrl(e, baseUrl) });

export const titleOf = ({ title, newsletterName }: Archived): string => title ?? newsletterName;

export const archiveRow = (e: Archived, brand: Pick<Brand, 'locale'>, baseUrl: string) => ({
  locale: localeFor(brand.locale, e.language),
  subject: titleOf(e),
  summary: e.summary,
  asOf: e.asOf.toISOString(),
  url: archiveUrl(e, baseUrl),
  newsletter: e.newsletterName,
});

/** A newsletter's own place, or that of all of them. */
export const listUrl = (newsletter: string | null, baseUrl: string): string =>
  newsletter ? `${baseUrl}/archive/${newsletter}` : `${baseUrl}/archive`;

/** What search engines and social networks are told of an edition (ogp.me). */
export const editionCard = (e: Archived, baseUrl: string, { own }: { own: boolean }) => ({
  url: archiveUrl(e, baseUrl),
  title: titleOf(e),
  summary: e.summary || e.newsletterName,
  image: e.imageUrl && /^https:/.test(e.imageUrl) ? e.imageUrl : null,
  published: e.asOf.toISOString(),
  changed: e.changedAt?.toISOString(),
  hidden: own || e.noindex,
  feed: `${listUrl(e.newsletter, baseUrl)}/feed.xml`,
  feedName: e.newsletterName,
});

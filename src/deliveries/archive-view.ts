import { localeFor } from '../kernel/language.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Archived } from './archive-store.ts';

type Place = Pick<Archived, 'id' | 'newsletter'>;

export const archiveUrl = ({ id, newsletter }: Place, baseUrl: string): string =>
  `${baseUrl}/archive/${newsletter}/${id}`;

export const withArchiveUrl = <E extends Place>(e: E, baseUrl: string) => ({ ...e, url: archiveUrl(e, baseUrl) });

const titleOf = ({ title, newsletterName }: Archived): string => title ?? newsletterName;

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

/** Atom (RFC 4287). `updated` moves when an article in it is put right: readers' programs then show it anew. */
export function archiveFeed(
  editions: Archived[],
  { name, place, locale }: { name: string; place: string; locale: string },
  baseUrl: string,
): string {
  const changed = ({ changedAt, asOf }: Archived) => (changedAt && changedAt > asOf ? changedAt : asOf);
  const entries = editions.map((e) => {
    const url = archiveUrl(e, baseUrl);
    const words = `<title>${escapeXml(titleOf(e))}</title><summary>${escapeXml(e.summary)}</summary>`;
    const times = `<published>${e.asOf.toISOString()}</published><updated>${changed(e).toISOString()}</updated>`;
    return `<entry xml:lang="${localeFor(locale, e.language)}"><id>${url}</id>${words}<link href="${url}"/>${times}</entry>`;
  });
  const updated = new Date(Math.max(0, ...editions.map((e) => changed(e).getTime())));
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>${place}</id><title>${escapeXml(name)}</title>
<author><name>${escapeXml(name)}</name></author>
<link rel="alternate" type="text/html" href="${place}"/>
<link rel="self" href="${place}/feed.xml"/><updated>${updated.toISOString()}</updated>
${entries.join('\n')}
</feed>
`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeXml = (text: string): string =>
  text
    // XML 1.0 has no place for these, not even as references.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .toWellFormed()
    .replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);

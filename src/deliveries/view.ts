import { localeFor } from '../kernel/language.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { DeliveryRow, EditionListed, EditionPublished, EditionSummary } from './delivery.ts';
import type { EditionBackground } from './edition-page-store.ts';

/** As the API shows an edition. */
export const editionJson = (e: EditionSummary) => ({
  id: e.id,
  newsletter: e.newsletter,
  kind: e.kind,
  status: e.status,
  subject: e.subject,
  slot: e.slot?.toISOString() ?? null,
  release_at: e.releaseAt?.toISOString() ?? null,
  late: e.late,
  problem: e.problem,
  created_at: e.createdAt.toISOString(),
  finished_at: e.finishedAt?.toISOString() ?? null,
  counts: e.counts,
});

export const deliveryJson = (d: DeliveryRow) => ({
  subscriber_id: d.subscriberId,
  state: d.state,
  reason: d.reason,
  attempts: d.attempts,
  reply: d.reply,
  settled_at: d.settledAt?.toISOString() ?? null,
  bounced_at: d.bouncedAt?.toISOString() ?? null,
});

/** As the console's table shows an edition. */
export const editionRow = (e: EditionSummary) => ({
  id: e.id,
  newsletter: e.newsletterName,
  kind: e.kind,
  status: e.status,
  subject: e.subject ?? '',
  asOf: e.asOf.toISOString(),
  problem: e.problem,
  rehearsal: e.rehearsal,
  corrects: e.corrects,
  counts: e.counts,
});

/** Where an edition comes from, and where nobody is planned for, why. */
export const backgroundView = ({ releasedAt, ...known }: EditionBackground, { kind, status }: EditionListed) => ({
  ...known,
  people: [
    { did: 'written by', who: known.writtenBy.join(', ') },
    { did: 'approved by', who: known.approvedBy },
    { did: 'released by', who: known.releasedBy },
  ].filter(({ who }) => who),
  releasedAt: releasedAt?.toISOString(),
  discarded: kind === 'alert' && status === 'cancelled' && releasedAt === null,
});

const archiveUrl = (e: Pick<EditionListed, 'id' | 'newsletter'>, baseUrl: string): string =>
  `${baseUrl}/archive/${e.newsletter}/${e.id}`;

export const withArchiveUrl = <E extends Pick<EditionListed, 'id' | 'newsletter'>>(e: E, baseUrl: string) => ({
  ...e,
  url: archiveUrl(e, baseUrl),
});

export const archiveRow = (e: EditionPublished, brand: Pick<Brand, 'locale'>, baseUrl: string) => ({
  locale: localeFor(brand.locale, e.language),
  subject: e.subject ?? e.newsletterName,
  asOf: e.asOf.toISOString(),
  url: archiveUrl(e, baseUrl),
  newsletter: e.newsletterName,
});

/** Atom (RFC 4287). */
export function archiveFeed(
  editions: EditionPublished[],
  brand: Pick<Brand, 'name' | 'locale'>,
  baseUrl: string,
): string {
  const entries = editions.map((e) => {
    const url = archiveUrl(e, baseUrl);
    const title = `<title>${escapeXml(e.subject ?? e.newsletterName)}</title>`;
    const locale = localeFor(brand.locale, e.language);
    return `<entry xml:lang="${locale}"><id>${url}</id>${title}<link href="${url}"/><updated>${e.asOf.toISOString()}</updated></entry>`;
  });
  const updated = (editions[0]?.asOf ?? new Date(0)).toISOString();
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>${baseUrl}/archive</id><title>${escapeXml(brand.name)}</title>
<author><name>${escapeXml(brand.name)}</name></author>
<link rel="self" href="${baseUrl}/archive/feed.xml"/><updated>${updated}</updated>
${entries.join('\n')}
</feed>
`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);

import type { DeliveryRow, EditionListed, EditionSummary } from './delivery.ts';
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
  slug: e.newsletter,
  kind: e.kind,
  status: e.status,
  subject: e.subject ?? '',
  hasDesk: e.slot !== null,
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
  checkedAt: known.checkedAt?.toISOString(),
  flawed: known.checks?.some(({ state }) => state !== 'ok') ?? false,
  discarded: kind === 'alert' && status === 'cancelled' && releasedAt === null,
});

import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { DeliveryRow, EditionListed, EditionSummary } from './delivery.ts';
import { liveCounts, quickCounts } from './stock-store.ts';

const listing = sql`e.id, n.slug as newsletter, n.name as "newsletterName", e.kind, e.status, e.subject, e.slot,
  e.as_of as "asOf", e.release_at as "releaseAt", e.late, e.rehearsal, e.corrects, e.problem, e.created_at as "createdAt",
  e.finished_at as "finishedAt"`;
const summary = sql`${listing}, ${liveCounts} as counts`;
const quickSummary = sql`${listing}, ${quickCounts} as counts`;

export interface Sought {
  /** An address key, or null for everybody. */
  email: string | null;
  state: string;
  after: number;
}

export type FoundDelivery = DeliveryRow & { email: string | null };

export type ReportStore = ReturnType<typeof createReportStore>;

/** What the ledger can say about itself; changes nothing. */
export function createReportStore(db: Db) {
  return {
    edition: async (id: number): Promise<EditionSummary | undefined> =>
      (
        await sql<EditionSummary>`select ${summary} from editions e join newsletters n on n.id = e.newsletter_id
          where e.id = ${id}`.execute(db)
      ).rows[0],

    /** As pages show it: a large edition's counts are those of a moment ago. */
    glance: async (id: number): Promise<EditionSummary | undefined> =>
      (
        await sql<EditionSummary>`select ${quickSummary} from editions e join newsletters n on n.id = e.newsletter_id
          where e.id = ${id}`.execute(db)
      ).rows[0],

    /** The newest, or those older than `before`. */
    latest: async (limit: number, before: number | null = null): Promise<EditionSummary[]> =>
      (
        await sql<EditionSummary>`select ${quickSummary} from editions e join newsletters n on n.id = e.newsletter_id
          where ${before}::bigint is null or e.id < ${before} order by e.id desc limit ${limit}`.execute(db)
      ).rows,

    deliveries: async (editionId: number, after: number, limit: number): Promise<DeliveryRow[]> =>
      (
        await sql<DeliveryRow>`
          select subscriber_id as "subscriberId", state, reason, attempts, relay_reply as reply,
            settled_at as "settledAt", bounced_at as "bouncedAt"
          from deliveries where edition_id = ${editionId} and subscriber_id > ${after}
          order by subscriber_id limit ${limit}`.execute(db)
      ).rows,

    /** Deliveries with the readers' addresses, for staff: of one address, in one state, or all in order. */
    found: async (editionId: number, { email, state, after }: Sought, limit: number): Promise<FoundDelivery[]> =>
      (
        await sql<FoundDelivery>`
          select d.subscriber_id as "subscriberId", r.email, d.state, d.reason, d.attempts, d.relay_reply as reply,
            d.settled_at as "settledAt", d.bounced_at as "bouncedAt"
          from deliveries d left join subscribers r on r.id = d.subscriber_id
          where d.edition_id = ${editionId} and d.subscriber_id > ${after}
            and (${email}::text is null or d.subscriber_id = (select id from subscribers where email_key = ${email}))
            and (${state} = '' or d.state = ${state})
          order by d.subscriber_id limit ${limit}`.execute(db)
      ).rows,

    /** Editions anyone may read: those that went out to somebody. */
    published: async (limit: number): Promise<EditionListed[]> =>
      (
        await sql<EditionListed>`select ${listing} from editions e join newsletters n on n.id = e.newsletter_id
          where e.status = 'sent' and exists (select from edition_variants v where v.edition_id = e.id)
          order by e.as_of desc, e.id desc limit ${limit}`.execute(db)
      ).rows,

    /** The fullest variant of a published edition: what a reader of every topic got. */
    publishedHtml: async (newsletter: string, id: number): Promise<string | undefined> =>
      (
        await sql<{ html: string }>`
          select v.html from edition_variants v join editions e on e.id = v.edition_id
          join newsletters n on n.id = e.newsletter_id
          where e.id = ${id} and n.slug = ${newsletter} and e.status = 'sent'
          order by cardinality(v.article_ids) desc, v.id limit 1`.execute(db)
      ).rows[0]?.html,
  };
}

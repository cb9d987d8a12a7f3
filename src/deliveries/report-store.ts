import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { Counts, DeliveryRow, EditionListed, EditionSummary } from './delivery.ts';
import { countsOf, remembered } from './stock-store.ts';

const listing = sql`e.id, n.slug as newsletter, n.name as "newsletterName", e.kind, e.status, e.subject, e.slot,
  e.as_of as "asOf", e.release_at as "releaseAt", e.late, e.rehearsal, e.corrects,
  e.report is not null as reported, e.problem, e.created_at as "createdAt",
  e.finished_at as "finishedAt"`;

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
  type Remembered = EditionListed & { counts: Counts | null };
  const listed = async (which: RawBuilder<unknown>): Promise<Remembered[]> =>
    (
      await sql<Remembered>`select ${listing}, ${remembered} as counts
        from editions e join newsletters n on n.id = e.newsletter_id ${which}`.execute(db)
    ).rows;
  const counted = async (edition: Remembered): Promise<EditionSummary[]> => {
    const counts = edition.counts ?? (await countsOf(db, edition.id));
    return counts ? [{ ...edition, counts }] : [];
  };

  return {
    /** Counted this moment. */
    edition: async (id: number): Promise<EditionSummary | undefined> => {
      const [found] = await listed(sql`where e.id = ${id}`);
      return found && (await counted({ ...found, counts: null }))[0];
    },

    /** As pages show it: a large edition's counts are those of a moment ago. */
    glance: async (id: number): Promise<EditionSummary | undefined> => {
      const [found] = await listed(sql`where e.id = ${id}`);
      return found && (await counted(found))[0];
    },

    /** The newest, or those older than `before`; counts may be those of a moment ago. */
    latest: async (limit: number, before: number | null = null): Promise<EditionSummary[]> => {
      const found = await listed(
        sql`where ${before}::bigint is null or e.id < ${before} order by e.id desc limit ${limit}`,
      );
      return (await Promise.all(found.map(counted))).flat();
    },

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
          select d.*, r.email from (
            select subscriber_id as "subscriberId", state, reason, attempts, relay_reply as reply,
              settled_at as "settledAt", bounced_at as "bouncedAt"
            from deliveries where edition_id = ${editionId} and subscriber_id > ${after}
              and (${email}::text is null or subscriber_id = (select id from subscribers where email_key = ${email}))
              and (${state} = '' or state = ${state})
            order by subscriber_id limit ${limit}) d
          left join subscribers r on r.id = d."subscriberId" order by 1`.execute(db)
      ).rows,
  };
}

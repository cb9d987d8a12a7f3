import { sql } from 'kysely';
import { over } from '../editions/edition.ts';
import type { Db } from '../platform/db/pool.ts';
import type { Counts, EditionReport, Waited } from './delivery.ts';
import { PROVIDERS } from './providers.ts';

/** Written out, as the partial index on it asks. */
const isOver = sql`status in (${sql.join(over.map((status) => sql.lit(status)))})`;

/** Up to so many rows are counted whenever a page asks. */
const COUNTED_AT_ONCE = 20_000;

/** What a page shows without counting: null where it must count, since that takes no time or nothing is remembered. */
export const remembered = sql<Counts | null>`case
  when e.counts is not null and (e.audience > ${sql.lit(COUNTED_AT_ONCE)} or (e.report is not null and e.${isOver}))
  then e.counts end`;

/**
 * An edition's sums, in one statement. Its id stands in it as a value: a plan for just any edition would read the whole
 * partition. `sending` is shown as pending: claimed, and not yet answered for.
 */
export async function countsOf(db: Db, editionId: number): Promise<Counts | undefined> {
  const { rows } = await sql<Counts>`
    select e.audience, d.* from editions e, (
      select count(*) filter (where state in ('pending', 'sending')) as pending,
        count(*) filter (where state = 'accepted') as accepted, count(*) filter (where state = 'deferred') as deferred,
        count(*) filter (where state = 'failed') as failed, count(*) filter (where state = 'skipped') as skipped,
        count(*) filter (where state = 'uncertain') as uncertain, count(bounced_at) as bounced
      from deliveries where edition_id = ${editionId}) d
    where e.id = ${editionId}`.execute(db);
  return rows[0];
}

/** Counting may take this part of the time, and no more. */
const SHARE = 20;

export type StockStore = ReturnType<typeof createStockStore>;

/** What the ledger adds up to, counted now and then and remembered: pages show it without counting. */
export function createStockStore(db: Db) {
  return {
    /**
     * Editions that have moved since they were counted: those under way, those that are over and have no report, what
     * came back for one since then, and for an hour whatever else may still change.
     */
    stale: async (): Promise<{ id: number; over: boolean }[]> =>
      (
        await sql<{ id: number; over: boolean }>`
          select id, ${isOver} as over from editions where id in (
          select id from editions where status in ('assembling', 'sending', 'paused')
            and (counted_at is null or counted_at < clock_timestamp() - make_interval(secs => counting_ms * ${SHARE} / 1000.0))
          union select id from editions where ${isOver} and report is null
          union select e.id from feedback_events f join editions e on e.id = f.edition_id
            where f.applied_at > now() - interval '10 minutes' and f.applied_at > e.counted_at
          union select id from editions where finished_at > now() - interval '1 hour'
            and counted_at < clock_timestamp() - interval '1 minute')`.execute(db)
      ).rows,

    count: async (editionId: number): Promise<void> => {
      const began = performance.now();
      const counts = await countsOf(db, editionId);
      const took = Math.round(performance.now() - began);
      await sql`
        update editions set counts = ${JSON.stringify(counts ?? null)}::jsonb, counted_at = clock_timestamp(),
          counting_ms = ${took} where id = ${editionId}`.execute(db);
    },

    /**
     * How many readers waited how long for what, by mailbox provider. Each row is read once, and its reader by the key:
     * `offset 0` keeps a small edition from reading all readers there are.
     */
    waits: async (editionId: number): Promise<Waited[]> =>
      (
        await sql<Waited>`
          select state, reason, provider, (case when waited < 60 then floor(waited * 10) / 10
            when waited < 3600 then floor(waited) else floor(waited / 60) * 60 end)::float8 as seconds, count(*) as readers
          from (
            select d.state, coalesce(d.reason, '') as reason, coalesce(p.name, 'others') as provider,
              case when d.state = 'accepted' then greatest(0, extract(epoch from d.settled_at - e.begun_at)) end as waited
            from (select coalesce(begun_at, as_of) as begun_at from editions where id = ${editionId}) e, deliveries d
            left join lateral (select email_key from subscribers where id = d.subscriber_id offset 0) r on true
            left join (values ${sql.join(PROVIDERS.map(([domain, name]) => sql`(${domain}, ${name})`))}) p (domain, name)
              on p.domain = split_part(r.email_key, '@', 2)
            where d.edition_id = ${editionId} and d.state <> 'skipped') w
          group by 1, 2, 3, 4`.execute(db)
      ).rows,

    writeReport: async (editionId: number, report: EditionReport): Promise<void> => {
      await sql`update editions set report = ${JSON.stringify(report)}::jsonb
        where id = ${editionId} and ${isOver}`.execute(db);
    },

    reportOf: async (editionId: number): Promise<EditionReport | null> =>
      (await sql<{ report: EditionReport | null }>`select report from editions where id = ${editionId}`.execute(db))
        .rows[0]?.report ?? null,

    /** Readers accepted in a second, in the last edition that was large enough to tell; null when none was. */
    usualRate: async (): Promise<number | null> =>
      (
        await sql<{ rate: number }>`
          select (counts->>'accepted')::float / greatest(1, (report->>'last')::float - (report->>'first')::float) as rate
          from editions where status = 'sent' and report is not null and (counts->>'accepted')::int >= 200
            and (report->>'last')::float < 3600
          order by finished_at desc limit 1`.execute(db)
      ).rows[0]?.rate ?? null,
  };
}

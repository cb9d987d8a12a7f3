import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { Counts, EditionReport } from './delivery.ts';
import { PROVIDERS } from './providers.ts';

/** `sending` is shown as pending: claimed, and not yet answered for. */
export const liveCounts = sql<Counts>`(
  select json_build_object('audience', e.audience,
    'pending', count(*) filter (where d.state in ('pending', 'sending')),
    'accepted', count(*) filter (where d.state = 'accepted'),
    'deferred', count(*) filter (where d.state = 'deferred'),
    'failed', count(*) filter (where d.state = 'failed'),
    'skipped', count(*) filter (where d.state = 'skipped'),
    'uncertain', count(*) filter (where d.state = 'uncertain'),
    'bounced', count(d.bounced_at))
  from deliveries d where d.edition_id = e.id)`;

/** Counted while the page waits only where that takes no time: a large edition shows what was counted last. */
const COUNTED_AT_ONCE = 20_000;
export const quickCounts = sql<Counts>`case
  when e.counts is not null and e.report is not null and e.status in ('sent', 'cancelled') then e.counts::json
  when e.counts is not null and e.audience > ${sql.lit(COUNTED_AT_ONCE)} then e.counts::json
  else ${liveCounts}::json end`;

/** Upper ends, in seconds, of how long readers waited. */
export const WAITS = [1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];

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
    stale: async (): Promise<number[]> =>
      (
        await sql<{ id: number }>`
          select id from editions where status in ('assembling', 'sending', 'paused')
            and (counted_at is null or counted_at < clock_timestamp() - make_interval(secs => counting_ms * ${SHARE} / 1000.0))
          union select id from editions where status in ('sent', 'cancelled') and report is null
          union select e.id from feedback_events f join editions e on e.id = f.edition_id
            where f.applied_at > now() - interval '10 minutes' and f.applied_at > e.counted_at
          union select id from editions where finished_at > now() - interval '1 hour'
            and counted_at < clock_timestamp() - interval '1 minute'`.execute(db)
      ).rows.map(({ id }) => id),

    count: async (editionId: number): Promise<void> => {
      const began = performance.now();
      const { rows } = await sql<{ counts: Counts }>`
        select ${liveCounts} as counts from editions e where e.id = ${editionId}`.execute(db);
      const took = Math.round(performance.now() - began);
      await sql`
        update editions set counts = ${JSON.stringify(rows[0]?.counts ?? null)}::jsonb, counted_at = clock_timestamp(),
          counting_ms = ${took} where id = ${editionId}`.execute(db);
    },

    /** Who waited how long, by mailbox provider, and what went wrong. Reads every row once. */
    report: async (editionId: number): Promise<void> => {
      await sql`
        with rows as (
          select d.state, d.reason, coalesce(p.name, 'others') as provider,
            greatest(0, extract(epoch from d.settled_at - coalesce(e.begun_at, e.as_of))) as waited
          from editions e join deliveries d on d.edition_id = e.id left join subscribers r on r.id = d.subscriber_id
          left join (values ${sql.join(PROVIDERS.map(([domain, name]) => sql`(${domain}, ${name})`))}) p (domain, name)
            on p.domain = split_part(r.email_key, '@', 2)
          where e.id = ${editionId} and d.state <> 'skipped'),
        accepted as (select * from rows where state = 'accepted'),
        waits as (
          select width_bucket(waited::float8, ${WAITS}::float8[]) as bucket, count(*) as readers from accepted group by 1),
        providers as (
          select provider, count(*) filter (where state = 'accepted') as accepted,
            count(*) filter (where state <> 'accepted') as others,
            percentile_disc(0.5) within group (order by waited) filter (where state = 'accepted') as median,
            percentile_disc(0.95) within group (order by waited) filter (where state = 'accepted') as p95
          from rows group by 1),
        errors as (
          select state, coalesce(reason, '') as reason, count(*) as readers
          from rows where state in ('deferred', 'failed', 'uncertain') group by 1, 2)
        update editions set report = (
          select json_build_object('first', min(waited), 'last', max(waited),
            'median', percentile_disc(0.5) within group (order by waited),
            'p95', percentile_disc(0.95) within group (order by waited),
            'waits', (select coalesce(json_agg(json_build_object('bucket', bucket, 'readers', readers) order by bucket), '[]') from waits),
            'providers', (select coalesce(json_agg(providers order by accepted desc), '[]') from providers),
            'errors', (select coalesce(json_agg(errors order by readers desc), '[]') from errors))
          from accepted)::jsonb
        where id = ${editionId} and status in ('sent', 'cancelled')`.execute(db);
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

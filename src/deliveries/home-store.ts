import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { DaySums, Doomed, Held, Incomplete, Unhappy, Waiting } from './trouble.ts';

/** Fewer failures than one in so many are what every list of addresses has. */
const USUAL = 50;

const subject = sql`coalesce(nullif(e.subject, ''), n.name) as subject`;

export type HomeStore = ReturnType<typeof createHomeStore>;

/** What Home says of editions, from the sums that are remembered with them: the ledger itself is not read. */
export function createHomeStore(db: Db) {
  return {
    paused: async (limit: number): Promise<Held[]> =>
      (
        await sql<Held>`
          select e.id, e.newsletter_id as "newsletterId", ${subject}, e.paused_by as "by", e.problem
          from editions e join newsletters n on n.id = e.newsletter_id
          where e.status = 'paused' order by e.id desc limit ${limit}`.execute(db)
      ).rows,

    /** Digests that were looked at since then, and must not leave as they were. */
    doomed: async (since: Date, limit: number): Promise<Doomed[]> =>
      (
        await sql<Doomed>`
          select n.slug, n.name as newsletter, d.on_date || case when d.nth > 1 then '.' || d.nth else '' end as issue,
            (select string_agg(c->>'says', ' ') from jsonb_array_elements(d.checks) c where c->>'state' = 'wrong') as problem
          from digest_checks d join newsletters n on n.id = d.newsletter_id
          where d.checked_at > ${since} and d.checks @> '[{"state": "wrong"}]'
            and not exists (select from editions e where e.newsletter_id = d.newsletter_id and e.kind = 'digest'
              and e.created_at >= d.checked_at)
          order by d.checked_at desc limit ${limit}`.execute(db)
      ).rows,

    /** Editions in which something is uncertain, or more has failed than usual. */
    unhappy: async (since: Date, limit: number): Promise<Unhappy[]> =>
      (
        await sql<Unhappy>`
          select * from (
            select e.id, ${subject}, (e.counts->>'failed')::int as failed, (e.counts->>'uncertain')::int as uncertain,
              (e.counts->>'accepted')::int as accepted
            from editions e join newsletters n on n.id = e.newsletter_id
            where e.as_of > ${since} and e.counts is not null) e
          where uncertain > 0 or failed * ${USUAL} > accepted + failed
          order by uncertain > 0 desc, failed desc, id desc limit ${limit}`.execute(db)
      ).rows,

    /** Editions that had to go without an article. */
    incomplete: async (since: Date, limit: number): Promise<Incomplete[]> =>
      (
        await sql<Incomplete>`
          select * from (
            select e.id, ${subject}, (
              select count(*)::int from edition_articles ea where ea.edition_id = e.id and ea.left_out is not null) as articles
            from editions e join newsletters n on n.id = e.newsletter_id where e.as_of > ${since}) e
          where articles > 0 order by id desc limit ${limit}`.execute(db)
      ).rows,

    /** Of the editions under way, the one whose deferred mails have waited longest. */
    waitingLongest: async (before: Date): Promise<Waiting | undefined> =>
      (
        await sql<Waiting>`
          select e.id, ${subject}, (e.counts->>'deferred')::int as deferred, e.as_of as since
          from editions e join newsletters n on n.id = e.newsletter_id
          where e.status = 'sending' and (e.counts->>'deferred')::int > 0 and e.as_of < ${before}
          order by e.as_of limit 1`.execute(db)
      ).rows[0],

    /** What the editions of a time add up to, and where most has failed. */
    sums: async (since: Date, now: Date): Promise<DaySums> => {
      const { rows } = await sql<DaySums>`
        select count(*) filter (where status = 'sent' and audience > 0)::int as editions,
          coalesce(sum((counts->>'accepted')::int), 0) as accepted, coalesce(sum((counts->>'failed')::int), 0) as failed,
          coalesce(sum((counts->>'bounced')::int), 0) as bounced,
          (array_agg(id order by (counts->>'failed')::int desc) filter (where (counts->>'failed')::int > 0))[1] as "mostFailed"
        from editions where as_of > ${since} and as_of <= ${now} and status not in ('draft', 'scheduled')`.execute(db);
      return rows[0] ?? { editions: 0, accepted: 0, failed: 0, bounced: 0, mostFailed: null };
    },

    /** Worker processes that live. By the database's clock, as they beat. */
    workers: async (): Promise<number> =>
      (
        await sql<{ workers: number }>`
          select count(*)::int as workers from workers where seen_at > now() - make_interval(secs => 20)`.execute(db)
      ).rows[0]?.workers ?? 0,
  };
}

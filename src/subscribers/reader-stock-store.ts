import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';

/** How many readers an edition sent now would have, and when that was counted; null means this moment. */
export interface ReaderCount {
  readers: number;
  countedAt: Date | null;
}

/** Up to so many are counted whenever somebody asks; more are counted now and then, and remembered. */
const COUNTED_AT_ONCE = 20_000;
const SHOWN = 12;

export type ReaderStock = ReturnType<typeof createReaderStock>;

/** How many readers there are: by newsletter, topic and time zone, and day by day. */
export function createReaderStock(db: Db) {
  return {
    /** Newsletters whose readers were counted so long ago, or never, or are so few that it costs nothing. */
    stale: async (before: Date): Promise<number[]> =>
      (
        await sql<{ id: number }>`
          select id from newsletters n where readers_counted_at is null or readers_counted_at < ${before}
            or (select coalesce(sum(readers), 0) from reader_stock where newsletter_id = n.id) <= ${COUNTED_AT_ONCE}
          order by id`.execute(db)
      ).rows.map(({ id }) => id),

    /** Counts anew, and writes down how many there are on this day of the newsroom's. */
    take: (newsletterId: number, now: Date): Promise<void> =>
      db.transaction().execute(async (trx) => {
        await sql`delete from reader_stock where newsletter_id = ${newsletterId}`.execute(trx);
        await sql`
          insert into reader_stock (newsletter_id, topic_set_id, time_zone, readers)
          select s.newsletter_id, s.topic_set_id, r.time_zone, count(*)
          from subscriptions s join subscribers r on r.id = s.subscriber_id
          where s.newsletter_id = ${newsletterId} and s.state = 'active' group by 1, 2, 3`.execute(trx);
        await sql`
          insert into reader_days (newsletter_id, day, readers)
          select ${newsletterId}, (${now}::timestamptz at time zone b.time_zone)::date, coalesce(sum(k.readers), 0)
          from brand b left join reader_stock k on k.newsletter_id = ${newsletterId} group by 2
          on conflict (newsletter_id, day) do update set readers = excluded.readers`.execute(trx);
        await sql`update newsletters set readers_counted_at = ${now} where id = ${newsletterId}`.execute(trx);
      }),

    readersOf: async (newsletterId: number): Promise<ReaderCount> => {
      // What was large a moment ago is not counted once more.
      const { rows } = await sql<{ atOnce: number | null; readers: number; countedAt: Date | null }>`
        select case when k.readers > ${COUNTED_AT_ONCE} then null else (
            select count(*) from (select from subscriptions where newsletter_id = n.id and state = 'active'
              limit ${COUNTED_AT_ONCE + 1}) s) end as "atOnce",
          k.readers, n.readers_counted_at as "countedAt"
        from newsletters n cross join lateral (
          select coalesce(sum(readers), 0) as readers from reader_stock where newsletter_id = n.id) k
        where n.id = ${newsletterId}`.execute(db);
      const { atOnce, readers, countedAt } = rows[0] ?? { atOnce: 0, readers: 0, countedAt: null };
      if (atOnce !== null && atOnce <= COUNTED_AT_ONCE) return { readers: atOnce, countedAt: null };
      return { readers: Math.max(atOnce ?? 0, Number(readers)), countedAt };
    },

    /** The topics most of a newsletter's readers have chosen; those who chose none get everything. */
    byTopic: async (newsletterId: number, { countedAt }: ReaderCount) =>
      (
        await sql<{ topic: string | null; readers: number }>`
          select t.name as topic, sum(k.readers)::int as readers
          from ${countedAt ? remembered(newsletterId) : now(newsletterId)} k join topic_sets ts on ts.id = k.topic_set_id
          left join lateral unnest(ts.topic_ids) as chosen (id) on true left join topics t on t.id = chosen.id
          group by 1 order by 2 desc limit ${SHOWN}`.execute(db)
      ).rows,

    byZone: async (newsletterId: number, { countedAt }: ReaderCount) =>
      (
        await sql<{ timeZone: string; readers: number }>`
          select k.time_zone as "timeZone", sum(k.readers)::int as readers
          from ${countedAt ? remembered(newsletterId) : now(newsletterId)} k group by 1 order by 2 desc`.execute(db)
      ).rows,

    /** The last `days` days, oldest first; what was not counted on a day is not in it. */
    growth: async (days: number) =>
      (
        await sql<{ newsletterId: number; day: string; readers: number }>`
          select newsletter_id as "newsletterId", day::text, readers from reader_days
          where day > current_date - ${days}::int order by day`.execute(db)
      ).rows,
  };
}

const remembered = (newsletterId: number) => sql`(select * from reader_stock where newsletter_id = ${newsletterId})`;

const now = (newsletterId: number) => sql`(
  select s.topic_set_id, r.time_zone, count(*) as readers from subscriptions s join subscribers r on r.id = s.subscriber_id
  where s.newsletter_id = ${newsletterId} and s.state = 'active' group by 1, 2)`;

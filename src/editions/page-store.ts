import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { AudienceGroup, Edition, PlannedGroup, WrittenPage } from './edition.ts';

/** Few enough that a chunk is over in a moment, many enough that its job costs nothing. */
const CHUNK = 250;

/** One page of a fan-out: who is in it, and its rows in the ledger. Sets, never a reader at a time. */
export function pageStore(db: Db) {
  return {
    /** The next readers in keyset order, by what they have had. `last` is the last subscription of the page. */
    audience: async (edition: Edition, alertIds: number[], limit: number) => {
      const { rows } = await sql<AudienceGroup & { readers: number; last: number }>`
        with page as (
          select s.id, ${groupOf(edition, alertIds)} from subscriptions s ${zones(edition)}
          where ${due(edition)} order by s.id limit ${limit})
        select p.served_until as "servedUntil", p.topic_set_id as "topicSetId", p.time_zone as "timeZone", p.alerted,
          t.topic_ids as "topicIds", p.readers, p.last
        from (select served_until, topic_set_id, time_zone, alerted, count(*) as readers, max(id) as last
          from page group by 1, 2, 3, 4) p join topic_sets t on t.id = p.topic_set_id
        order by readers desc, last`.execute(db);
      const readers = rows.reduce((sum, row) => sum + row.readers, 0);
      return { groups: rows as AudienceGroup[], readers, last: Math.max(0, ...rows.map((row) => row.last)) };
    },

    /**
     * Writes a page of the ledger and moves its subscriptions on, in one statement: who is moved is written, and nobody
     * else. Readers without a variant are settled here and now.
     */
    writeDigestPage: async (edition: Edition, groups: PlannedGroup[], alertIds: number[], last: number) =>
      write(
        edition,
        sql`
          g as (select * from unnest(
            ${groups.map((g) => g.servedUntil ?? '-infinity')}::timestamptz[], ${groups.map((g) => g.topicSetId)}::int[],
            ${groups.map((g) => g.timeZone ?? '')}::text[], ${groups.map((g) => `{${g.alerted.join()}}`)}::text[],
            ${groups.map((g) => g.variantId)}::int[], ${groups.map((g) => g.next?.at ?? null)}::timestamptz[],
            ${groups.map((g) => g.next?.date ?? null)}::date[])
            g (served_until, topic_set_id, time_zone, alerted, variant_id, next_due_at, served_on)),
          page as (
            update subscriptions s set served_until = ${edition.asOf},
              next_due_at = coalesce(g.next_due_at, s.next_due_at), served_on = coalesce(g.served_on, s.served_on)
            from g ${edition.slot ? sql`, subscribers r` : sql``}
            where ${due(edition)} and s.id <= ${last} ${edition.slot ? sql`and r.id = s.subscriber_id and r.time_zone = g.time_zone` : sql``}
              and coalesce(s.served_until, '-infinity') = g.served_until and s.topic_set_id = g.topic_set_id
              ${alertIds.length > 0 ? sql`and (${alerted(alertIds)})::text = g.alerted` : sql``}
            returning s.id, s.subscriber_id, g.variant_id)`,
        sql`${last}`,
      ),

    /** Writes a page of the ledger for the next readers in keyset order. */
    writeAlertPage: async (edition: Edition, variantId: number, limit: number) =>
      write(
        edition,
        sql`
          page as (
            select s.id, s.subscriber_id, ${variantId}::int as variant_id from subscriptions s
            where ${due(edition)} order by s.id limit ${limit})`,
        sql`coalesce((select max(id) from page), planned_after)`,
      ),
  };

  // Only a slot's edition is ever opened again, and may then meet rows it has written before.
  async function write(edition: Edition, page: RawBuilder<unknown>, last: RawBuilder<unknown>) {
    const { rows } = await sql<WrittenPage & { readers: number }>`
      with ${page},
      numbered as (
        select *, row_number() over (partition by variant_id is null order by id) - 1 as place from page),
      written as (
        insert into deliveries (edition_id, subscriber_id, subscription_id, variant_id, chunk, state, reason, settled_at)
        select ${edition.id}, subscriber_id, id, variant_id,
          case when variant_id is null then 0 else ${edition.chunks}::int + place / ${CHUNK} end,
          case when variant_id is null then 'skipped' else 'pending' end,
          case when variant_id is null then 'nothing new' end, case when variant_id is null then now() end
        from numbered ${edition.slot ? sql`on conflict do nothing` : sql``} returning 1)
      update editions set audience = audience + (select count(*) from written), planned_after = ${last},
        chunks = chunks + (select ceil(count(variant_id)::float / ${CHUNK}) from page), status = 'sending', problem = null
      where id = ${edition.id} returning chunks, (select count(*) from page) as readers`.execute(db);
    return rows[0] ?? { chunks: edition.chunks, readers: 0 };
  }
}

/** The newsletter's readers whom this edition is for and has not planned yet. */
const due = (edition: Edition) => sql`s.newsletter_id = ${edition.newsletterId} and s.state = 'active'
  and s.id > ${edition.plannedAfter} ${edition.slot ? sql`and s.next_due_at = ${edition.slot}` : sql``}`;

/** Only where schedules move does a reader's zone matter. */
const zones = (edition: Edition) => (edition.slot ? sql`join subscribers r on r.id = s.subscriber_id` : sql``);

const groupOf = (edition: Edition, alertIds: number[]) => sql`s.subscriber_id, s.served_until, s.topic_set_id,
  ${edition.slot ? sql`r.time_zone` : sql`null::text`} as time_zone,
  ${alertIds.length > 0 ? alerted(alertIds) : sql`'{}'::bigint[]`} as alerted`;

/** What a reader has had as an alert, in the order of ids. */
const alerted = (alertIds: number[]) => sql`array(select distinct e.article_id
  from deliveries d join editions e on e.id = d.edition_id
  where d.edition_id = any (${alertIds}::bigint[]) and d.subscriber_id = s.subscriber_id
    and d.state not in ('failed', 'skipped') order by 1)`;

import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { firstWindowStart } from './choose-articles.ts';
import type { AudienceGroup, Edition, Patience, PlannedGroup, WrittenPage } from './edition.ts';

/** Few enough that a chunk is over in a moment, many enough that its job costs nothing. */
const CHUNK = 250;
/** One in so many readers is in the slice that goes first. */
const SLICES = 100;

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
          t.topic_ids as "topicIds", p.rhythm_id as "rhythmId", h.frequency, h.weekday, to_char(h.send_at, 'HH24:MI') as "ownTime",
          p.readers, p.last
        from (select served_until, topic_set_id, rhythm_id, time_zone, alerted, count(*) as readers, max(id) as last
          from page group by 1, 2, 3, 4, 5) p join topic_sets t on t.id = p.topic_set_id join rhythms h on h.id = p.rhythm_id
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
            ${groups.map((g) => g.rhythmId)}::int[], ${groups.map((g) => g.timeZone ?? '')}::text[], ${groups.map((g) => `{${g.alerted.join()}}`)}::text[],
            ${groups.map((g) => g.variantId)}::int[], ${groups.map((g) => g.next?.at ?? null)}::timestamptz[],
            ${groups.map((g) => g.next?.served.date ?? null)}::date[], ${groups.map((g) => g.next?.served.nth ?? null)}::smallint[], ${groups.map((g) => g.refusal)}::text[], ${groups.map((g) => g.until)}::timestamptz[])
            g (served_until, topic_set_id, rhythm_id, time_zone, alerted, variant_id, next_due_at, served_on, served_nth, refusal, until)),
          page as (
            update subscriptions s set
              served_until = case when ${spared(edition)} then coalesce(s.served_until, ${firstWindowStart(edition)}) else g.until end,
              next_due_at = coalesce(g.next_due_at, s.next_due_at), served_on = coalesce(g.served_on, s.served_on),
              served_nth = coalesce(g.served_nth, s.served_nth)
            from g ${edition.slot ? sql`, subscribers r` : sql``}
            where ${due(edition)} and s.id <= ${last} ${edition.slot ? sql`and r.id = s.subscriber_id and r.time_zone = g.time_zone` : sql``}
              and coalesce(s.served_until, '-infinity') = g.served_until and s.topic_set_id = g.topic_set_id
              ${edition.slot ? sql`and s.rhythm_id = g.rhythm_id` : sql``}
              ${alertIds.length > 0 ? sql`and (${alerted(alertIds)})::text = g.alerted` : sql``}
            returning s.id, s.subscriber_id, g.variant_id, case when ${paused(edition)} then 'paused' when g.refusal is not null then g.refusal
              ${edition.rehearsal ? sql`when ${outsider} then 'rehearsal'` : sql``} end as refusal,
              null::timestamptz as not_before)`,
        sql`${last}`,
      ),

    /** Writes a page of the ledger for the next readers in keyset order, or for the slice that goes first. */
    writeAlertPage: async (edition: Edition, variantId: number, patience: Patience, limit: number) => {
      const first = edition.canary === 'wanted';
      return write(
        edition,
        sql`
          quiet as (select * from unnest(${patience.quiet.map((q) => q.timeZone)}::text[],
            ${patience.quiet.map((q) => q.until)}::timestamptz[]) q (time_zone, until)),
          page as (
            select s.id, s.subscriber_id, ${variantId}::int as variant_id, ${refusal(edition, patience)} as refusal,
              ${patience.rule === 'after' ? sql`q.until` : sql`null::timestamptz`} as not_before
            from (${alertNext(edition, limit)}) s
              ${patience.quiet.length > 0 ? sql`join subscribers r on r.id = s.subscriber_id` : sql``}
              left join quiet q on ${patience.quiet.length > 0 ? sql`q.time_zone = r.time_zone` : sql`false`})`,
        first
          ? sql`planned_after`
          : sql`coalesce((select max(${edition.corrects === null ? sql`id` : sql`subscriber_id`}) from page), planned_after)`,
      );
    },

    /** In which zones the next readers live, in keyset order. */
    zonesOf: async (edition: Edition, limit: number): Promise<string[]> =>
      (
        await sql<{ timeZone: string }>`
          select distinct r.time_zone as "timeZone" from subscribers r
          join (${alertNext(edition, limit)}) s on s.subscriber_id = r.id`.execute(db)
      ).rows.map(({ timeZone }) => timeZone),
  };

  // A slot's edition may be opened again, and an alert's slice went first: both meet rows that are written already.
  async function write(edition: Edition, page: RawBuilder<unknown>, last: RawBuilder<unknown>) {
    const { rows } = await sql<WrittenPage & { readers: number }>`
      with ${page},
      numbered as (
        select *, row_number() over (partition by refusal is null order by id) - 1 as place from page),
      written as (
        insert into deliveries (edition_id, subscriber_id, subscription_id, variant_id, chunk, state, reason, settled_at,
          next_attempt_at)
        select ${edition.id}, subscriber_id, id, variant_id,
          case when refusal is null then ${edition.chunks}::int + place / ${CHUNK} else 0 end,
          case when refusal is not null then 'skipped' when not_before is not null then 'deferred' else 'pending' end,
          coalesce(refusal, case when not_before is not null then 'quiet hours' end),
          case when refusal is not null then now() end, case when refusal is null then not_before end
        from numbered ${edition.slot || edition.canary ? sql`on conflict do nothing` : sql``} returning 1)
      update editions set audience = audience + (select count(*) from written), planned_after = ${last},
        chunks = chunks + (select ceil((count(*) filter (where refusal is null))::float / ${CHUNK}) from page), status = 'sending', problem = null
      where id = ${edition.id} returning chunks, (select count(*) from page) as readers`.execute(db);
    return rows[0] ?? { chunks: edition.chunks, readers: 0 };
  }
}

/** The newsletter's readers whom this edition is for and has not planned yet. */
const due = (edition: Edition) => sql`s.newsletter_id = ${edition.newsletterId} and s.state = 'active'
  and s.id > ${edition.plannedAfter} ${edition.slot ? sql`and s.next_due_at = ${edition.slot}` : sql``}`;

/**
 * The next readers of an alert, in keyset order. A correction is for those who may have any of the wrong texts, in the
 * order of the ledger; whoever of them has left since is passed over when it is sent.
 */
const alertNext = (edition: Edition, limit: number) =>
  edition.corrects === null
    ? sql`select s.id, s.subscriber_id from subscriptions s
        where ${due(edition)} ${edition.canary === 'wanted' ? sql`and ${canary(edition, limit)} order by s.seed desc, s.id` : sql`order by s.id`}
        limit ${limit}`
    : sql`select distinct on (w.subscriber_id) w.subscription_id as id, w.subscriber_id from deliveries w
        where w.edition_id = any (${edition.chain}::bigint[]) and w.state in ('accepted', 'uncertain')
          and w.subscriber_id > ${edition.plannedAfter}
        order by w.subscriber_id limit ${limit}`;

/** Who goes first: the newsroom's own inboxes, and a slice of the readers that is another for each edition. */
const canary = (edition: Edition, limit: number) => sql`s.id in (
  select id from subscriptions where newsletter_id = ${edition.newsletterId} and seed and state = 'active'
  union all (select id from subscriptions where newsletter_id = ${edition.newsletterId} and state = 'active'
    and id % ${SLICES} = ${edition.id % SLICES} order by id limit ${limit}))`;

/** Nobody of the staff. */
const outsider = sql`not exists (select from subscribers o join staff p on lower(p.email) = lower(o.email)
  where o.id = s.subscriber_id and p.disabled_at is null)`;

/** Readers who have paused all mail. Those with a slot have been moved past their pause, but for a newsletter that is new to them. */
const paused = (edition: Edition) =>
  edition.slot
    ? sql`coalesce(r.paused_until > ${edition.asOf}, false)`
    : sql`s.subscriber_id in (select id from subscribers where paused_until > ${edition.asOf})`;

/** Who is sent nothing of it and has the articles still to come. */
const spared = (edition: Edition) => (edition.rehearsal ? sql`(${outsider} or ${paused(edition)})` : paused(edition));

/** Why a reader is left out, and null for everybody else. */
function refusal(edition: Edition, { rule, cap }: Patience): RawBuilder<unknown> {
  const reasons = [
    ...(edition.rehearsal ? [sql`when ${outsider} then 'rehearsal'`] : []),
    ...(cap ? [sql`when ${had(cap.alertIds)} >= ${cap.most} then 'had enough alerts today'`] : []),
    ...(rule === 'drop' ? [sql`when q.until is not null then 'quiet hours'`] : []),
  ];
  return reasons.length > 0 ? sql`case ${sql.join(reasons, sql` `)} end` : sql`null::text`;
}

/** How many of these a reader was sent. */
const had = (
  alertIds: number[],
) => sql`(select count(*) from deliveries h where h.edition_id = any (${alertIds}::bigint[])
  and h.subscriber_id = s.subscriber_id and h.state not in ('failed', 'skipped'))`;

/** Only where schedules move does a reader's zone matter. */
const zones = (edition: Edition) => (edition.slot ? sql`join subscribers r on r.id = s.subscriber_id` : sql``);

const groupOf = (edition: Edition, alertIds: number[]) => sql`s.subscriber_id, s.served_until, s.topic_set_id,
  ${edition.slot ? sql`s.rhythm_id` : sql`1`} as rhythm_id,
  ${edition.slot ? sql`r.time_zone` : sql`null::text`} as time_zone,
  ${alertIds.length > 0 ? alerted(alertIds) : sql`'{}'::bigint[]`} as alerted`;

/** Which of these alerts a reader had, in the order of ids. */
const alerted = (alertIds: number[]) => sql`array(select d.edition_id from deliveries d
  where d.edition_id = any (${alertIds}::bigint[]) and d.subscriber_id = s.subscriber_id
    and d.state not in ('failed', 'skipped') order by 1)`;

import { sql } from 'kysely';
import type { Served } from '../newsletters/next-slot.ts';
import type { Rhythm } from '../newsletters/timetable.ts';
import type { Db } from '../platform/db/pool.ts';
import { createConfirmationStore } from './confirmation-store.ts';
import { createErasure } from './erasure-store.ts';
import type { Activation, ConsentProof, Subscriber } from './subscriber.ts';

/** Readers whose next slot is the same. */
export interface Zone extends Rhythm, Served {
  timeZone: string;
  rhythmId: number;
  /** Null unless it is still to come. */
  pausedUntil: Date | null;
  /** Their next slot is on today's date. */
  waitsToday: boolean;
}

const proofColumns = sql`method, form_id, form_version, wording, page_url, ip_truncated, user_agent`;
const proofValues = (p: ConsentProof) => sql`${p.method}, ${p.formId ?? null}::int, ${p.formVersion ?? null}::int,
  ${p.wording ?? null}::text, ${p.pageUrl ?? null}::text, ${p.ipTruncated ?? null}::text, ${p.userAgent ?? null}::text`;

/** Subscriptions moved in one commit: less than a second. */
const PAGE = 10_000;

/** A pause that is over holds nobody up. */
const pauseAt = (now: Date) => sql`case when r.paused_until > ${now} then r.paused_until end`;

const waitsToday = (now: Date) => sql`coalesce(
  (s.next_due_at at time zone r.time_zone)::date = (${now}::timestamptz at time zone r.time_zone)::date, false)`;

export type SubscriberStore = ReturnType<typeof createSubscriberStore>;

export function createSubscriberStore(db: Db) {
  return {
    /**
     * The set's id, made when it is new; undefined when one of the topics does not exist. One that is known is not locked:
     * sign-ups refer to it.
     */
    topicSet: async (slugs: string[]): Promise<number | undefined> => {
      const wanted = sql`
        with wanted as (select array_agg(id order by id) as ids from topics where slug = any (${slugs}::text[]))`;
      const known = sql<{ id: number }>`${wanted}
        select t.id from topic_sets t join wanted on t.topic_ids = ids where cardinality(ids) = ${slugs.length}`;
      const [set] = (await known.execute(db)).rows;
      if (set) return set.id;
      await sql`${wanted} insert into topic_sets (topic_ids)
        select ids from wanted where cardinality(ids) = ${slugs.length} on conflict do nothing`.execute(db);
      return (await known.execute(db)).rows[0]?.id;
    },

    byId: async (id: number): Promise<Subscriber | undefined> => {
      const { rows } = await sql<Omit<Subscriber, 'subscriptions'>>`
        select id, email, time_zone as "timeZone", moved_at as "movedAt", language, paused_until as "pausedUntil" from subscribers where id = ${id}`.execute(
        db,
      );
      if (!rows[0]) return undefined;
      const { rows: subscriptions } = await sql<Subscriber['subscriptions'][number]>`
        select s.newsletter_id as "newsletterId", n.slug, n.name, n.language, n.kind, to_char(n.send_at, 'HH24:MI') as "sendAt",
          n.also_at as "alsoAt", n.days,
          n.from_name as "fromName", n.from_address as "fromAddress", n.reply_to as "replyTo", s.state, s.ended_at as "endedAt", s.next_due_at as "nextDueAt", s.served_on::text as "servedOn",
          s.served_nth as "servedNth", h.frequency, h.weekday, to_char(h.send_at, 'HH24:MI') as "ownTime", s.topic_set_id as "topicSetId",
          (select coalesce(json_agg(json_build_object('slug', t.slug, 'name', t.name) order by t.name), '[]')
            from topics t where t.id = any (p.topic_ids)) as topics
        from subscriptions s join newsletters n on n.id = s.newsletter_id join rhythms h on h.id = s.rhythm_id
          join topic_sets p on p.id = s.topic_set_id
        where s.subscriber_id = ${id} order by n.id`.execute(db);
      return { ...rows[0], subscriptions };
    },

    ...createConfirmationStore(db),

    /** Turns the named subscriptions active and records why; taken back, one that was never confirmed waits again. A confirmation carries the words of the request it answers. */
    activate: async (
      id: number,
      activations: Activation[],
      kind: 'confirmed' | 'resubscribed',
      proof: ConsentProof,
      now: Date,
    ): Promise<void> => {
      const unproven = sql`(s.activated_at is null and ${kind} = 'resubscribed')`;
      await sql`
        with reader as (select id from subscribers where id = ${id} for no key update),
        a as (select * from unnest(${activations.map((x) => x.newsletterId)}::int[],
          ${activations.map((x) => x.nextDueAt)}::timestamptz[]) a (newsletter_id, next_due_at)),
        changed as (
          insert into subscriptions as s (subscriber_id, newsletter_id, state, created_at, activated_at, next_due_at)
          select reader.id, a.newsletter_id, 'active', ${now}, ${now}, a.next_due_at from reader, a
          on conflict (subscriber_id, newsletter_id) do update
            set state = case when ${unproven} then 'pending' else 'active' end, ended_at = null,
              activated_at = case when ${unproven} then null else excluded.activated_at end,
              next_due_at = case when ${unproven} then null else excluded.next_due_at end,
              served_until = case when s.served_until > excluded.activated_at - interval '1 day' then s.served_until end
            where s.state = 'pending' or (s.state = 'unsubscribed' and ${kind} <> 'confirmed')
          returning newsletter_id)
        insert into consent_events (subscriber_id, newsletter_id, kind, at, ${proofColumns}, confirms)
        select ${id}, c.newsletter_id, ${kind}, ${now}, p.method, coalesce(p.form_id, q.form_id), coalesce(p.form_version,
          q.form_version), coalesce(p.wording, q.wording), coalesce(p.page_url, q.page_url), p.ip_truncated, p.user_agent, q.id
        from changed c cross join (values (${proofValues(proof)})) p (${proofColumns}) left join lateral (
          select * from consent_events r where r.subscriber_id = ${id} and r.newsletter_id = c.newsletter_id
            and r.kind = 'requested' and ${kind} = 'confirmed' order by r.id desc limit 1) q on true`.execute(db);
    },

    /**
     * Ends the named subscriptions, or all of them; ending one twice is harmless. The reader is locked before what is
     * theirs, as everywhere, and against sign-ups, which come to subscriptions in another order: who leaves meanwhile, or
     * while being erased, waits and is not refused.
     */
    end: async (id: number, newsletterIds: number[] | 'all', proof: ConsentProof, now: Date): Promise<void> => {
      const which = newsletterIds === 'all' ? sql`true` : sql`newsletter_id = any (${newsletterIds}::int[])`;
      await sql`
        with reader as (select id from subscribers where id = ${id} for no key update),
        ended as (
          update subscriptions set state = 'unsubscribed', ended_at = ${now}, next_due_at = null
          where subscriber_id = (select id from reader) and state <> 'unsubscribed' and ${which} returning newsletter_id)
        insert into consent_events (subscriber_id, newsletter_id, kind, at, ${proofColumns})
        select ${id}, newsletter_id, 'unsubscribed', ${now}, ${proofValues(proof)} from ended`.execute(db);
    },

    /** Where the active readers of a newsletter are, and the last issue each of them had. */
    zonesOf: async (newsletterId: number, now: Date) =>
      (
        await sql<Zone>`
          select z.*, h.frequency, h.weekday, to_char(h.send_at, 'HH24:MI') as "ownTime" from (
            select distinct r.time_zone as "timeZone", s.served_on::text as "servedOn",
              s.served_nth as "servedNth", s.rhythm_id as "rhythmId",
              ${pauseAt(now)} as "pausedUntil", ${waitsToday(now)} as "waitsToday"
            from subscriptions s join subscribers r on r.id = s.subscriber_id
            where s.newsletter_id = ${newsletterId} and s.state = 'active') z
          join rhythms h on h.id = z."rhythmId"`.execute(db)
      ).rows,

    /**
     * Each with its next slot; what is due at this moment still comes. A page of subscriptions is locked at a time, so that who leaves meanwhile is not kept waiting.
     * What is null is compared as a date before all others: only equal keys can be hashed.
     */
    moveZones: async (newsletterId: number, moves: { zone: Zone; at: Date }[], now: Date): Promise<void> => {
      for (let last: number | null = 0; last !== null; ) {
        const { rows } = await sql<{ last: number | null }>`
          with zones as (
            select time_zone, rhythm_id, coalesce(served_on, '-infinity') as served_on, served_nth,
              coalesce(paused_until, '-infinity') as paused_until, waits_today, next
            from unnest(${moves.map(({ zone }) => zone.timeZone)}::text[], ${moves.map(({ zone }) => zone.rhythmId)}::int[],
              ${moves.map(({ zone }) => zone.servedOn)}::date[], ${moves.map(({ zone }) => zone.servedNth)}::smallint[],
              ${moves.map(({ zone }) => zone.pausedUntil)}::timestamptz[],
              ${moves.map(({ zone }) => zone.waitsToday)}::boolean[], ${moves.map(({ at }) => at)}::timestamptz[])
              z (time_zone, rhythm_id, served_on, served_nth, paused_until, waits_today, next)),
          page as materialized (
            select s.id, r.time_zone, s.rhythm_id, coalesce(s.served_on, '-infinity') as served_on, s.served_nth,
              coalesce(${pauseAt(now)}, '-infinity') as paused_until, ${waitsToday(now)} as waits_today
            from (select id, subscriber_id, rhythm_id, served_on, served_nth, next_due_at from subscriptions
              where newsletter_id = ${newsletterId} and id > ${last} order by id limit ${PAGE}) s
            join subscribers r on r.id = s.subscriber_id),
          moved as (
            update subscriptions s set next_due_at = z.next
            from page p join zones z using (time_zone, rhythm_id, served_on, served_nth, paused_until, waits_today)
            where s.newsletter_id = ${newsletterId} and s.id = p.id and s.state = 'active' and s.rhythm_id = p.rhythm_id
              and (s.next_due_at <= ${now}) is not true
              and coalesce(s.served_on, '-infinity') = p.served_on and s.served_nth = p.served_nth)
          select max(id) as last from page`.execute(db);
        last = rows[0]?.last ?? null;
      }
    },

    erase: createErasure(db),
  };
}

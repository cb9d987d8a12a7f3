import { sql } from 'kysely';
import type { Language } from '../kernel/language.ts';
import type { Served } from '../newsletters/next-slot.ts';
import type { Rhythm } from '../newsletters/timetable.ts';
import type { Db } from '../platform/db/pool.ts';
import type { ConsentProof } from './subscriber.ts';

/** A subscription as its reader wants it from now on, reckoned from what was served: what is served meanwhile is not served again. */
export interface Wanted extends Served {
  newsletterId: number;
  topicSetId: number;
  rhythm: Rhythm;
  nextDueAt: Date | null;
  /** What was chosen, as the record of consents keeps it. */
  said: string;
}

export interface PreferenceChange {
  readerId: number;
  /** Newsletters whose active subscription ends. */
  ended: number[];
  begun: Wanted[];
  /** Changed where they are still active, and left alone where they are not. */
  adjusted: Wanted[];
  timeZone?: string | undefined;
  /** Null is that of each newsletter. */
  language?: Language | null | undefined;
  /** Until now is: no longer. */
  pause?: { until: Date } | undefined;
  /** What was chosen for all newsletters together. */
  said?: string | undefined;
}

export type PreferenceStore = ReturnType<typeof createPreferenceStore>;

export function createPreferenceStore(db: Db) {
  /** Before the change, and not in it: row 1 is everybody's who signs up, and no sign-up shall wait for its lock. */
  async function makeRhythms(wishes: Wanted[]): Promise<void> {
    if (wishes.every(({ rhythm: { frequency, weekday, ownTime } }) => frequency === 'daily' && !weekday && !ownTime))
      return;
    await sql`
      insert into rhythms (frequency, weekday, send_at)
      select distinct * from unnest(${wishes.map((w) => w.rhythm.frequency)}::text[],
        ${wishes.map((w) => w.rhythm.weekday)}::smallint[], ${wishes.map((w) => w.rhythm.ownTime)}::time[]) w (frequency, weekday, send_at)
      order by 1, 2, 3 on conflict do nothing`.execute(db);
  }

  return {
    /**
     * In one commit: what a reader has changed, and the record of it. What is due at this moment still comes, unless it
     * was paused or has its date elsewhere now. The reader is locked before what is theirs, and against those who leave or come back as well: they take
     * subscriptions in another order than this does.
     */
    change: async (c: PreferenceChange, proof: ConsentProof, now: Date): Promise<void> => {
      await makeRhythms([...c.begun, ...c.adjusted]);
      await db.transaction().execute(async (trx) => {
        await sql`select from subscribers where id = ${c.readerId} for update`.execute(trx);
        await sql`
          with ${wanted('begin', c.begun)}, ${wanted('adjust', c.adjusted)},
          reader as (
            update subscribers set time_zone = coalesce(${c.timeZone ?? null}, time_zone),
              language = ${c.language === undefined ? sql`language` : c.language},
              paused_at = ${c.pause ? sql`case when paused_until > ${now} then paused_at else ${now} end` : sql`paused_at`},
              paused_until = ${c.pause ? c.pause.until : sql`paused_until`}
            where id = ${c.readerId} returning id),
          ended as (
            update subscriptions set state = 'unsubscribed', ended_at = ${now}, next_due_at = null
            where subscriber_id = (select id from reader) and state = 'active' and newsletter_id = any (${c.ended}::int[])
            returning newsletter_id),
          begun as (
            insert into subscriptions as s (subscriber_id, newsletter_id, state, topic_set_id, rhythm_id, created_at,
              activated_at, next_due_at)
            select reader.id, w.newsletter_id, 'active', w.topic_set_id, rhythm.id, ${now}, ${now}, w.next_due_at
            from reader, wants_begin w join rhythms rhythm on ${sameRhythm}
            on conflict (subscriber_id, newsletter_id) do update
              set state = 'active', activated_at = excluded.activated_at, ended_at = null, next_due_at = excluded.next_due_at,
                topic_set_id = excluded.topic_set_id, rhythm_id = excluded.rhythm_id,
                served_until = case when s.served_until > excluded.activated_at - interval '1 day' then s.served_until end
              where s.state <> 'active'
            returning newsletter_id),
          adjusted as (
            update subscriptions s set topic_set_id = w.topic_set_id, rhythm_id = rhythm.id,
              next_due_at = case when s.served_on is distinct from w.served_on or s.served_nth <> w.served_nth
                or (s.next_due_at <= ${now} and not ${c.pause !== undefined || c.timeZone !== undefined})
                then s.next_due_at else w.next_due_at end
            from wants_adjust w join rhythms rhythm on ${sameRhythm}
            where s.subscriber_id = (select id from reader) and s.newsletter_id = w.newsletter_id and s.state = 'active'
            returning s.newsletter_id),
          done (newsletter_id, kind, said) as (
            select newsletter_id, 'unsubscribed', null from ended
            union all select newsletter_id, 'preferences', w.said from begun join wants_begin w using (newsletter_id)
            union all select newsletter_id, 'preferences', w.said from adjusted join wants_adjust w using (newsletter_id) where w.said <> ''
            union all select null, 'preferences', ${c.said ?? null}::text where ${c.said !== undefined})
          insert into consent_events (subscriber_id, newsletter_id, kind, at, method, wording, page_url, ip_truncated, user_agent)
          select reader.id, newsletter_id, kind, ${now}, ${proof.method}, said, ${proof.pageUrl ?? null}::text,
            ${proof.ipTruncated ?? null}::text, ${proof.userAgent ?? null}::text from reader, done`.execute(trx);
      });
    },
  };
}

const sameRhythm = sql`rhythm.frequency = w.frequency and rhythm.weekday is not distinct from w.weekday
  and rhythm.send_at is not distinct from w.send_at`;

const wanted = (name: 'begin' | 'adjust', rows: Wanted[]) => sql`${sql.raw(`wants_${name}`)} as (select * from unnest(
  ${rows.map((w) => w.newsletterId)}::int[], ${rows.map((w) => w.topicSetId)}::int[],
  ${rows.map((w) => w.rhythm.frequency)}::text[], ${rows.map((w) => w.rhythm.weekday)}::smallint[],
  ${rows.map((w) => w.rhythm.ownTime)}::time[], ${rows.map((w) => w.nextDueAt)}::timestamptz[],
  ${rows.map((w) => w.servedOn)}::date[], ${rows.map((w) => w.servedNth)}::smallint[], ${rows.map((w) => w.said)}::text[])
  w (newsletter_id, topic_set_id, frequency, weekday, send_at, next_due_at, served_on, served_nth, said))`;

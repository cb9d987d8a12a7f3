import { type RawBuilder, sql } from 'kysely';
import type { Served } from '../newsletters/next-slot.ts';
import type { Rhythm } from '../newsletters/timetable.ts';
import type { Db } from '../platform/db/pool.ts';
import type { Edition } from './edition.ts';

export interface NewAlert {
  newsletterId: number;
  headline: string;
  body: string;
  url: string | null;
  articleId: number | null;
  articleRevision: number | null;
  releaseAt: Date;
  requestKey: string | null;
}

/** Readers due at one slot whose next one is the same. */
export interface DueZone extends Rhythm, Served {
  timeZone: string;
  rhythmId: number;
}

export const editionColumns = sql`e.id, e.newsletter_id as "newsletterId", e.kind, e.status, e.slot, e.as_of as "asOf", e.late,
  e.release_at as "releaseAt", e.article_id as "articleId", e.article_revision as "articleRevision", e.headline, e.body, e.url, e.subject, e.audience, e.chunks,
  e.planned_after as "plannedAfter", e.planned_at as "plannedAt", e.rehearsal, e.over_quiet as "overQuiet",
  e.over_cap as "overCap", e.canary, e.canary_at as "canaryAt", e.corrects, e.chain, e.wrong,
  (select w.headline from editions w where w.id = e.corrects) as "wrongHeadline",
  (select w.as_of from editions w where w.id = e.corrects) as "wrongAt"`;

/** Whether a rehearsal is on, at the moment an edition is opened or released. */
export const rehearsing = sql`(select rehearsal from brand)`;

export type EditionStore = ReturnType<typeof createEditionStore>;

export function createEditionStore(db: Db) {
  const one = async <T>(query: RawBuilder<T>) => (await query.execute(db)).rows[0];

  return {
    byId: (id: number) => one(sql<Edition>`select ${editionColumns} from editions e where e.id = ${id}`),

    /** Every newsletter and slot for which readers are due. */
    dueSlots: async (now: Date) =>
      (
        await sql<{ newsletterId: number; slot: Date }>`
          select distinct s.newsletter_id as "newsletterId", s.next_due_at as slot
          from subscriptions s join newsletters n on n.id = s.newsletter_id
          where s.state = 'active' and s.next_due_at <= ${now} and n.kind = 'digest' and n.active
          order by slot`.execute(db)
      ).rows,

    /**
     * Opens the one edition of a slot, however many schedulers try. An edition already planned is opened again for
     * readers who became due for its slot after its fan-out had passed them; a cancelled one is not. Opened again it
     * goes on sending meanwhile, so a scheduler that looked a moment too early does no harm.
     */
    openSlot: (newsletterId: number, slot: Date, late: boolean, now: Date) =>
      one(sql<{ id: number }>`
        insert into editions as e (newsletter_id, kind, status, slot, as_of, late, rehearsal, begun_at, created_at)
        values (${newsletterId}, 'digest', 'assembling', ${slot}, ${late ? now : slot}, ${late}, ${rehearsing}, clock_timestamp(), ${now})
        on conflict (newsletter_id, slot) where slot is not null do update
          set status = 'sending', planned_at = null, planned_after = 0, finished_at = null
          where e.planned_at is not null and e.status not in ('cancelled', 'paused')
        returning id`),

    slotStatus: (newsletterId: number, slot: Date) =>
      one(sql<{ id: number; status: string }>`
        select id, status from editions where newsletter_id = ${newsletterId} and slot = ${slot}`),

    zonesDue: async (newsletterId: number, slot: Date) =>
      (
        await sql<DueZone>`
          select z.*, h.frequency, h.weekday, to_char(h.send_at, 'HH24:MI') as "ownTime" from (
            select distinct r.time_zone as "timeZone", s.served_on::text as "servedOn", s.served_nth as "servedNth",
              s.rhythm_id as "rhythmId"
            from subscriptions s join subscribers r on r.id = s.subscriber_id
            where s.newsletter_id = ${newsletterId} and s.state = 'active' and s.next_due_at = ${slot}) z
          join rhythms h on h.id = z."rhythmId"`.execute(db)
      ).rows,

    /** Moves readers of one zone and rhythm on without an edition: the slot is too long past to be of use. */
    passSlot: async (newsletterId: number, slot: Date, zone: DueZone, next: Date) => {
      await sql`
        update subscriptions s set next_due_at = ${next} from subscribers r
        where r.id = s.subscriber_id and s.newsletter_id = ${newsletterId} and s.state = 'active'
          and s.next_due_at = ${slot} and r.time_zone = ${zone.timeZone}
          and s.served_on is not distinct from ${zone.servedOn}::date and s.served_nth = ${zone.servedNth}
          and s.rhythm_id = ${zone.rhythmId}`.execute(db);
    },

    /** A digest to every active reader now. The same request key never makes a second one. */
    openByHand: async (newsletterId: number, requestKey: string | null, now: Date): Promise<number> => {
      const made = await one(sql<{ id: number }>`
        insert into editions (newsletter_id, kind, status, as_of, request_key, rehearsal, begun_at, created_at)
        values (${newsletterId}, 'digest', 'assembling', ${now}, ${requestKey}, ${rehearsing}, clock_timestamp(), ${now})
        on conflict (request_key) do update set request_key = excluded.request_key returning id`);
      return made?.id ?? 0;
    },

    /** An alert counting down. The same request key never makes a second one. */
    scheduleAlert: async (a: NewAlert, now: Date): Promise<number> => {
      const made = await one(sql<{ id: number }>`
        insert into editions (newsletter_id, kind, status, as_of, release_at, headline, body, url, article_id,
          article_revision, subject, request_key, rehearsal, created_at)
        values (${a.newsletterId}, 'alert', 'scheduled', ${a.releaseAt}, ${a.releaseAt}, ${a.headline}, ${a.body}, ${a.url},
          ${a.articleId}, ${a.articleRevision}, ${a.headline}, ${a.requestKey}, ${rehearsing}, ${now})
        on conflict (request_key) do update set request_key = excluded.request_key returning id`);
      return made?.id ?? 0;
    },

    /** The countdown is over: from here on it goes out. False when it was cancelled or already released. */
    release: async (id: number, now: Date): Promise<boolean> =>
      Boolean(
        (
          await one(sql<{ active: boolean }>`
            update editions e set as_of = ${now}, begun_at = clock_timestamp(),
              status = case when n.active then 'assembling' else 'cancelled' end,
              problem = case when not n.active then 'Its newsletter was switched off before the countdown was over.' end,
              finished_at = case when not n.active then ${now}::timestamptz end
            from newsletters n
            where n.id = e.newsletter_id and e.id = ${id} and e.status = 'scheduled' and e.release_at <= ${now}
            returning n.active`)
        )?.active,
      ),

    /** Editions whose fan-out is owed: released alerts, and plans the queue lost. */
    owedFanOuts: async (now: Date) =>
      (
        await sql<{ id: number; kind: 'digest' | 'alert' }>`
          select id, kind from editions where status = 'assembling' or (status = 'scheduled' and release_at <= ${now})
            or (status = 'sending' and planned_at is null) order by id`.execute(db)
      ).rows,

    noteProblem: async (id: number, problem: string | null): Promise<void> => {
      await sql`update editions set problem = ${problem} where id = ${id}`.execute(db);
    },
  };
}

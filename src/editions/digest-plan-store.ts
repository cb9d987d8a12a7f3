import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { type DigestPlan, type Issue, nothingPlanned } from './digest-plan.ts';
import { rehearsing } from './store.ts';

const columns = sql`newsletter_id as "newsletterId", on_date::text as date, nth, pinned, placed, dropped, intro, subject,
  preheader, wording, held_at as "heldAt", sent_at as "sentAt"`;

export type DigestPlanStore = ReturnType<typeof createDigestPlanStore>;

export function digestPlans(db: Db) {
  return {
    /** What was decided of the issues that a slot may be of: somewhere it is the day before or after. */
    plansAround: async (newsletterId: number, slot: Date): Promise<DigestPlan[]> =>
      (
        await sql<DigestPlan>`
          select ${columns} from digest_plans where newsletter_id = ${newsletterId}
            and on_date between (${slot}::timestamptz - interval '2 days')::date and (${slot}::timestamptz + interval '2 days')::date`.execute(
          db,
        )
      ).rows,
  };
}

export function createDigestPlanStore(db: Db) {
  return {
    ...digestPlans(db),

    planOf: async (newsletterId: number, issue: Issue): Promise<DigestPlan> =>
      (
        await sql<DigestPlan>`
          select ${columns} from digest_plans
          where newsletter_id = ${newsletterId} and on_date = ${issue.date}::date and nth = ${issue.nth}`.execute(db)
      ).rows[0] ?? nothingPlanned(newsletterId, issue),

    /** For each of these slots the zone of one of its readers: a step on the index for each. */
    zoneOfEach: async (newsletterId: number, slots: Date[]): Promise<{ at: Date; timeZone: string }[]> =>
      (
        await sql<{ at: Date; timeZone: string }>`
          select slot.at, one.time_zone as "timeZone" from unnest(${slots}::timestamptz[]) slot (at) cross join lateral (
            select r.time_zone from subscriptions s join subscribers r on r.id = s.subscriber_id
            where s.newsletter_id = ${newsletterId} and s.state = 'active' and s.next_due_at = slot.at
            order by s.id limit 1) one
          order by slot.at`.execute(db)
      ).rows,

    /** Editions of these slots that wait for somebody; until then nothing leaves there. */
    pausedAt: async (newsletterId: number, slots: Date[]): Promise<{ id: number; at: Date }[]> =>
      (
        await sql<{ id: number; at: Date }>`
          select id, slot as at from editions
          where newsletter_id = ${newsletterId} and slot = any(${slots}::timestamptz[]) and status = 'paused'
          order by slot`.execute(db)
      ).rows,

    /** The editions of slots that are still to come, as of now; the next tick plans them. */
    openEarly: async (newsletterId: number, slots: Date[], now: Date): Promise<void> => {
      await sql`
        insert into editions as e (newsletter_id, kind, status, slot, as_of, late, rehearsal, begun_at, created_at)
        select ${newsletterId}, 'digest', 'assembling', at, ${now}, false, ${rehearsing}, clock_timestamp(), ${now}
        from unnest(${slots}::timestamptz[]) slot (at)
        on conflict (newsletter_id, slot) where slot is not null do update
          set status = 'sending', planned_at = null, planned_after = 0, finished_at = null
          where e.planned_at is not null and e.status not in ('cancelled', 'paused')`.execute(db);
    },

    /** One change at a time: of two editors at once, neither undoes what the other did. */
    change: (
      newsletterId: number,
      { date, nth }: Issue,
      change: (plan: DigestPlan) => DigestPlan,
      now: Date,
    ): Promise<DigestPlan> =>
      db.transaction().execute(async (trx) => {
        await sql`insert into digest_plans (newsletter_id, on_date, nth, changed_at)
          values (${newsletterId}, ${date}::date, ${nth}, ${now}) on conflict do nothing`.execute(trx);
        const { rows } = await sql<DigestPlan>`
          select ${columns} from digest_plans
          where newsletter_id = ${newsletterId} and on_date = ${date}::date and nth = ${nth} for update`.execute(trx);
        const p = change(rows[0] ?? nothingPlanned(newsletterId, { date, nth }));
        await sql`
          update digest_plans set pinned = ${p.pinned}::bigint[], placed = ${p.placed}::bigint[],
            dropped = ${p.dropped}::bigint[], intro = ${p.intro}, subject = ${p.subject}, preheader = ${p.preheader},
            wording = ${p.wording}, held_at = ${p.heldAt}, sent_at = ${p.sentAt}, changed_at = ${now}
          where newsletter_id = ${newsletterId} and on_date = ${date}::date and nth = ${nth}`.execute(trx);
        return p;
      }),
  };
}

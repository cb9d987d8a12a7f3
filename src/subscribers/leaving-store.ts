import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { type LeavingReason, leavingReasons } from './leaving-reasons.ts';

/** What a goodbye is about where nothing is left. */
export const EVERYTHING = 0;

export interface ReasonCount {
  month: string;
  reason: LeavingReason;
  readers: number;
}

/**
 * The events of a reader's last leaving: one for each newsletter that it ended. None for a reader who is being erased,
 * which is waited for.
 */
const lastLeaving = (readerId: number) => sql`
  select id, newsletter_id from consent_events
  where subscriber_id = (select id from subscribers where id = ${readerId} for key share) and kind = 'unsubscribed' and at = (
    select max(at) from consent_events where subscriber_id = ${readerId} and kind = 'unsubscribed')`;

export type LeavingStore = ReturnType<typeof createLeavingStore>;

/** What a reader says on the way out, and the goodbye they ask for. */
export function createLeavingStore(db: Db) {
  return {
    /** Says why the reader's last leaving was; the first word stands. */
    sayWhy: async (readerId: number, reason: LeavingReason | null, remark: string | null, now: Date): Promise<void> => {
      await sql`
        with leaving as (${lastLeaving(readerId)}),
        said as (
          insert into leaving_reasons (event_id, reason, remark, at)
          select id, ${reason}, ${remark}, ${now} from leaving on conflict do nothing returning event_id)
        insert into leaving_counts as c (newsletter_id, month, reason, readers)
        select l.newsletter_id, date_trunc('month', ${now}::timestamptz at time zone 'UTC')::date,
          coalesce(${reason}, 'other'), 1
        from said join leaving l on l.id = said.event_id where l.newsletter_id is not null order by l.newsletter_id
        on conflict (newsletter_id, month, reason) do update set readers = c.readers + 1`.execute(db);
    },

    /**
     * Owes a goodbye for the reader's last leaving, when none was sent since `since`.
     * @returns the id of the mail that is owed
     */
    wantGoodbye: async (readerId: number, since: Date, now: Date): Promise<number | undefined> =>
      (
        await sql<{ id: number }>`
          with leaving as (${lastLeaving(readerId)})
          insert into account_mails as m (subscriber_id, kind, about, due_at)
          select ${readerId}, 'goodbye', case when exists (
            select from subscriptions where subscriber_id = ${readerId} and state <> 'unsubscribed')
            then max(newsletter_id) else ${EVERYTHING} end, ${now}
          from leaving where not exists (select from account_mails g where g.subscriber_id = ${readerId}
            and g.kind = 'goodbye' and coalesce(g.sent_at >= ${since}, g.settled_at is null))
          having max(id) is not null
          on conflict (subscriber_id, kind, about) do update set due_at = excluded.due_at, settled_at = null
          returning id`.execute(db)
      ).rows[0]?.id,

    /** The newest month first, at least so many of them whole. */
    counts: async (newsletterId: number, months: number): Promise<ReasonCount[]> =>
      (
        await sql<ReasonCount>`
          select to_char(month, 'YYYY-MM') as month, reason, readers from leaving_counts
          where newsletter_id = ${newsletterId} order by leaving_counts.month desc, readers desc, reason
          limit ${months * Object.keys(leavingReasons).length}`.execute(db)
      ).rows,
  };
}

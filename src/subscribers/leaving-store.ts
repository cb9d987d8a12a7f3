import { sql } from 'kysely';
import type { EmailAddress } from '../kernel/email-address.ts';
import type { Db } from '../platform/db/pool.ts';
import { type LeavingReason, leavingReasons } from './leaving-reasons.ts';

export interface OwedGoodbye {
  eventId: number;
  subscriberId: number;
  email: EmailAddress;
  newsletterId: number;
  everything: boolean;
  wantedAt: Date;
  settled: boolean;
  suppressed: boolean;
  /** They came back before it was sent, so there is no goodbye to say. */
  returned: boolean;
  /** When the last goodbye before this one was sent. */
  lastSentAt: Date | null;
  /** Only staff are mailed now, and this is none of them. */
  rehearsing: boolean;
}

export interface ReasonCount {
  month: string;
  reason: LeavingReason;
  readers: number;
}

/** The events of a reader's last leaving: one for each newsletter that it ended. */
const lastLeaving = (readerId: number) => sql`
  select id, newsletter_id from consent_events
  where subscriber_id = ${readerId} and kind = 'unsubscribed' and at = (
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
        from said join leaving l on l.id = said.event_id where l.newsletter_id is not null
        on conflict (newsletter_id, month, reason) do update set readers = c.readers + 1`.execute(db);
    },

    /** Owes a goodbye for the reader's last leaving. @returns its event, undefined when one was wanted before */
    wantGoodbye: async (readerId: number, now: Date): Promise<number | undefined> => {
      const { rows } = await sql<{ eventId: number }>`
        with leaving as (${lastLeaving(readerId)})
        insert into goodbyes (event_id, everything, wanted_at)
        select max(id), not exists (
          select from subscriptions where subscriber_id = ${readerId} and state <> 'unsubscribed'), ${now}
        from leaving having max(id) is not null on conflict do nothing
        returning event_id as "eventId"`.execute(db);
      return rows[0]?.eventId;
    },

    owedGoodbye: async (eventId: number): Promise<OwedGoodbye | undefined> => {
      const { rows } = await sql<OwedGoodbye>`
        select g.event_id as "eventId", r.id as "subscriberId", r.email, c.newsletter_id as "newsletterId", g.everything,
          g.wanted_at as "wantedAt", g.settled_at is not null as settled,
          exists (select from suppressions x where x.email_hash = r.email_hash) as suppressed,
          exists (select from subscriptions s where s.subscriber_id = r.id and s.newsletter_id = c.newsletter_id
            and s.state <> 'unsubscribed') as returned,
          (select max(e.sent_at) from goodbyes e join consent_events k on k.id = e.event_id
            where k.subscriber_id = r.id) as "lastSentAt",
          (select rehearsal from brand) and not exists (
            select from staff p where lower(p.email) = r.email_key and p.disabled_at is null) as rehearsing
        from goodbyes g join consent_events c on c.id = g.event_id join subscribers r on r.id = c.subscriber_id
        where g.event_id = ${eventId}`.execute(db);
      return rows[0];
    },

    owedGoodbyes: async (before: Date, limit: number): Promise<number[]> => {
      const { rows } = await sql<{ eventId: number }>`
        select event_id as "eventId" from goodbyes where settled_at is null and wanted_at < ${before}
        order by wanted_at limit ${limit}`.execute(db);
      return rows.map(({ eventId }) => eventId);
    },

    /** `sentAt` is null when nothing was sent. */
    settleGoodbye: async (eventId: number, sentAt: Date | null, now: Date): Promise<void> => {
      await sql`update goodbyes set settled_at = ${now}, sent_at = ${sentAt}
        where event_id = ${eventId} and settled_at is null`.execute(db);
    },

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

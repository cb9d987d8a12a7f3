import { sql } from 'kysely';
import type { EmailAddress } from '../kernel/email-address.ts';
import type { Db } from '../platform/db/pool.ts';

export interface OwedConfirmation {
  id: number;
  email: EmailAddress;
  request: number;
  wantedAt: Date;
  sentAt: Date | null;
  /** The request whose link was mailed last; null when no link was. */
  mailedRequest: number | null;
  settled: boolean;
  suppressed: boolean;
  /** Something waits to be confirmed. */
  waits: boolean;
  /** The reader has confirmed or left since the last mail, so another one is theirs to want. */
  actedSince: boolean;
  /** Only staff are mailed now, and this is none of them. */
  rehearsing: boolean;
}

/** The mail that answers a sign-up: owed, and settled. */
export const createConfirmationStore = (db: Db) => ({
  owedConfirmation: async (id: number): Promise<OwedConfirmation | undefined> => {
    const { rows } = await sql<OwedConfirmation>`
      select s.id, s.email, s.request, s.confirmation_wanted_at as "wantedAt", s.confirmation_sent_at as "sentAt",
        s.mailed_request as "mailedRequest", exists (select from subscriptions y where y.subscriber_id = s.id
          and y.state = 'pending') as waits, coalesce(s.confirmation_settled_at >= s.confirmation_wanted_at, false) as settled,
        exists (select from suppressions x where x.email_hash = s.email_hash) as suppressed,
        exists (select from subscriptions y where y.subscriber_id = s.id
          and greatest(y.activated_at, y.ended_at) >= s.confirmation_sent_at) as "actedSince",
        (select rehearsal from brand) and not exists (
          select from staff p where lower(p.email) = lower(s.email) and p.disabled_at is null) as rehearsing
      from subscribers s where s.id = ${id} and s.confirmation_wanted_at is not null`.execute(db);
    return rows[0];
  },

  owedConfirmations: async (before: Date, limit: number): Promise<number[]> => {
    const { rows } = await sql<{ id: number }>`
      select id from subscribers where confirmation_wanted_at < ${before}
        and (confirmation_settled_at is null or confirmation_settled_at < confirmation_wanted_at)
      order by confirmation_wanted_at limit ${limit}`.execute(db);
    return rows.map(({ id }) => id);
  },

  /** `sentAt` is null when nothing was sent: throttled, suppressed or refused for good. A reminder is owed once for a request. */
  settleConfirmation: async (
    id: number,
    wantedAt: Date,
    sentAt: Date | null,
    mailedRequest: number | null = null,
  ): Promise<void> => {
    await sql`
      with settled as (
        update subscribers set confirmation_settled_at = ${wantedAt},
          confirmation_sent_at = coalesce(${sentAt}::timestamptz, confirmation_sent_at),
          mailed_request = case when ${sentAt}::timestamptz is null then mailed_request else ${mailedRequest}::int end where id = ${id} returning id, request)
      insert into account_mails (subscriber_id, kind, about, due_at)
      select id, 'reminder', request, ${sentAt}::timestamptz + interval '24 hours' from settled
      where ${sentAt}::timestamptz is not null and exists (
        select from subscriptions s join newsletters n on n.id = s.newsletter_id
        where s.subscriber_id = settled.id and s.state = 'pending' and n.reminder)
      on conflict do nothing`.execute(db);
  },
});

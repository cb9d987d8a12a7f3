import { sql } from 'kysely';
import type { EmailAddress } from '../kernel/email-address.ts';
import type { Db } from '../platform/db/pool.ts';
import { createSubscriberStore } from './store.ts';
import type { Activation, ConsentProof } from './subscriber.ts';

export type AccountMailKind = 'reminder' | 'welcome' | 'my-link' | 'new-address' | 'old-address' | 'goodbye';

export interface OwedMail {
  id: number;
  readerId: number;
  kind: AccountMailKind;
  about: number;
  dueAt: Date;
  settled: boolean;
  to: EmailAddress;
  suppressed: boolean;
  /** Only staff are mailed now, and this is none of them. */
  rehearsing: boolean;
}

export type OptInStore = ReturnType<typeof createOptInStore>;

/** What confirmation links stand for, and the mail about subscriptions that is owed beside confirmations. */
export function createOptInStore(db: Db) {
  return {
    /** Which of the reader's wishes stands now; undefined when the reader is gone. */
    requestOf: async (readerId: number): Promise<number | undefined> =>
      (await sql<{ request: number }>`select request from subscribers where id = ${readerId}`.execute(db)).rows[0]
        ?.request,

    /**
     * Activates what the request was about and owes the welcome, while the request stands: a sign-up in the same moment
     * waits for the row, and begins another.
     * @returns the id of the welcome that is owed now
     */
    confirm: (readerId: number, request: number, activations: Activation[], proof: ConsentProof, now: Date) =>
      db.transaction().execute(async (trx): Promise<number | undefined> => {
        const { rows } = await sql`
          select from subscribers where id = ${readerId} and request = ${request} for no key update`.execute(trx);
        if (rows.length === 0) return undefined;
        await createSubscriberStore(trx).activate(readerId, activations, 'confirmed', proof, now);
        const { rows: welcome } = await sql<{ id: number }>`
          insert into account_mails (subscriber_id, kind, about, due_at)
          select ${readerId}, 'welcome', ${request}, ${now} where exists (
            select from subscriptions s join newsletters n on n.id = s.newsletter_id
            where s.subscriber_id = ${readerId} and s.activated_at = ${now} and s.state = 'active' and n.welcome)
          on conflict do nothing returning id`.execute(trx);
        return welcome[0]?.id;
      }),

    /** Two of the kinds concern an address that is not, or no longer, the reader's own. */
    owedMail: async (id: number): Promise<OwedMail | undefined> =>
      (
        await sql<OwedMail>`
          select m.id, m.subscriber_id as "readerId", m.kind, m.about, m.due_at as "dueAt",
            m.settled_at is not null as settled, t.email as to,
            exists (select from suppressions x where x.email_hash = t.hash) as suppressed,
            (select rehearsal from brand) and not exists (
              select from staff p where lower(p.email) = lower(t.email) and p.disabled_at is null) as rehearsing
          from account_mails m join subscribers s on s.id = m.subscriber_id
          left join address_changes c on c.id = m.about and c.subscriber_id = s.id
          cross join lateral (select
            case m.kind when 'new-address' then c.new_email when 'old-address' then c.old_email else s.email end,
            case m.kind when 'new-address' then c.new_hash when 'old-address' then c.old_hash else s.email_hash end)
            t (email, hash)
          where m.id = ${id} and t.email is not null`.execute(db)
      ).rows[0],

    /** @returns false when it was settled before */
    settleMail: async (id: number, now: Date, sentAt: Date | null): Promise<boolean> => {
      const { rows } = await sql`
        update account_mails set settled_at = ${now}, sent_at = coalesce(${sentAt}::timestamptz, sent_at)
        where id = ${id} and settled_at is null returning id`.execute(db);
      return rows.length > 0;
    },

    /** Notes how a mail went that was settled before it left. */
    noteSent: async (id: number, sentAt: Date | null): Promise<void> => {
      const again = sentAt ? sql`` : sql`, settled_at = null`;
      await sql`update account_mails set sent_at = ${sentAt}${again} where id = ${id}`.execute(db);
    },

    /** What was due before then: all of it is settled or about something that is forgotten. */
    forgetMails: async (before: Date): Promise<void> => {
      await sql`delete from account_mails where due_at < ${before}`.execute(db);
    },

    owedMails: async (before: Date, limit: number): Promise<number[]> =>
      (
        await sql<{ id: number }>`
          select id from account_mails where settled_at is null and due_at < ${before}
          order by due_at limit ${limit}`.execute(db)
      ).rows.map(({ id }) => id),

    /** The same row for every address, whether it is a reader's or not. */
    askForLink: async (emailKey: string, now: Date): Promise<number> =>
      (
        await sql<{ id: number }>`
          insert into link_requests (email_key, wanted_at) values (${emailKey}, ${now}) returning id`.execute(db)
      ).rows[0]?.id ?? 0,

    /** The key that was asked about; undefined when it has been looked up. */
    askedAbout: async (requestId: number): Promise<string | undefined> =>
      (await sql<{ key: string }>`select email_key as key from link_requests where id = ${requestId}`.execute(db))
        .rows[0]?.key,

    /**
     * Owes the reader of that address the mail, when there is a reader and none was sent since `since`; the question is
     * forgotten either way.
     * @returns the id of the mail that is owed
     */
    oweLink: async (requestId: number, keys: string[], since: Date): Promise<number | undefined> =>
      (
        await sql<{ id: number }>`
          with asked as (delete from link_requests where id = ${requestId} returning email_key, wanted_at)
          insert into account_mails as m (subscriber_id, kind, due_at)
          select s.id, 'my-link', asked.wanted_at from asked cross join lateral (
            select id from subscribers where email_key = any (${keys}::text[]) order by email_key <> asked.email_key limit 1) s
          on conflict (subscriber_id, kind, about) do update set due_at = excluded.due_at, settled_at = null
            where m.settled_at is not null and coalesce(m.sent_at < ${since}, true)
          returning id`.execute(db)
      ).rows[0]?.id,

    waitingLinks: async (before: Date, limit: number): Promise<number[]> =>
      (
        await sql<{ id: number }>`
          select id from link_requests where wanted_at < ${before} order by id limit ${limit}`.execute(db)
      ).rows.map(({ id }) => id),
  };
}

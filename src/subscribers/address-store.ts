import { type RawBuilder, sql } from 'kysely';
import { addressKey, type EmailAddress } from '../kernel/email-address.ts';
import type { Language } from '../kernel/language.ts';
import type { Db } from '../platform/db/pool.ts';

export interface AddressChange {
  id: number;
  readerId: number;
  oldEmail: EmailAddress;
  newEmail: EmailAddress;
  /** The reader's, or that of a newsletter they have; null for the newsroom's. */
  language: Language | null;
  /** What the reader will be kept under: other spellings of the mailbox are the same reader then. */
  newKey: string;
  movedAt: Date | null;
  stoppedAt: Date | null;
  /** Another change was asked for since, and this one makes nothing move any more. */
  superseded: boolean;
}

/** Somebody typed the address `t` has into a form, and nobody ever confirmed it. */
const unproven = sql`not exists (select from subscriptions y where y.subscriber_id = t.id
  and (y.activated_at is not null or y.state = 'active'))`;

/** The reader `t` has the new address, in this spelling or in the one that stands for all of them. */
const hasNew = ({ newEmail, newKey }: AddressChange) =>
  sql`t.email_key = any (${[addressKey(newEmail), newKey]}::text[])`;

/** Readers are locked before what is theirs, and all of them in one order: two who want each other's address wait. */
const lockReaders = (trx: Db, readerId: RawBuilder<unknown>, taken: RawBuilder<unknown>) =>
  sql`select from subscribers t where t.id = ${readerId} or ${taken} order by t.id for update`.execute(trx);

/** Whoever only typed the address into a form does not keep its owner from it. Their own sign-up is asked for anew. */
const makeRoom = (trx: Db, id: number, taken: RawBuilder<unknown>) =>
  sql`delete from subscribers t using address_changes c
    where c.id = ${id} and ${taken} and t.id <> c.subscriber_id and ${unproven}`.execute(trx);

export type AddressStore = ReturnType<typeof createAddressStore>;

/** Changes of readers' addresses. */
export function createAddressStore(db: Db) {
  const one = async <T>(query: ReturnType<typeof sql<T>>) => (await query.execute(db)).rows[0];

  return {
    byId: (id: number) =>
      one(sql<AddressChange>`
        select c.id, c.subscriber_id as "readerId", c.old_email as "oldEmail", c.new_email as "newEmail",
          c.new_key as "newKey", (select coalesce(s.language, (
            select n.language from subscriptions y join newsletters n on n.id = y.newsletter_id
            where y.subscriber_id = s.id and y.state = 'active' order by n.id limit 1))
            from subscribers s where s.id = c.subscriber_id) as language, c.moved_at as "movedAt", c.stopped_at as "stoppedAt", exists (
            select from address_changes l where l.subscriber_id = c.subscriber_id and l.id > c.id) as superseded
        from address_changes c where c.id = ${id}`),

    /** The latest first, as the reader may see them. */
    ofReader: async (readerId: number): Promise<object[]> =>
      (
        await sql<object>`
          select old_email as "oldAddress", new_email as "newAddress", asked_at as "askedAt", moved_at as "movedAt",
            stopped_at as "stoppedAt"
          from address_changes where subscriber_id = ${readerId} order by asked_at desc, id desc`.execute(db)
      ).rows,

    /** How often it was asked for, and whether the reader's own address has stopped one. */
    recent: async (readerId: number, { asked, stopped }: { asked: Date; stopped: Date }) =>
      (await one(sql<{ asked: number; stopped: boolean }>`
        select count(*) filter (where asked_at > ${asked})::int as asked,
          coalesce(bool_or(stopped_at > ${stopped}), false) as stopped
        from address_changes where subscriber_id = ${readerId}`)) ?? { asked: 0, stopped: false },

    /** Written for every new address alike. @returns the two mails that are owed now; none for a reader who is being erased */
    ask: async (
      readerId: number,
      { email, key, hash }: { email: EmailAddress; key: string; hash: Buffer },
      now: Date,
    ): Promise<number[]> =>
      (
        await sql<{ id: number }>`
          with change as (
            insert into address_changes (subscriber_id, old_email, old_key, old_hash, new_email, new_key, new_hash, asked_at)
            select id, email, email_key, email_hash, ${email}, ${key}, ${hash}, ${now}
            from subscribers where id = ${readerId} for key share returning id, subscriber_id)
          insert into account_mails (subscriber_id, kind, about, due_at)
          select subscriber_id, k.kind, id, ${now} from change, (values ('new-address'), ('old-address')) k (kind)
          returning id`.execute(db)
      ).rows.map(({ id }) => id),

    /** The reader whose address it is already, other than the one who asks. A wish that was never confirmed is nobody's. */
    takenBy: async (change: AddressChange): Promise<number | undefined> =>
      (
        await one(sql<{ id: number }>`
        select t.id from subscribers t where ${hasNew(change)} and t.id <> ${change.readerId} and not (${unproven})`)
      )?.id,

    /**
     * Takes the address for this change's mail before it leaves: workers that look at the same moment are let through one
     * after the other, and the later ones find it taken.
     * @returns false when another change has sent a mail to this address since then
     */
    claim: ({ id, newKey }: AddressChange, since: Date, now: Date): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        await sql`select pg_advisory_xact_lock(hashtextextended(${newKey}, 0))`.execute(trx);
        const { rows } = await sql`
          update account_mails m set sent_at = ${now} from address_changes c
          where c.id = ${id} and m.subscriber_id = c.subscriber_id and m.kind = 'new-address' and m.about = c.id
            and not exists (
              select from address_changes o join account_mails x
                on x.subscriber_id = o.subscriber_id and x.kind = 'new-address' and x.about = o.id
              where o.new_key = c.new_key and o.id <> c.id and x.sent_at > ${since})
          returning m.id`.execute(trx);
        return rows.length > 0;
      }),

    /** @returns false when the change is over, or the address is a reader's or suppressed by now */
    move: (asked: AddressChange, now: Date): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        await lockReaders(trx, sql`${asked.readerId}`, hasNew(asked));
        await makeRoom(trx, asked.id, hasNew(asked));
        const { rows } = await sql`
          with change as (
            select c.* from address_changes c where c.id = ${asked.id} and c.moved_at is null and c.stopped_at is null
              and not exists (select from address_changes l where l.subscriber_id = c.subscriber_id and l.id > c.id)
              and not exists (select from suppressions x where x.email_hash = c.new_hash)
              and not exists (select from subscribers t where ${hasNew(asked)} and t.id <> c.subscriber_id)),
          moved as (
            update subscribers s set email = c.new_email, email_key = c.new_key, email_hash = c.new_hash, moved_at = ${now}
            from change c join subscribers b on b.id = c.subscriber_id
            where s.id = c.subscriber_id and s.email_key = c.old_key returning s.id, b.moved_at as moved_before),
          proven as (
            insert into consent_events (subscriber_id, kind, at, method, wording)
            select id, 'preferences', ${now}, 'link', 'The address was changed, confirmed from the new one.' from moved)
          update address_changes c set moved_at = ${now}, moved_before = moved.moved_before from moved where c.id = ${asked.id} returning c.id`.execute(
          trx,
        );
        return rows.length > 0;
      }),

    /**
     * Stops the change and all that were asked for after it, and gives the reader the old address back.
     * @returns false when it was stopped before, or the old address has become another reader's
     */
    stop: (id: number, now: Date): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        await lockReaders(
          trx,
          sql`(select subscriber_id from address_changes where id = ${id})`,
          sql`t.email_key = (select old_key from address_changes where id = ${id})`,
        );
        await makeRoom(trx, id, sql`t.email_key = c.old_key`);
        const { rows } = await sql`
          with change as (
            select c.* from address_changes c where c.id = ${id} and c.stopped_at is null
              and not exists (select from subscribers t where t.email_key = c.old_key and t.id <> c.subscriber_id)),
          stopped as (
            update address_changes a set stopped_at = ${now} from change c
            where a.subscriber_id = c.subscriber_id and a.id >= c.id and a.stopped_at is null),
          back as (
            update subscribers s set email = c.old_email, email_key = c.old_key, email_hash = c.old_hash, moved_at = c.moved_before
            from change c where s.id = c.subscriber_id and (s.email_key, s.email) <> (c.old_key, c.old_email) returning s.id),
          proven as (
            insert into consent_events (subscriber_id, kind, at, method, wording)
            select id, 'preferences', ${now}, 'link', 'A change of address was undone from the old one.' from back)
          select from change`.execute(trx);
        return rows.length > 0;
      }),

    /** When neither link works any more, nobody needs to know the old address. */
    forget: async (before: Date): Promise<void> => {
      await sql`delete from address_changes where asked_at < ${before}`.execute(db);
    },
  };
}

import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { Role } from '../platform/http/staff.ts';

export interface Person {
  id: number;
  name: string;
  email: string;
  role: Role;
  twoFactor: boolean;
  disabledAt: Date | null;
  /** While an invitation is open. */
  invitedAt: Date | null;
  invitationSentAt: Date | null;
  hasPassword: boolean;
}

const columns = sql`id, name, email, role, two_factor_enabled as "twoFactor", disabled_at as "disabledAt",
  invited_at as "invitedAt", invitation_sent_at as "invitationSentAt",
  exists (select from staff_accounts a where a.user_id = staff.id and a.password is not null) as "hasPassword"`;

export type PeopleStore = ReturnType<typeof createPeopleStore>;

/** Staff as rows; their passwords and sessions are the door's. */
export function createPeopleStore(db: Db) {
  const one = async (query: ReturnType<typeof sql<Person>>) => (await query.execute(db)).rows[0];

  return {
    byId: (id: number) => one(sql<Person>`select ${columns} from staff where id = ${id}`),

    list: async (): Promise<Person[]> =>
      (await sql<Person>`select ${columns} from staff order by disabled_at is not null, lower(name), id`.execute(db))
        .rows,

    any: async (): Promise<boolean> => (await sql`select from staff limit 1`.execute(db)).rows.length > 0,

    /** Admins who come in by a password alone. */
    adminsWithoutSecondStep: async (): Promise<number> =>
      (
        await sql<{ admins: number }>`
          select count(*)::int as admins from staff s
          where role = 'admin' and disabled_at is null and invited_at is null and not two_factor_enabled
            and not exists (select from staff_passkeys k where k.user_id = s.id)`.execute(db)
      ).rows[0]?.admins ?? 0,

    /** Undefined when the address is taken. */
    add: (person: { name: string; email: string; role: Role }, now: Date) =>
      one(sql<Person>`
        insert into staff (name, email, role, email_verified, invited_at, created_at, updated_at)
        values (${person.name}, ${person.email}, ${person.role}, true, date_trunc('second', ${now}::timestamptz), ${now}, ${now})
        on conflict (email) do nothing returning ${columns}`),

    /** A new link; the one before opens nothing any more. */
    inviteAgain: (id: number, now: Date) =>
      one(sql<Person>`
        update staff set invited_at = date_trunc('second', ${now}::timestamptz), invitation_sent_at = null, updated_at = ${now}
        where id = ${id} and disabled_at is null returning ${columns}`),

    /** Once only. False when this invitation is no longer open. */
    useInvitation: async (id: number, invitedAt: Date, now: Date): Promise<boolean> => {
      const { rows } = await sql`
        update staff set invited_at = null, updated_at = ${now}
        where id = ${id} and invited_at = ${invitedAt} and disabled_at is null returning id`.execute(db);
      return rows.length > 0;
    },

    noteInvitationSent: async (id: number, invitedAt: Date, now: Date): Promise<void> => {
      await sql`update staff set invitation_sent_at = ${now} where id = ${id} and invited_at = ${invitedAt}`.execute(
        db,
      );
    },

    owedInvitations: async (): Promise<number[]> =>
      (
        await sql<{ id: number }>`
          select id from staff where invited_at is not null and invitation_sent_at is null and disabled_at is null`.execute(
          db,
        )
      ).rows.map(({ id }) => id),

    /** False when it would leave no admin. One change at a time, or two admins could unmake each other. */
    change: (id: number, { role, disabled }: { role: Role; disabled: boolean }, now: Date): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        await sql`lock table staff in share row exclusive mode`.execute(trx);
        const { rows } = await sql`
        update staff set role = ${role}, updated_at = ${now},
          disabled_at = case when ${disabled} then coalesce(disabled_at, ${now}) end,
          invited_at = case when ${disabled} then null else invited_at end
        where id = ${id} and ((${role} = 'admin' and not ${disabled}) or exists (
          select from staff o where o.id <> ${id} and o.role = 'admin' and o.disabled_at is null))
        returning id`.execute(trx);
        return rows.length > 0;
      }),

    /** Whoever lost their phone comes back by an invitation, as whoever lost their password does. */
    forgetSecondFactor: async (id: number): Promise<void> => {
      await sql`
        with gone as (delete from staff_two_factors where user_id = ${id})
        update staff set two_factor_enabled = false where id = ${id}`.execute(db);
    },

    byEmail: (email: string) => one(sql<Person>`select ${columns} from staff where email = ${email}`),

    /** Sessions, challenges and counted attempts whose time is over. */
    forgetExpired: async (now: Date): Promise<void> => {
      await sql`delete from staff_sessions where expires_at < ${now}`.execute(db);
      await sql`delete from staff_verifications where expires_at < ${now}`.execute(db);
      await sql`delete from sign_in_attempts where expire < ${now.getTime()}`.execute(db);
    },
  };
}

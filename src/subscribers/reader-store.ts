import { sql } from 'kysely';
import type { EmailAddress } from '../kernel/email-address.ts';
import type { Db } from '../platform/db/pool.ts';

export interface ReaderListed {
  id: number;
  /** What they are ordered by. */
  emailKey: string;
  email: EmailAddress;
  timeZone: string;
  createdAt: Date;
  subscriptions: { name: string; state: 'pending' | 'active' | 'unsubscribed' }[];
}

const columns = sql`r.id, r.email_key as "emailKey", r.email, r.time_zone as "timeZone", r.created_at as "createdAt", (
  select coalesce(json_agg(json_build_object('name', n.name, 'state', s.state) order by n.id), '[]')
  from subscriptions s join newsletters n on n.id = s.newsletter_id where s.subscriber_id = r.id) as subscriptions`;

/** Greater than whatever an address may go on with. */
const LAST = '\u{10ffff}';

export type ReaderStore = ReturnType<typeof createReaderStore>;

/** Readers as staff look for them. */
export function createReaderStore(db: Db) {
  return {
    idOf: async (emailKey: string): Promise<number | undefined> =>
      (await sql<{ id: number }>`select id from subscribers where email_key = ${emailKey}`.execute(db)).rows[0]?.id,

    /** In the order of their addresses; `after` is the last address key seen, empty for the first page. */
    startingWith: async (prefix: string, after: string, limit: number): Promise<ReaderListed[]> =>
      (
        await sql<ReaderListed>`
          select ${columns} from subscribers r
          where r.email_key collate "C" >= ${prefix} and r.email_key collate "C" < ${prefix + LAST}
            and r.email_key collate "C" > ${after}
          order by r.email_key collate "C" limit ${limit}`.execute(db)
      ).rows,

    newest: async (before: number | null, limit: number): Promise<ReaderListed[]> =>
      (
        await sql<ReaderListed>`
          select ${columns} from subscribers r where ${before ? sql`r.id < ${before}` : sql`true`}
          order by r.id desc limit ${limit}`.execute(db)
      ).rows,

    oldest: async (): Promise<ReaderListed | undefined> =>
      (await sql<ReaderListed>`select ${columns} from subscribers r order by r.id limit 1`.execute(db)).rows[0],

    hasHash: async (id: number, hash: Buffer): Promise<boolean> =>
      (await sql`select from subscribers where id = ${id} and email_hash = ${hash}`.execute(db)).rows.length > 0,

    /** Owes the reader a confirmation once more. */
    wantConfirmation: async (id: number, now: Date): Promise<void> => {
      await sql`update subscribers set confirmation_wanted_at = ${now} where id = ${id}`.execute(db);
    },
  };
}

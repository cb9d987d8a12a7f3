import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';

export interface Suppression {
  id: number;
  reason: string;
  at: Date;
}

const columns = sql`id, reason, at`;

export type SuppressionStore = ReturnType<typeof createSuppressionStore>;

/** Addresses that must never be mailed again, by their keyed hash. */
export function createSuppressionStore(db: Db) {
  return {
    byHash: async (emailHash: Buffer): Promise<Suppression | undefined> =>
      (await sql<Suppression>`select ${columns} from suppressions where email_hash = ${emailHash}`.execute(db)).rows[0],

    list: async (before: number | null, limit: number): Promise<Suppression[]> =>
      (
        await sql<Suppression>`
          select ${columns} from suppressions where ${before ? sql`id < ${before}` : sql`true`}
          order by id desc limit ${limit}`.execute(db)
      ).rows,

    /** Undefined when it was suppressed before: the first reason stands. */
    add: async (emailHash: Buffer, reason: string, now: Date): Promise<Suppression | undefined> =>
      (
        await sql<Suppression>`
          insert into suppressions (email_hash, reason, at) values (${emailHash}, ${reason}, ${now})
          on conflict do nothing returning ${columns}`.execute(db)
      ).rows[0],

    /** Undefined when there was none. */
    lift: async (emailHash: Buffer): Promise<Suppression | undefined> =>
      (
        await sql<Suppression>`delete from suppressions where email_hash = ${emailHash} returning ${columns}`.execute(
          db,
        )
      ).rows[0],
  };
}

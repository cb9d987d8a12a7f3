import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';

/** One act: `act` is a verb phrase such as `alert.release`, `subject` names what it was done to, such as `edition 12`. */
export interface Act {
  staffId: number | null;
  who: string;
  act: string;
  subject?: string | undefined;
  before?: object | undefined;
  after?: object | undefined;
  ipTruncated?: string | undefined;
}

export interface AuditRow {
  id: number;
  at: Date;
  who: string;
  act: string;
  subject: string | null;
  before: object | null;
  after: object | null;
  ipTruncated: string | null;
}

export interface AuditFilter {
  /** Rows older than this id. */
  before: number | null;
  act: string | null;
  who: string | null;
  limit: number;
}

export type AuditStore = ReturnType<typeof createAuditStore>;

/** What staff have done, kept for good. */
export function createAuditStore(db: Db) {
  return {
    note: async ({ staffId, who, act, subject, before, after, ipTruncated }: Act): Promise<void> => {
      await sql`insert into audit_log (staff_id, who, act, subject, before, after, ip_truncated)
        values (${staffId}, ${who}, ${act}, ${subject ?? null}, ${json(before)}::jsonb, ${json(after)}::jsonb,
          ${ipTruncated ?? null})`.execute(db);
    },

    list: async ({ before, act, who, limit }: AuditFilter): Promise<AuditRow[]> =>
      (
        await sql<AuditRow>`
          select id, at, who, act, subject, before, after, ip_truncated as "ipTruncated" from audit_log
          where (${before}::bigint is null or id < ${before}) and (${act}::text is null or act = ${act})
            and (${who}::text is null or who = ${who})
          order by id desc limit ${limit}`.execute(db)
      ).rows,
  };
}

const json = (value: object | undefined): string | null =>
  value === undefined ? null : JSON.stringify(value, (_, part) => (typeof part === 'string' ? storable(part) : part));

/** `jsonb` holds neither half a character nor a null one, and no act goes unwritten for that. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

import { type RawBuilder, sql } from 'kysely';
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
  subject?: string | null;
  from?: Date | null;
  until?: Date | null;
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

    /** The newest first. */
    list: async ({ limit, ...filter }: AuditFilter): Promise<AuditRow[]> =>
      (
        await sql<AuditRow>`
          select id, at, who, act, subject, before, after, ip_truncated as "ipTruncated" from audit_log
          where ${sql.join(conditions(filter), sql` and `)} order by id desc limit ${limit}`.execute(db)
      ).rows,
  };
}

function conditions({ before, act, who, subject, from, until }: Omit<AuditFilter, 'limit'>): RawBuilder<unknown>[] {
  return [
    sql`true`,
    ...(before ? [sql`id < ${before}`] : []),
    ...(act ? [sql`act = ${act}`] : []),
    ...(who ? [sql`who = ${who}`] : []),
    ...(subject ? [sql`subject = ${subject}`] : []),
    ...(from ? [sql`at >= ${from} and id >= ${edge(from, 'first')}`] : []),
    ...(until ? [sql`at < ${until} and id <= ${edge(until, 'last')}`] : []),
  ];
}

/**
 * Ids rise with time, but for those that were written at the same moment: so a day is a stretch of ids, found by the
 * index, and every other filter has its own index within it.
 */
const edge = (at: Date, which: 'first' | 'last') =>
  which === 'first'
    ? sql`(select id from audit_log where at >= ${at}::timestamptz - interval '1 minute' order by at limit 1)`
    : sql`(select id from audit_log where at < ${at}::timestamptz + interval '1 minute' order by at desc limit 1)`;

const json = (value: object | undefined): string | null =>
  value === undefined ? null : JSON.stringify(value, (_, part) => (typeof part === 'string' ? storable(part) : part));

/** `jsonb` holds neither half a character nor a null one, and no act goes unwritten for that. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { Moves } from './subscriber.ts';

/** Consents are written in the order of their ids, so the newest stand together: these are read, and no more. */
const NEWEST = 10_000;

export interface ConsentEvent {
  id: number;
  at: Date;
  kind: string;
  newsletter: string | null;
  method: string;
  wording: string | null;
  formId: number | null;
  formVersion: number | null;
  pageUrl: string | null;
  ipTruncated: string | null;
  userAgent: string | null;
  /** The request that this one confirms. */
  confirms: number | null;
  reason: string | null;
  remark: string | null;
}

export type ConsentStore = ReturnType<typeof createConsentStore>;

export function createConsentStore(db: Db) {
  return {
    /** Oldest first. */
    ofReader: async (readerId: number, after: number, limit: number): Promise<ConsentEvent[]> =>
      (
        await sql<ConsentEvent>`
          select c.id, c.at, c.kind, n.slug as newsletter, c.method, c.wording, c.form_id as "formId",
            c.form_version as "formVersion", c.page_url as "pageUrl", c.ip_truncated as "ipTruncated",
            c.user_agent as "userAgent", c.confirms, l.reason, l.remark
          from consent_events c left join newsletters n on n.id = c.newsletter_id
            left join leaving_reasons l on l.event_id = c.id
          where c.subscriber_id = ${readerId} and c.id > ${after} order by c.id limit ${limit}`.execute(db)
      ).rows,

    /** Readers who began a subscription since then, and readers who ended one. */
    moves: async (since: Date, now: Date): Promise<Moves> => {
      const { rows } = await sql<Moves>`
        select count(distinct subscriber_id) filter (where kind in ('confirmed', 'imported', 'resubscribed'))::int as joined,
          count(distinct subscriber_id) filter (where kind = 'unsubscribed')::int as left,
          count(*) = ${NEWEST} as "atLeast"
        from (select subscriber_id, kind, at from consent_events order by id desc limit ${NEWEST}) newest
        where at > ${since} and at <= ${now}`.execute(db);
      return rows[0] ?? { joined: 0, left: 0, atLeast: false };
    },
  };
}

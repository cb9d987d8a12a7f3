import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { Moves } from './subscriber.ts';

/** Consents are written in the order of their ids, so the newest stand together: these are read, and no more. */
const NEWEST = 10_000;

export function createConsentStore(db: Db) {
  return {
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

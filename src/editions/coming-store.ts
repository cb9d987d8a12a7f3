import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { candidateStore } from './candidate-store.ts';
import type { CountingDown } from './coming.ts';

/** Enough readers of a slot to tell what most of them have had. */
const SAMPLE = 100;

export type ComingStore = ReturnType<typeof createComingStore>;

/** What goes out next; changes nothing. */
export function createComingStore(db: Db) {
  return {
    ...candidateStore(db),

    /** Alerts whose time has not come, the next first. */
    countingDown: async (limit: number): Promise<CountingDown[]> =>
      (
        await sql<CountingDown>`
          select e.id, coalesce(e.headline, '') as headline, e.newsletter_id as "newsletterId", n.name as newsletter,
            e.release_at as at
          from editions e join newsletters n on n.id = e.newsletter_id
          where e.status = 'scheduled' order by e.release_at, e.id limit ${limit}`.execute(db)
      ).rows,

    /** Up to when most readers of a slot have been served; null where all of them are new. */
    servedUntil: async (newsletterId: number, slot: Date): Promise<Date | null> =>
      (
        await sql<{ servedUntil: Date | null }>`
          select mode() within group (order by served_until) as "servedUntil" from (
            select served_until from subscriptions
            where newsletter_id = ${newsletterId} and state = 'active' and next_due_at = ${slot}
            order by id limit ${SAMPLE}) s`.execute(db)
      ).rows[0]?.servedUntil ?? null,
  };
}

import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';

export function createDueStore(db: Db) {
  return {
    /** The next few instants at which each newsletter is due: a step on the index for each, however many readers share it. */
    nextSlots: async (most: number): Promise<{ newsletterId: number; at: Date }[]> =>
      (
        await sql<{ newsletterId: number; at: Date }>`
          select n.id as "newsletterId", slot.at from newsletters n cross join lateral (
            with recursive slots (at) as (
              (select min(s.next_due_at) from subscriptions s
                where s.newsletter_id = n.id and s.state = 'active' and s.next_due_at is not null)
              union all
              select (select min(s.next_due_at) from subscriptions s
                where s.newsletter_id = n.id and s.state = 'active' and s.next_due_at > slots.at)
              from slots where slots.at is not null)
            select at from slots where at is not null limit ${most}) slot
          where n.active and n.kind = 'digest'
          order by n.id, slot.at`.execute(db)
      ).rows,
  };
}

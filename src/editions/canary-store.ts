import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';

export interface CanaryCounts {
  all: number;
  /** Not answered for yet. */
  open: number;
  /** Refused for good or for now, or of unknown fate. */
  refused: number;
  /** Accepted, and sent back afterwards. */
  bounced: number;
  /** The most frequent reason of a refusal. */
  worst: string | null;
}

export type CanaryStore = ReturnType<typeof createCanaryStore>;

/** The slice that goes first. Legal moves, each in its `where`: out → passed | held. */
export function createCanaryStore(db: Db) {
  return {
    counts: async (editionId: number): Promise<CanaryCounts> => {
      const { rows } = await sql<CanaryCounts>`
        select count(*) filter (where state <> 'skipped' and reason is distinct from 'quiet hours') as all,
          count(*) filter (where state in ('pending', 'sending')) as open,
          count(*) filter (where state in ('failed', 'uncertain') or (state = 'deferred' and reason <> 'quiet hours')) as refused,
          count(*) filter (where state = 'accepted' and bounced_at is not null) as bounced,
          mode() within group (order by reason) filter (
            where state in ('failed', 'uncertain') or (state = 'deferred' and reason <> 'quiet hours')) as worst
        from deliveries where edition_id = ${editionId}`.execute(db);
      return rows[0] ?? { all: 0, open: 0, refused: 0, bounced: 0, worst: null };
    },

    pass: async (editionId: number): Promise<void> => {
      await sql`update editions set canary = 'passed' where id = ${editionId} and canary = 'out'`.execute(db);
    },

    /** Waits for a person, who may go on or cancel. False when somebody has paused or cancelled it already. */
    hold: async (editionId: number, problem: string): Promise<boolean> => {
      const { rows } = await sql`
        update editions set canary = 'held', status = 'paused', paused_by = 'policy', problem = ${problem}
        where id = ${editionId} and canary = 'out' and status = 'sending' returning id`.execute(db);
      return rows.length > 0;
    },
  };
}

import { sql } from 'kysely';
import type { Db } from '../../platform/db/pool.ts';
import type { FailingSource } from './source.ts';

/** How the sources are doing. There are never many of them. */
export function createSourceHealthStore(db: Db) {
  return {
    /** Those that have failed longest first, and those that are gone until somebody has looked at them. */
    failing: async (limit: number): Promise<FailingSource[]> =>
      (
        await sql<FailingSource>`
          select id, name, url, failures, failing_since as "failingSince", error, gone_at is not null as gone
          from sources where (active or gone_at is not null) and failing_since is not null
          order by failing_since, id limit ${limit}`.execute(db)
      ).rows,
  };
}

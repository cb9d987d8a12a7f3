import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { FailingSource } from './article.ts';

/** How the sources are doing. There are never many of them. */
export function createSourceHealthStore(db: Db) {
  return {
    /** Those that have failed longest first. */
    failing: async (limit: number): Promise<FailingSource[]> =>
      (
        await sql<FailingSource>`
          select id, name, url, failures, failing_since as "failingSince", error
          from sources where active and failing_since is not null order by failing_since, id limit ${limit}`.execute(db)
      ).rows,
  };
}

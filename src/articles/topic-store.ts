import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';

export interface Topic {
  slug: string;
  name: string;
}

export function createTopicStore(db: Db) {
  return {
    /** Those that most articles since then were about, by name. */
    inUse: async (since: Date, limit: number): Promise<Topic[]> =>
      (
        await sql<Topic>`
          select slug, name from (
            select t.slug, t.name from topics t join (
              select unnest(topic_ids) as id from articles where withdrawn_at is null and available_at > ${since}) u using (id)
            group by t.id order by count(*) desc, t.name limit ${limit}) most order by name`.execute(db)
      ).rows,
  };
}

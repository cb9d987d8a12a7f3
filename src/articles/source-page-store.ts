import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { Source } from './article.ts';

export interface SourceHealth extends Source {
  newest: { id: number; headline: string; publishedAt: string } | null;
  /** Published within the last seven days; counted up to `COUNTED`. */
  lately: number;
}

export type SourceChange = Pick<Source, 'name' | 'active' | 'pollSeconds'>;

/** Enough to see that a feed lives; counting a busy one to the end would read thousands of rows for nothing. */
export const COUNTED = 1000;

export type SourcePageStore = ReturnType<typeof createSourcePageStore>;

/** Sources as staff look after them. */
export function createSourcePageStore(db: Db) {
  const all = async <T>(query: RawBuilder<T>) => (await query.execute(db)).rows;

  return {
    page: (after: number, limit: number, now: Date) =>
      all(sql<SourceHealth>`
        select s.id, s.url, s.name, s.active, s.poll_seconds as "pollSeconds", s.next_poll_at as "nextPollAt", s.etag,
          s.last_modified as "lastModified", s.polled_at as "polledAt", s.failures, s.error, (
            select json_build_object('id', a.id, 'headline', a.headline, 'publishedAt', a.published_at)
            from articles a where a.source_id = s.id order by a.published_at desc, a.id desc limit 1) as newest, (
            select count(*) from (select from articles a where a.source_id = s.id
              and a.published_at > ${now}::timestamptz - interval '7 days' limit ${COUNTED}) a) as lately
        from sources s where s.id > ${after} order by s.id limit ${limit}`),

    change: async (id: number, { name, active, pollSeconds }: SourceChange, now: Date): Promise<void> => {
      await sql`
        update sources set name = ${name}, active = ${active}, poll_seconds = ${pollSeconds},
          next_poll_at = least(next_poll_at, ${now}::timestamptz + make_interval(secs => ${pollSeconds}))
        where id = ${id}`.execute(db);
    },

    /** False when it is switched off, or not there. */
    dueNow: async (id: number, now: Date): Promise<boolean> =>
      (await all(sql`update sources set next_poll_at = ${now} where id = ${id} and active returning id`)).length > 0,
  };
}

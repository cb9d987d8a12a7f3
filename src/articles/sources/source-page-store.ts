import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../../platform/db/pool.ts';
import type { Source } from './source.ts';
import { sourceColumns } from './source-columns-store.ts';

export interface Headline {
  id: number;
  headline: string;
  publishedAt: string;
}

export interface SourceHealth extends Source {
  newest: Headline | null;
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

  const health = (now: Date) => sql`
    select ${sourceColumns}, (
        select json_build_object('id', a.id, 'headline', a.headline, 'publishedAt', a.published_at)
        from articles a where a.source_id = s.id order by a.published_at desc, a.id desc limit 1) as newest, (
        select count(*) from (select from articles a where a.source_id = s.id
          and a.published_at > ${now}::timestamptz - interval '7 days' limit ${COUNTED}) a) as lately
    from sources s`;

  return {
    page: (after: number, limit: number, now: Date) =>
      all(sql<SourceHealth>`${health(now)} where s.id > ${after} order by s.id limit ${limit}`),

    health: async (id: number, now: Date) => (await all(sql<SourceHealth>`${health(now)} where s.id = ${id}`))[0],

    newest: (id: number, limit: number) =>
      all(sql<Headline>`
        select a.id, a.headline, to_json(a.published_at)#>>'{}' as "publishedAt" from articles a
        where a.source_id = ${id} order by a.published_at desc, a.id desc limit ${limit}`),

    /** Switched on or off by hand, it is no longer gone; what went wrong before it was switched on is forgotten. */
    change: async (id: number, { name, active, pollSeconds }: SourceChange, now: Date): Promise<void> => {
      await sql`
        update sources set name = ${name}, active = ${active}, poll_seconds = ${pollSeconds}, gone_at = null,
          failures = case when active or not ${active} then failures else 0 end,
          failing_since = case when active or not ${active} then failing_since end,
          error = case when active or not ${active} then error end,
          next_poll_at = least(next_poll_at, ${now}::timestamptz + make_interval(secs => ${pollSeconds}))
        where id = ${id}`.execute(db);
    },

    /** It is then read whole, whatever is known of its last answer. False when it is switched off, or not there. */
    dueNow: async (id: number, now: Date): Promise<boolean> =>
      (
        await all(sql`
          update sources set next_poll_at = ${now}, etag = null, last_modified = null, body_hash = null, read_until = null
          where id = ${id} and active returning id`)
      ).length > 0,
  };
}

import { sql } from 'kysely';
import type { Db } from '../../platform/db/pool.ts';

const HOUR_MS = 3_600_000;
/**
 * Articles further apart are not compared: three days, so that what is called off on Wednesday belongs to what was called on
 * Monday, and what comes once a week never meets.
 */
const WINDOW_MS = 72 * HOUR_MS;
/** How long words are remembered: what returns each day is known for it after a week. */
const MEMORY_MS = 8 * 24 * HOUR_MS;
/** So many of the newest articles with a word are looked at; a word of more stories than `COMMON` leads to none of them. */
const HELD = 64;
const COMMON = 20;
/** So many of the nearest are compared word by word. */
const NEAREST = 8;
/** Two words in common are the least that anything can be made of. */
const LEAST_SHARED = 2;
const FORGOTTEN_AT_ONCE = 5000;
/** More comes at once only from a source that is new: its older articles are in no story. */
const AT_ONCE = 1000;

export interface Fresh {
  id: number;
  headline: string;
  standfirst: string;
  at: Date;
  storyId: number | null;
}

export interface Near extends Fresh {
  /** For which of those that were asked about. */
  of: number;
  storyId: number;
  openedAt: Date;
}

export interface Asked {
  id: number;
  at: Date;
  words: number[];
}

/** Where an article belongs: a story that exists, or the new one numbered `ref`. */
export interface Place extends Asked {
  storyId: number | null;
  ref: number | null;
}

export type StoryStore = ReturnType<typeof storyStore>;

export const storyStore = (db: Db) => ({
  /** The latest of them that are news, and not yet in a story together with another, in the order of time. */
  fresh: async (ids: number[], now: Date): Promise<Fresh[]> =>
    (
      await sql<Fresh>`
        select * from (
          select a.id, a.headline, a.standfirst, a.available_at as at, a.story_id as "storyId" from articles a
          where a.id = any (${ids}::bigint[]) and a.available_at > ${new Date(now.getTime() - WINDOW_MS)}
            and (a.story_id is null or not exists (
              select from articles o where o.story_id = a.story_id and o.id <> a.id))
          order by a.available_at desc, a.id desc limit ${AT_ONCE}) a
        order by a.at, a.id`.execute(db)
    ).rows,

  /** In how many stories of late each word stands, and the articles nearest to each by the rarest words they share. */
  near: async (asked: Asked[], now: Date): Promise<{ held: Map<number, number>; near: Near[] }> => {
    const { rows } = await sql<{ held: Record<string, number> | null; near: NearRow[] | null }>`
      with given as (
        select * from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as g (id bigint, at timestamptz, words int[])
      ), hits as materialized (
        select w.word, h.article_id, h.story_id, h.at from (select distinct unnest(words) as word from given) w
        cross join lateral (
          select s.article_id, s.story_id, s.at from story_words s
          where s.word = w.word and s.at > ${new Date(now.getTime() - MEMORY_MS)}
          order by s.at desc limit ${HELD}) h
      ), held as materialized (
        select word, count(distinct story_id)::int as stories from hits group by word
      ), ranked as (
        select g.id, h.article_id, row_number() over (
          partition by g.id order by sum(1.0 / k.stories) desc, h.article_id desc) as place
        from given g cross join lateral unnest(g.words) w (word)
        join held k on k.word = w.word and k.stories <= ${COMMON} join hits h on h.word = w.word
        where h.article_id <> g.id
          and h.at between g.at - make_interval(secs => ${WINDOW_MS / 1000}) and g.at + make_interval(secs => ${WINDOW_MS / 1000})
        group by g.id, h.article_id having count(*) >= ${LEAST_SHARED}
      ), nearest as (
        select r.id as of, a.id, a.headline, a.standfirst, a.available_at as at, a.story_id as "storyId", s.opened_at as "openedAt"
        from ranked r join articles a on a.id = r.article_id join stories s on s.id = a.story_id
        where r.place <= ${NEAREST}
      )
      select (select json_object_agg(word, stories) from held) as held, (select json_agg(n) from nearest n) as near`.execute(
      db,
    );
    const { held, near } = rows[0] ?? {};
    return {
      held: new Map(Object.entries(held ?? {}).map(([word, stories]) => [Number(word), stories])),
      near: (near ?? []).map((row) => ({ ...row, at: new Date(row.at), openedAt: new Date(row.openedAt) })),
    };
  },

  /** Opens the stories that are new, puts each article in its own, and lets it be found by its words. */
  place: async (places: Place[], now: Date): Promise<void> => {
    // An article that is told anew is found by its new words only.
    const again = places.filter(({ storyId }) => storyId !== null).map(({ id }) => id);
    if (again.length > 0) await sql`delete from story_words where article_id = any (${again}::bigint[])`.execute(db);
    await sql`
      with given as (
        select * from jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as g (id bigint, at timestamptz, words int[], "storyId" bigint, ref int)
      ), opened as materialized (
        select ref, min(at) as at, nextval(pg_get_serial_sequence('stories', 'id')) as id
        from given where ref is not null group by ref
      ), stored as (
        insert into stories (id, opened_at) overriding system value select id, at from opened
      ), placed as materialized (
        select g.id, g.at, g.words, coalesce(g."storyId", o.id) as story_id from given g left join opened o using (ref)
      ), joined as (
        update articles a set story_id = p.story_id from placed p where a.id = p.id and a.story_id is distinct from p.story_id
      ), forgotten as (
        delete from story_words where ctid = any (array(
          select ctid from story_words where at < ${new Date(now.getTime() - MEMORY_MS)} limit ${FORGOTTEN_AT_ONCE}))
      )
      insert into story_words (word, at, article_id, story_id)
      select w.word, p.at, p.id, p.story_id from placed p cross join lateral unnest(p.words) w (word)
      on conflict do nothing`.execute(db);
  },
});

type NearRow = Omit<Near, 'at' | 'openedAt'> & { at: string; openedAt: string };

import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { type Article, type ArticleInput, distinctRows } from './article.ts';
import { canonicalUrl } from './canonical-url.ts';
import { gatherStories } from './stories/gather-stories.ts';
import { storyStore } from './stories/story-store.ts';
import { type Outcome, upsertRows } from './upsert-store.ts';

export type { Outcome };
export interface Upserted {
  id: number;
  outcome: Outcome;
}

// Two keys, external id and address, decide what is the same article. One writer at a time makes that a plain
// lookup, and a batch takes milliseconds. Any constant, the same in every process: it spells ARTI.
const LOCK = 0x41525449;

const columns = sql`a.id, a.url, a.canonical_url as "canonicalUrl", a.headline, a.standfirst, a.byline,
  a.topic_ids as "topicIds", a.image_url as "imageUrl", a.image_alt as "imageAlt", a.published_at as "publishedAt",
  a.available_at as "availableAt", a.revision, a.revised_at as "revisedAt", a.correction_note as "correctionNote",
  a.publish_after as "publishAfter", a.story_id as "storyId", a.withdrawn_at as "withdrawnAt"`;

export type ArticleStore = ReturnType<typeof createArticleStore>;

export function createArticleStore(db: Db) {
  const all = async <T>(query: RawBuilder<T>) => (await query.execute(db)).rows;
  const one = async <T>(query: RawBuilder<T>) => (await all(query))[0];

  return {
    /**
     * Saves articles as one source brings them; null is the API. The same article twice in a batch is the first of
     * the two. An article belongs to whoever brought it first: a feed changes only its own, the API any. Otherwise
     * two feeds with differing summaries of one story would revise it at every poll.
     */
    upsert: async (inputs: ArticleInput[], sourceId: number | null, now: Date): Promise<Upserted[]> => {
      const { rows, places } = distinctRows(inputs, await topicIds(db, inputs));
      if (rows.length === 0) return [];
      const saved = await db.transaction().execute(async (trx) => {
        await sql`select pg_advisory_xact_lock(${LOCK})`.execute(trx);
        const upserted = await upsertRows(trx, rows, sourceId, now);
        const told = upserted.filter(({ outcome }) => outcome !== 'unchanged').map(({ id }) => id);
        await gatherStories(told, storyStore(trx), now);
        return upserted;
      });
      const byRow = new Map(saved.map(({ n, id, outcome }) => [n, { id, outcome }]));
      return places.flatMap(({ n, repeated }) => {
        const found = byRow.get(n);
        return found ? [repeated ? { ...found, outcome: 'unchanged' as const } : found] : [];
      });
    },

    /** False when there is no such article; withdrawing twice keeps the first instant. */
    withdraw: async (id: number, now: Date): Promise<boolean> =>
      (await one(sql`
        update articles set withdrawn_at = coalesce(withdrawn_at, ${now}) where id = ${id} returning id`)) !==
      undefined,

    byUrl: (url: string) =>
      one(sql<Article>`select ${columns} from articles a where a.canonical_url = ${canonicalUrl(url)}`),

    /** In the order of `ids`; what does not exist is left out, what is withdrawn is not. */
    byIds: (ids: number[]) =>
      all(sql<Article>`
        select ${columns} from unnest(${ids}::bigint[]) with ordinality as wanted (id, n)
        join articles a on a.id = wanted.id order by wanted.n`),

    /** What readers may see, newest first. */
    latest: (limit: number, asOf = new Date()) =>
      all(sql<Article>`
        select ${columns} from articles a where a.withdrawn_at is null and a.available_at <= ${asOf}
        order by a.available_at desc, a.published_at desc, a.id desc limit ${limit}`),

    /** All articles, latest first seen first; `after` is the last id of the page before, 0 for the first page. */
    page: ({ after, limit }: { after: number; limit: number }) =>
      all(sql<Article>`
        select ${columns} from articles a where ${after} = 0 or a.id < ${after} order by a.id desc limit ${limit}`),
  };
}

/** Ids of the topics by slug; new ones are made, outside the articles' transaction so that no lock is held on them. */
async function topicIds(db: Db, inputs: ArticleInput[]): Promise<Map<string, number>> {
  // Sorted: two callers that make the same topics never wait for each other in a circle.
  const slugs = [...new Set(inputs.flatMap(({ topics }) => topics ?? []))].sort();
  if (slugs.length === 0) return new Map();
  await sql`
    insert into topics (slug, name)
    select slug, upper(left(slug, 1)) || replace(substr(slug, 2), '-', ' ') from unnest(${slugs}::text[]) as t (slug)
    where not exists (select from topics known where known.slug = t.slug)
    on conflict (slug) do nothing`.execute(db);
  const { rows } = await sql<{ id: number; slug: string }>`
    select id, slug from topics where slug = any(${slugs}::text[])`.execute(db);
  return new Map(rows.map(({ id, slug }) => [slug, id]));
}

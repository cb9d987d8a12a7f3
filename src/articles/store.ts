import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { type Article, type ArticleInput, type ArticleRow, distinctRows } from './article.ts';
import { canonicalUrl } from './canonical-url.ts';
import { lockArticles } from './lock-store.ts';
import { keepCorrections } from './standing-correction-store.ts';
import { gatherStories } from './stories/gather-stories.ts';
import { storyStore } from './stories/story-store.ts';
import { topicIds } from './topics/topic-store.ts';
import { type Outcome, upsertRows } from './upsert-store.ts';

export type { Outcome };
export interface Upserted {
  id: number;
  outcome: Outcome;
}

const columns = sql`a.id, a.url, a.canonical_url as "canonicalUrl", a.headline, a.standfirst, a.byline,
  a.topic_ids as "topicIds", a.image_url as "imageUrl", a.image_alt as "imageAlt", a.published_at as "publishedAt",
  a.available_at as "availableAt", a.revision, a.revised_at as "revisedAt", a.correction_note as "correctionNote",
  a.publish_after as "publishAfter", a.story_id as "storyId", a.withdrawn_at as "withdrawnAt"`;

/** Rows of a statement; more would stand in memory several times over. */
const AT_ONCE = 1000;

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
      const slugs = inputs.flatMap(({ topics }) => topics ?? []);
      const { rows, places } = distinctRows(inputs, await topicIds(db, slugs));
      if (rows.length === 0) return [];
      const byRow = await db.transaction().execute(async (trx) => {
        await lockArticles(trx);
        const saved = await save(trx, rows, sourceId, now);
        const told = [...saved.values()].filter(({ outcome }) => outcome !== 'unchanged').map(({ id }) => id);
        await gatherStories(told, storyStore(trx), now);
        return saved;
      });
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

async function save(trx: Transaction<Record<string, never>>, rows: ArticleRow[], sourceId: number | null, now: Date) {
  const saved = new Map<number, Upserted>();
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE);
    const said = sourceId === null ? some : await keepCorrections(trx, some, sourceId);
    for (const { n, id, outcome } of await upsertRows(trx, said, sourceId, now)) saved.set(n, { id, outcome });
  }
  return saved;
}

import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { type Article, type ArticleInput, distinctRows, type NewSource, type Source } from './article.ts';
import { canonicalUrl } from './canonical-url.ts';
import { lockArticles } from './lock-store.ts';
import { keepCorrections } from './standing-correction-store.ts';
import { topicIds } from './topics/topic-store.ts';
import { type Outcome, upsertRows } from './upsert-store.ts';

export type { Outcome };
export interface Upserted {
  id: number;
  outcome: Outcome;
}

/** What a poll leaves on its source; `title` names one that has no name yet. */
export type Polled = Pick<Source, 'etag' | 'lastModified' | 'nextPollAt'> & { now: Date; title?: string | undefined };
export type Failed = { error: string; now: Date; nextPollAt: Date };

const columns = sql`a.id, a.url, a.canonical_url as "canonicalUrl", a.headline, a.standfirst, a.byline,
  a.topic_ids as "topicIds", a.image_url as "imageUrl", a.image_alt as "imageAlt", a.published_at as "publishedAt",
  a.available_at as "availableAt", a.revision, a.revised_at as "revisedAt", a.correction_note as "correctionNote",
  a.publish_after as "publishAfter", a.story_id as "storyId", a.withdrawn_at as "withdrawnAt"`;

const sourceColumns = sql`s.id, s.url, s.name, s.active, s.poll_seconds as "pollSeconds", s.next_poll_at as "nextPollAt",
  s.etag, s.last_modified as "lastModified", s.polled_at as "polledAt", s.failures, s.error`;

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
      const saved = await db.transaction().execute(async (trx) => {
        await lockArticles(trx);
        const said = sourceId === null ? rows : await keepCorrections(trx, rows, sourceId);
        return upsertRows(trx, said, sourceId, now);
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

    /** A source already known is polled again at once; `created` tells which it was. */
    addSource: async ({ url, name, poll_seconds }: NewSource, now: Date) => {
      const source = await one(sql<{ id: number; url: string; created: boolean }>`
        insert into sources as s (url, name, poll_seconds, next_poll_at, created_at)
        values (${url}, ${name ?? null}, ${poll_seconds ?? 300}, ${now}, ${now})
        on conflict (url) do update set active = true, next_poll_at = excluded.next_poll_at,
          name = coalesce(excluded.name, s.name), poll_seconds = coalesce(${poll_seconds ?? null}::int, s.poll_seconds)
        returning s.id, s.url, s.xmax = 0 as created`);
      if (!source) throw new Error('an upsert answered for no source');
      return source;
    },

    source: (id: number) => one(sql<Source>`select ${sourceColumns} from sources s where s.id = ${id}`),

    sources: ({ after, limit }: { after: number; limit: number }) =>
      all(sql<Source>`select ${sourceColumns} from sources s where s.id > ${after} order by s.id limit ${limit}`),

    /** Claims what is due by moving it on: two callers at once share the sources between them. */
    dueSources: (now: Date, limit: number) =>
      all(sql<Source>`
        update sources s set next_poll_at = ${now}::timestamptz + make_interval(secs => s.poll_seconds)
        from (select id from sources where active and next_poll_at <= ${now}
              order by next_poll_at limit ${limit} for update skip locked) due
        where s.id = due.id returning ${sourceColumns}`),

    sourcePolled: async (id: number, { etag, lastModified, now, nextPollAt, title }: Polled): Promise<void> => {
      await sql`
        update sources set etag = ${etag}, last_modified = ${lastModified}, polled_at = ${now}, next_poll_at = ${nextPollAt},
          failures = 0, failing_since = null, error = null, name = coalesce(name, ${title ?? null})
        where id = ${id}`.execute(db);
    },

    sourceFailed: async (id: number, { error, now, nextPollAt }: Failed): Promise<void> => {
      await sql`
        update sources set error = ${error}, failures = failures + 1, failing_since = coalesce(failing_since, ${now}), polled_at = ${now}, next_poll_at = ${nextPollAt}
        where id = ${id}`.execute(db);
    },
  };
}

import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import {
  type Article,
  type ArticleInput,
  type ArticleRow,
  distinctRows,
  type NewSource,
  type Source,
} from './article.ts';
import { canonicalUrl } from './canonical-url.ts';
import { lockArticles } from './lock-store.ts';
import { keepCorrections } from './standing-correction-store.ts';
import { topicIds } from './topics/topic-store.ts';

export type Outcome = 'created' | 'revised' | 'unchanged';
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
  a.withdrawn_at as "withdrawnAt"`;

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
        return (await upsertRows(said, sourceId, now).execute(trx)).rows;
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

/** What an input leaves out is null in `i` and stays as it is; '' clears it. A date holds once a digest may have used it. */
function upsertRows(rows: ArticleRow[], sourceId: number | null, now: Date) {
  return sql<{ n: number; id: number; outcome: Outcome }>`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as i (n int, external_id text, url text,
        canonical_url text, headline text, standfirst text, byline text, topic_ids int[], image_url text, image_alt text,
        published_at timestamptz, correction_note text, labels text[])
    ), matched as (
      select i.*, coalesce(e.id, c.id) as id, c.id as at_url,
        row_number() over (partition by coalesce(e.id, c.id) order by (e.id is null), i.n) as claim
      from given i
      left join articles e on coalesce(e.source_id, 0) = coalesce(${sourceId}::int, 0) and e.external_id = i.external_id
      left join articles c on c.canonical_url = i.canonical_url
    ), planned as (
      select i.n, a.id, a.revision,
        coalesce(a.external_id, case when a.source_id is not distinct from ${sourceId}::int then i.external_id end) as external_id,
        i.url, case when i.at_url is null then i.canonical_url else a.canonical_url end as canonical_url,
        i.headline, coalesce(i.standfirst, a.standfirst) as standfirst,
        nullif(coalesce(i.byline, a.byline), '') as byline, coalesce(i.topic_ids, a.topic_ids) as topic_ids,
        coalesce(i.labels, a.labels) as labels, nullif(coalesce(i.image_url, a.image_url), '') as image_url, nullif(coalesce(i.image_alt, a.image_alt), '') as image_alt,
        case when a.available_at > ${now}::timestamptz then coalesce(i.published_at, a.published_at) else a.published_at end as published_at,
        nullif(coalesce(i.correction_note, a.correction_note), '') as correction_note,
        (i.headline, coalesce(i.standfirst, a.standfirst), nullif(coalesce(i.correction_note, a.correction_note), ''))
          is distinct from (a.headline, a.standfirst, a.correction_note) as revised
      from matched i join articles a on a.id = i.id
      where i.claim = 1 and (${sourceId}::int is null or a.source_id = ${sourceId}::int)
    ), fresh as (
      insert into articles (source_id, external_id, url, canonical_url, headline, standfirst, byline, topic_ids, image_url,
        image_alt, published_at, first_seen_at, correction_note, labels)
      select ${sourceId}::int, external_id, url, canonical_url, headline, coalesce(standfirst, ''), nullif(byline, ''),
        coalesce(topic_ids, '{}'), nullif(image_url, ''), nullif(image_alt, ''), coalesce(published_at, ${now}::timestamptz), ${now}::timestamptz,
        nullif(correction_note, ''), labels
      from matched where id is null order by n
      returning *
    ), changed as (
      update articles a set external_id = p.external_id, url = p.url, canonical_url = p.canonical_url, headline = p.headline,
        standfirst = p.standfirst, byline = p.byline, topic_ids = p.topic_ids, image_url = p.image_url, image_alt = p.image_alt,
        published_at = p.published_at, correction_note = p.correction_note, labels = p.labels,
        revision = a.revision + p.revised::int, revised_at = case when p.revised then ${now}::timestamptz else a.revised_at end
      from planned p
      where a.id = p.id and (a.external_id, a.url, a.canonical_url, a.headline, a.standfirst, a.byline, a.topic_ids, a.image_url,
        a.image_alt, a.published_at, a.correction_note, a.labels) is distinct from (p.external_id, p.url, p.canonical_url, p.headline,
        p.standfirst, p.byline, p.topic_ids, p.image_url, p.image_alt, p.published_at, p.correction_note, p.labels)
      returning a.*, p.revised
    ), history as (
      insert into article_revisions (article_id, revision, headline, standfirst, correction_note, at)
      select id, revision, headline, standfirst, correction_note, ${now}::timestamptz from fresh
      union all
      select id, revision, headline, standfirst, correction_note, ${now}::timestamptz from changed where revised
    )
    select m.n, coalesce(m.id, f.id) as id,
      case when f.id is not null then 'created' when c.revised and m.claim = 1 then 'revised' else 'unchanged' end as outcome
    from matched m
    left join fresh f on f.canonical_url = m.canonical_url and m.id is null
    left join changed c on c.id = m.id`;
}

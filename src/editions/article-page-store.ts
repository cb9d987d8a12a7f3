import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';

export interface ArticleListed {
  id: number;
  headline: string;
  topics: string[];
  source: string | null;
  publishedAt: Date;
  availableAt: Date;
  revision: number;
  withdrawnAt: Date | null;
  /** The first edition that carried it. */
  carriedBy: number | null;
}

export interface ArticleShown extends ArticleListed {
  url: string;
  standfirst: string;
  byline: string | null;
  imageUrl: string | null;
  imageAlt: string | null;
  correctionNote: string | null;
}

export interface Revision {
  revision: number;
  headline: string;
  standfirst: string;
  correctionNote: string | null;
  at: Date;
}

export interface Carrier {
  id: number;
  newsletter: string;
  kind: 'digest' | 'alert';
  status: string;
  subject: string | null;
  asOf: Date;
  revision: number | null;
}

export interface Wanted {
  /** Words of the headline, each from its beginning on; '' for all. */
  words: string;
  /** Canonical addresses, any of them; takes the place of words. */
  addresses: string[];
  /** The last article of the page before; 0 for the first page. */
  after: number;
}

const columns = sql`a.id, a.headline, a.published_at as "publishedAt", a.available_at as "availableAt", a.revision,
  a.withdrawn_at as "withdrawnAt", coalesce(s.name, s.url) as source,
  array(select t.name from topics t where t.id = any (a.topic_ids) order by t.name) as topics, (
    select min(c.id) from (${carried(sql`asc limit 1`)}) c (id)) as "carriedBy"`;

export type ArticlePageStore = ReturnType<typeof createArticlePageStore>;

/** Articles with what became of them; changes nothing. */
export function createArticlePageStore(db: Db) {
  const all = async <T>(query: RawBuilder<T>) => (await query.execute(db)).rows;

  return {
    /** Newest first. */
    page: ({ words, addresses, after }: Wanted, limit: number) =>
      all(sql<ArticleListed>`
        with ${addresses.length === 0 && words !== '' ? found(words, after, limit) : newest(addresses, after, limit)}
        select ${columns} from a left join sources s on s.id = a.source_id order by a.published_at desc, a.id desc`),

    article: async (id: number) =>
      (
        await all(sql<ArticleShown>`
          select ${columns}, a.url, a.standfirst, a.byline, a.image_url as "imageUrl", a.image_alt as "imageAlt",
            a.correction_note as "correctionNote"
          from articles a left join sources s on s.id = a.source_id where a.id = ${id}`)
      )[0],

    /** Newest first. */
    revisions: (id: number, limit: number) =>
      all(sql<Revision>`
        select revision, headline, standfirst, correction_note as "correctionNote", at
        from article_revisions where article_id = ${id} order by revision desc limit ${limit}`),

    /** Editions with this article in a mail of theirs, newest first; alerts that are still being written too. */
    carriers: (id: number, limit: number) =>
      all(sql<Carrier>`
        select e.id, n.name as newsletter, e.kind, e.status, e.subject, e.as_of as "asOf",
          coalesce(ea.revision, e.article_revision) as revision
        from articles a cross join lateral (
          ${carried(sql`desc limit ${limit}`)} union
          (select e.id from editions e where e.article_id = a.id and e.status <> 'cancelled' order by e.id desc limit ${limit})) c (id)
        join editions e on e.id = c.id join newsletters n on n.id = e.newsletter_id
        left join edition_articles ea on ea.edition_id = e.id and ea.article_id = a.id
        where a.id = ${id} order by e.id desc limit ${limit}`),
  };
}

/** `edition_articles` says what an edition looked at; only its variants say what somebody got. */
function carried(which: RawBuilder<unknown>) {
  return sql`(
    select ea.edition_id from edition_articles ea join editions e on e.id = ea.edition_id
    where ea.article_id = a.id and e.status <> 'cancelled'
      and exists (select from edition_variants v where v.edition_id = ea.edition_id and a.id = any (v.article_ids))
    order by ea.edition_id ${which})
  union all (
    select e.id from editions e where e.article_id = a.id and e.status in ('assembling', 'sending', 'paused', 'sent')
    order by e.id ${which})`;
}

/** As many are read in order before words are looked up: some 15 ms. */
const NEAR = 5000;

/**
 * By words. A common one is met soon by going through the newest; what they do not fill a page with is rare enough to be
 * looked up and sorted. Left to itself the planner takes the wrong way of the two for a word it has no statistics of.
 */
function found(words: string, after: number, limit: number) {
  const fits = fitsWords(words);
  const order = sql`order by a.published_at desc, a.id desc limit`;
  return sql`near as materialized (
      select a.* from (select * from articles a where true ${olderThan(after)} ${order} ${NEAR}) a
      where ${fits} ${order} ${limit}),
    looked_up as materialized (
      select a.* from articles a where (select count(*) from near) < ${limit} and ${fits} ${olderThan(after)}),
    a as (
      (select * from near where (select count(*) from near) = ${limit})
      union all (select * from looked_up a ${order} ${limit}))`;
}

function newest(addresses: string[], after: number, limit: number) {
  const fits = addresses.length > 0 ? sql`a.canonical_url = any (${addresses}::text[])` : sql`true`;
  return sql`a as (
    select * from articles a where ${fits} ${olderThan(after)} order by a.published_at desc, a.id desc limit ${limit})`;
}

/** PostgreSQL takes the words apart as it did the headline's; then each stands for all that begin so. */
const fitsWords = (words: string) => sql`to_tsvector('simple', a.headline) @@
  replace(nullif(plainto_tsquery('simple', ${words})::text, '') || ':*', ''' & ''', ''':* & ''')::tsquery`;

const olderThan = (id: number) =>
  id === 0
    ? sql``
    : sql`and (a.published_at, a.id) < ((select published_at from articles where id = ${id}), ${id}::bigint)`;

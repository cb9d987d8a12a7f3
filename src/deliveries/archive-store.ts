import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';

/** An edition as the archive lists it. */
export interface Archived {
  id: number;
  newsletter: string;
  newsletterName: string;
  /** The newsletter's own; null for the newsroom's. */
  language: string | null;
  noindex: boolean;
  /** Null when the words it went out under may not be shown any more. */
  title: string | null;
  summary: string;
  imageUrl: string | null;
  asOf: Date;
  /** When something in it was last put right. */
  changedAt: Date | null;
}

/** With what tells which editions are one issue. */
export interface Listed extends Archived {
  newsletterId: number;
  /** Null for what no timetable opened. */
  slot: Date | null;
  /** Whose clock it was made by; null for the newsroom's. */
  timeZone: string | null;
  audience: number;
}

/** An article as it stands today. */
export interface Told {
  headline: string;
  standfirst: string;
  url: string;
  correctionNote: string | null;
}

export interface Content {
  id: number;
  /** An alert's own words; empty for a digest, and where they may not be shown any more. */
  body: string;
  url: string | null;
  stories: Told[];
}

export interface Wanted {
  /** Null for all that search engines may find. */
  newsletterId: number | null;
  words: string;
  /** An edition's number: only older ones. */
  before: number;
}

export type ArchiveStore = ReturnType<typeof createArchiveStore>;

/** So many of the newest are looked through before the index of words is asked, which knows no order. */
const NEAR = 500;
/** Of `archive_entries k` and its edition `e`. An alert's own words go with the article it is about, whatever they are. */
export const title = sql`case when e.kind = 'digest' or e.corrects is not null or not exists (
  select from articles a where a.id = e.article_id and a.withdrawn_at is not null) then k.title end`;
const columns = sql`k.edition_id as id, n.slug as newsletter, n.name as "newsletterName", n.language, n.noindex, ${title} as title,
  k.summary, k.image_url as "imageUrl", k.as_of as "asOf", k.changed_at as "changedAt",
  k.newsletter_id as "newsletterId", e.slot, e.audience, (
    select v.time_zone from edition_variants v where v.edition_id = k.edition_id order by v.id limit 1) as "timeZone"`;
/** More than any mail shows. */
const STORIES = 40;
const newestFirst = sql`order by k.as_of desc, k.edition_id desc`;

export function createArchiveStore(db: Db) {
  const listed = async (found: RawBuilder<unknown>): Promise<Listed[]> =>
    (
      await sql<Listed>`with ${found} select ${columns} from k join newsletters n on n.id = k.newsletter_id
        join editions e on e.id = k.edition_id ${newestFirst}`.execute(db)
    ).rows;

  return {
    /** The newest first. */
    entries: async (wanted: Wanted, limit: number): Promise<Listed[]> => {
      const query = queryOf(wanted.words);
      // Nothing but signs: nothing stands there.
      if (wanted.words.trim() && !query) return [];
      const all = sql`select * from archive_entries k where ${among(wanted)}`;
      if (!query) return listed(sql`k as (${all} ${newestFirst} limit ${limit})`);
      const fits = sql`k.words @@ to_tsquery('simple', ${query})`;
      return listed(sql`near as materialized (
          select * from (${all} ${newestFirst} limit ${NEAR}) k where ${fits} ${newestFirst} limit ${limit}),
        fitting as materialized (
          select * from archive_entries k where (select count(*) from near) < ${limit} and ${fits}),
        k as (
          (select * from near where (select count(*) from near) = ${limit})
          union all (select * from fitting k where ${among(wanted)} ${newestFirst} limit ${limit}))`);
    },

    /** Those that are newer than `before` by no more than these hours, and itself. */
    justNewer: async (wanted: Wanted, hours: number, limit: number): Promise<Listed[]> => {
      const query = queryOf(wanted.words);
      const itself = sql`(select as_of from archive_entries where edition_id = ${wanted.before})`;
      return listed(sql`k as (
        select k.* from archive_entries k
        where ${among({ ...wanted, before: 0 })} and (k.as_of, k.edition_id) >= (${itself}, ${wanted.before}::bigint)
          and k.as_of <= ${itself} + make_interval(hours => ${hours})
          ${query ? sql`and k.words @@ to_tsquery('simple', ${query})` : sql``}
        order by k.as_of, k.edition_id limit ${limit})`);
    },

    /** What they told, as it may be told today. */
    contents: async (ids: number[]): Promise<Content[]> =>
      (
        await sql<Content>`
          select e.id, case when e.kind = 'alert' and k.summary <> '' then coalesce(e.body, '') else '' end as body,
            case when e.kind = 'alert' and k.summary <> '' then e.url end as url, (
            select coalesce(json_agg(json_build_object('headline', a.headline, 'standfirst', a.standfirst, 'url', a.url,
              'correctionNote', a.correction_note) order by w.place), '[]')
            from unnest(v.article_ids) with ordinality w (id, place) join articles a on a.id = w.id
            where e.kind = 'digest' and a.withdrawn_at is null and w.place <= ${STORIES}) as stories
          from editions e join archive_entries k on k.edition_id = e.id
          join edition_variants v on v.edition_id = e.id and v.id = k.variant_id
          where e.id = any (${ids}::bigint[])`.execute(db)
      ).rows,

    /** Newsletters with anything to read. */
    newsletters: async (limit: number): Promise<{ slug: string; name: string }[]> =>
      (
        await sql<{ slug: string; name: string }>`
          select n.slug, n.name from newsletters n
          where exists (select from archive_entries k where k.newsletter_id = n.id) order by n.id limit ${limit}`.execute(
          db,
        )
      ).rows,
  };
}

const among = ({ newsletterId, before }: Wanted) => sql`
  ${newsletterId === null ? sql`k.newsletter_id in (select id from newsletters where not noindex)` : sql`k.newsletter_id = ${newsletterId}`}
  ${before === 0 ? sql`` : sql`and (k.as_of, k.edition_id) < ((select as_of from archive_entries where edition_id = ${before}), ${before}::bigint)`}`;

const MOST_WORDS = 8;
/** As `archive_words` has it. */
const ACCENTS = /[\u0300-\u036f\u064b-\u0652]/g;

/** Each word stands for all that begin so. */
const queryOf = (words: string): string =>
  (
    words
      .normalize('NFKD')
      .replace(ACCENTS, '')
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  )
    .slice(0, MOST_WORDS)
    .map((word) => `${word}:*`)
    .join(' & ');

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
const columns = sql`k.edition_id as id, n.slug as newsletter, n.name as "newsletterName", n.language, n.noindex, k.title,
  k.summary, k.image_url as "imageUrl", k.as_of as "asOf", k.changed_at as "changedAt"`;
const newestFirst = sql`order by k.as_of desc, k.edition_id desc`;

export function createArchiveStore(db: Db) {
  const listed = async (found: RawBuilder<unknown>): Promise<Archived[]> =>
    (
      await sql<Archived>`with ${found} select ${columns} from k join newsletters n on n.id = k.newsletter_id ${newestFirst}`.execute(
        db,
      )
    ).rows;

  return {
    /** The newest first. */
    entries: async (wanted: Wanted, limit: number): Promise<Archived[]> => {
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

import { sql } from 'kysely';
import type { Db } from '../../platform/db/pool.ts';
import type { Issue } from '../digest-plan.ts';
import type { Link } from '../link-answers.ts';
import { type Check, inWords } from './check.ts';

export interface Answer extends Link {
  url: string;
}

export interface Looked {
  checks: Check[];
  checkedAt: Date;
}

/** What a fan-out asks while it lays mails out. */
export const preflightLookups = (db: Db) => ({
  isOverruled: async (editionId: number): Promise<boolean> =>
    (await sql`select from edition_checks where edition_id = ${editionId} and overruled`.execute(db)).rows.length > 0,

  /** Addresses that were found to lead nowhere. */
  goneLinks: async (since: Date): Promise<string[]> =>
    (
      await sql<{ url: string }>`
        select url from link_answers where gone and asked_at > ${since} order by asked_at desc limit 1000`.execute(db)
    ).rows.map(({ url }) => url),
});

/** Others' words may hold, or be cut to, what PostgreSQL does not take: half a character, or none at all. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();
const jsonOf = (value: object): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storable(part) : part));

export type PreflightStore = ReturnType<typeof createPreflightStore>;

export function createPreflightStore(db: Db) {
  const json = (checks: Check[]) => sql`${jsonOf(checks)}::jsonb`;

  return {
    ...preflightLookups(db),

    note: async (editionId: number, checks: Check[], now: Date): Promise<void> => {
      await sql`
        insert into edition_checks (edition_id, checks, checked_at) values (${editionId}, ${json(checks)}, ${now})
        on conflict (edition_id) do update set checks = excluded.checks, checked_at = excluded.checked_at`.execute(db);
    },

    /** Nothing more leaves until a person says so. False where one has said so already, or it is over or paused. */
    stop: async (editionId: number, checks: Check[]): Promise<boolean> => {
      const { rows } = await sql`
        update editions e set status = 'paused', paused_by = 'preflight', problem = ${storable(inWords(checks))}
        where id = ${editionId} and status in ('assembling', 'sending')
          and not exists (select from edition_checks where edition_id = e.id and overruled)
        returning id`.execute(db);
      return rows.length > 0;
    },

    overrule: async (editionId: number, now: Date): Promise<void> => {
      await sql`
        insert into edition_checks (edition_id, checked_at, overruled) values (${editionId}, ${now}, true)
        on conflict (edition_id) do update set overruled = true`.execute(db);
    },

    ofDigest: async (newsletterId: number, { date, nth }: Issue): Promise<Looked | undefined> =>
      (
        await sql<Looked>`
          select checks, checked_at as "checkedAt" from digest_checks
          where newsletter_id = ${newsletterId} and on_date = ${date}::date and nth = ${nth}`.execute(db)
      ).rows[0],

    noteDigest: async (newsletterId: number, { date, nth }: Issue, checks: Check[], now: Date): Promise<void> => {
      await sql`
        insert into digest_checks (newsletter_id, on_date, nth, checks, checked_at)
        values (${newsletterId}, ${date}::date, ${nth}, ${json(checks)}, ${now})
        on conflict (newsletter_id, on_date, nth) do update
          set checks = excluded.checks, checked_at = excluded.checked_at`.execute(db);
    },

    /** What its readers' mails begin with, and its fullest mail. */
    leads: async (editionId: number, most: number): Promise<string[]> =>
      (
        await sql<{ url: string }>`
          select distinct a.url from edition_variants v join articles a on a.id = v.article_ids[1]
          where v.edition_id = ${editionId} limit ${most}`.execute(db)
      ).rows.map(({ url }) => url),

    fullest: async (editionId: number) =>
      (
        await sql<{ subject: string; html: string; text: string }>`
          select subject, html, body_text as text from edition_variants where edition_id = ${editionId}
          order by cardinality(article_ids) desc, id limit 1`.execute(db)
      ).rows[0],

    /** Those that answered well; what was dead may be mended, and is asked again. */
    answers: async (urls: string[], since: Date): Promise<Answer[]> =>
      (
        await sql<Answer>`
          select url, dead, gone, says from link_answers
          where key in (select sha256(convert_to(u, 'UTF8')) from unnest(${urls}::text[]) u)
            and asked_at > ${since} and not dead`.execute(db)
      ).rows,

    /** Those of a week ago are forgotten. */
    remember: async (answers: Answer[], now: Date): Promise<void> => {
      await sql`delete from link_answers where asked_at < ${now}::timestamptz - interval '7 days'`.execute(db);
      await sql`
        insert into link_answers (key, url, dead, gone, says, asked_at)
        select distinct on (url) sha256(convert_to(url, 'UTF8')), url, dead, gone, says, ${now}
        from jsonb_to_recordset(${jsonOf(answers)}::jsonb) as a (url text, dead boolean, gone boolean, says text)
        on conflict (key) do update set dead = excluded.dead, gone = excluded.gone, says = excluded.says,
          asked_at = excluded.asked_at`.execute(db);
    },
  };
}

import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { earliestStart } from './choose-articles.ts';
import type { AlertTold, Candidate, Edition, StoryPart } from './edition.ts';
import type { LeftOut } from './render-fitting.ts';

const storyPart = sql`a.id, a.headline, a.standfirst, a.available_at as "availableAt", a.revision,
  a.revised_at as "revisedAt", a.story_id as "storyId", a.topic_ids as "topicIds", a.withdrawn_at is not null as withdrawn,
  a.correction_note as "correctionNote"`;
const candidate = sql`${storyPart}, a.url, a.byline, a.image_url as "imageUrl",
  a.image_alt as "imageAlt", a.published_at as "publishedAt", t.name as kicker`;

/** More than a newsroom publishes in the longest window; a mail shows the newest few of a reader's topics. */
const CANDIDATES = 2000;
const newestFirst = sql`order by a.available_at desc, a.published_at desc, a.id desc`;

/** By edition. */
export async function alertsWhere(db: Db, which: RawBuilder<unknown>): Promise<Map<number, AlertTold>> {
  const { rows } = await sql<AlertTold>`
    select e.id as "editionId", e.article_id as "articleId", e.article_revision as revision, e.as_of as "asOf",
      e.status in ('assembling', 'sending', 'paused', 'sent') and not e.rehearsal as out, coalesce(e.headline, '') as said,
      r.headline, r.standfirst, r.correction_note as "correctionNote"
    from editions e left join article_revisions r on r.article_id = e.article_id and r.revision = e.article_revision
    where e.kind = 'alert' and ${which}`.execute(db);
  return new Map(rows.map((alert) => [alert.editionId, alert]));
}

type Considering = Pick<Edition, 'id' | 'newsletterId' | 'asOf'>;

export type CandidateStore = ReturnType<typeof candidateStore>;

/** Of these articles, in their order, those that readers may see. */
export const standing = async (db: Db, ids: number[], now: Date): Promise<Candidate[]> =>
  (
    await sql<Candidate>`
      select ${candidate} from unnest(${ids}::bigint[]) with ordinality w (id, place) join articles a using (id)
      left join topics t on t.id = a.topic_ids[1]
      where a.withdrawn_at is null and a.available_at <= ${now} order by w.place`.execute(db)
  ).rows;

/** What an edition may carry, and what was told of it before. */
export function candidateStore(db: Db) {
  return {
    /** What has become news or was revised since `from`. */
    candidates: async (from: Date, until: Date, most = CANDIDATES): Promise<Candidate[]> =>
      (
        await sql<Candidate>`
          select ${candidate} from articles a left join topics t on t.id = a.topic_ids[1]
          where a.withdrawn_at is null and a.available_at > ${earliestStart({ asOf: until })} and a.available_at <= ${until}
            and (a.available_at > ${from} or a.revised_at > ${from})
          ${newestFirst} limit ${most}`.execute(db)
      ).rows,

    /** What editors want in it, however old it is. */
    named: async (ids: number[], until: Date): Promise<Candidate[]> =>
      (
        await sql<Candidate>`
          select ${candidate} from articles a left join topics t on t.id = a.topic_ids[1]
          where a.id = any (${ids}::bigint[]) and a.withdrawn_at is null and a.available_at <= ${until}
          ${newestFirst}`.execute(db)
      ).rows,

    /** What the edition's first page considered; every later page chooses from the same. */
    frozen: async ({ id, asOf }: Considering): Promise<Candidate[]> =>
      (
        await sql<Candidate>`
          select ${candidate} from edition_articles ea join articles a on a.id = ea.article_id
          left join topics t on t.id = a.topic_ids[1]
          where ea.edition_id = ${id} and ea.left_out is null and a.withdrawn_at is null and a.available_at <= ${asOf}
          ${newestFirst}`.execute(db)
      ).rows,

    /** All that was told of the candidates' stories, by story; what was withdrawn only if an edition had it before. */
    storyParts: async (candidates: Candidate[]): Promise<Map<number, StoryPart[]>> => {
      const stories = [...new Set(candidates.flatMap(({ storyId }) => storyId ?? []))];
      const { rows } = await sql<StoryPart & { storyId: number }>`
        select ${storyPart} from articles a where a.story_id = any (${stories}::bigint[]) and (a.withdrawn_at is null
          or exists (select from edition_articles ea where ea.article_id = a.id and ea.left_out is null)
          or exists (select from editions e where e.article_id = a.id and e.kind = 'alert'))`.execute(db);
      return Map.groupBy(rows, ({ storyId }) => storyId);
    },

    /** What the newsletter's other editions of these instants considered: revisions, by article. */
    considered: async (
      { id, newsletterId }: Considering,
      instants: Date[],
    ): Promise<Map<number, Map<number, number>>> => {
      const { rows } = await sql<{ asOf: Date; articleIds: number[]; revisions: number[] }>`
        select e.as_of as "asOf", array_agg(ea.article_id) as "articleIds", array_agg(ea.revision) as revisions
        from editions e join edition_articles ea on ea.edition_id = e.id
        where e.newsletter_id = ${newsletterId} and e.id <> ${id} and e.kind = 'digest' and e.as_of = any (${instants}::timestamptz[]) group by e.id`.execute(
        db,
      );
      const byInstant = new Map<number, Map<number, number>>();
      for (const { asOf, articleIds, revisions } of rows) {
        const known = byInstant.get(asOf.getTime()) ?? new Map<number, number>();
        articleIds.forEach((articleId, at) => {
          known.set(articleId, Math.max(known.get(articleId) ?? 0, revisions[at] ?? 0));
        });
        byInstant.set(asOf.getTime(), known);
      }
      return byInstant;
    },

    /** Alerts that carried these articles, in whatever words, by edition. */
    alertsOf: (articleIds: number[]) => alertsWhere(db, sql`e.article_id = any (${articleIds}::bigint[])`),

    noteArticles: async (editionId: number, articles: Candidate[]): Promise<void> => {
      await sql`insert into edition_articles (edition_id, article_id, revision)
        select ${editionId}, * from unnest(${articles.map(({ id }) => id)}::bigint[], ${articles.map((a) => a.revision)}::int[])
        on conflict do nothing`.execute(db);
    },

    leaveOut: async (editionId: number, leftOut: LeftOut[]): Promise<void> => {
      if (leftOut.length === 0) return;
      await sql`update edition_articles ea set left_out = o.reason
        from unnest(${leftOut.map((o) => o.articleId)}::bigint[], ${leftOut.map((o) => o.reason)}::text[]) as o (id, reason)
        where ea.edition_id = ${editionId} and ea.article_id = o.id`.execute(db);
    },
  };
}

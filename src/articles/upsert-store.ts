import { sql } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import type { ArticleRow } from './article.ts';
import { sameWords } from './text/same-words.ts';

export type Outcome = 'created' | 'revised' | 'unchanged';

/** What is known already of a row, if anything: by its id, else by its address. */
interface Match {
  n: number;
  id: number | null;
  atUrl: number | null;
  /** The first row that claims an article has it. */
  claim: number;
  headline: string | null;
  standfirst: string | null;
  correctionNote: string | null;
}

/** Inserts what is new and updates what is known, in two statements however many rows. The caller keeps other writers out. */
export async function upsertRows(db: Db, rows: ArticleRow[], sourceId: number | null, now: Date) {
  const matches = new Map((await matchesOf(db, rows, sourceId)).map((match) => [match.n, match]));
  const judged = rows.map((row) => {
    const match = matches.get(row.n);
    const { id = null, atUrl = null, claim = 1 } = match ?? {};
    return { ...row, id, at_url: atUrl, claim, revised: match !== undefined && id !== null && isRevised(row, match) };
  });
  return (await saved(judged, sourceId, now).execute(db)).rows;
}

/** What an input leaves out stays as it is. How words are set is no revision: a feed changes its quotes every day. */
function isRevised({ headline, standfirst, correction_note: note }: ArticleRow, known: Match): boolean {
  return !(
    sameWords(headline, known.headline) &&
    (standfirst === undefined || sameWords(standfirst, known.standfirst)) &&
    (note === undefined || sameWords(note, known.correctionNote))
  );
}

async function matchesOf(db: Db, rows: ArticleRow[], sourceId: number | null): Promise<Match[]> {
  const keys = rows.map(({ n, external_id, canonical_url }) => ({ n, external_id, canonical_url }));
  const { rows: matches } = await sql<Match>`
    select i.n, coalesce(e.id, c.id) as id, c.id as "atUrl",
      row_number() over (partition by coalesce(e.id, c.id) order by (e.id is null), i.n) as claim,
      coalesce(e.headline, c.headline) as headline, coalesce(e.standfirst, c.standfirst) as standfirst,
      case when e.id is null then c.correction_note else e.correction_note end as "correctionNote"
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as i (n int, external_id text, canonical_url text)
    left join articles e on coalesce(e.source_id, 0) = coalesce(${sourceId}::int, 0) and e.external_id = i.external_id
    left join articles c on c.canonical_url = i.canonical_url`.execute(db);
  return matches;
}

type JudgedRow = ArticleRow & { id: number | null; at_url: number | null; claim: number; revised: boolean };

/**
 * What an input leaves out is null in `i` and stays as it is; '' clears it. A date holds once a digest may have used it.
 * An embargo that is lifted ends now, not in the past: the article is news to readers who were served meanwhile.
 */
function saved(rows: JudgedRow[], sourceId: number | null, now: Date) {
  return sql<{ n: number; id: number; outcome: Outcome }>`
    with matched as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as i (n int, external_id text, url text,
        canonical_url text, headline text, standfirst text, byline text, topic_ids int[], image_url text, image_alt text,
        published_at timestamptz, publish_after timestamptz, lift boolean, correction_note text, labels text[],
        id bigint, at_url bigint, claim int, revised boolean)
    ), planned as (
      select i.n, a.id, a.revision, i.revised,
        coalesce(a.external_id, case when a.source_id is not distinct from ${sourceId}::int then i.external_id end) as external_id,
        i.url, case when i.at_url is null then i.canonical_url else a.canonical_url end as canonical_url,
        i.headline, coalesce(i.standfirst, a.standfirst) as standfirst,
        nullif(coalesce(i.byline, a.byline), '') as byline, coalesce(i.topic_ids, a.topic_ids) as topic_ids,
        coalesce(i.labels, a.labels) as labels,
        nullif(coalesce(i.image_url, a.image_url), '') as image_url, nullif(coalesce(i.image_alt, a.image_alt), '') as image_alt,
        case when a.available_at > ${now}::timestamptz then coalesce(i.published_at, a.published_at) else a.published_at end as published_at,
        case when i.publish_after > ${now}::timestamptz then i.publish_after
          when (i.lift or i.publish_after is not null) and a.publish_after > ${now}::timestamptz then ${now}::timestamptz
          else a.publish_after end as publish_after,
        nullif(coalesce(i.correction_note, a.correction_note), '') as correction_note
      from matched i join articles a on a.id = i.id
      where i.claim = 1 and (${sourceId}::int is null or a.source_id = ${sourceId}::int)
    ), fresh as (
      insert into articles (source_id, external_id, url, canonical_url, headline, standfirst, byline, topic_ids, image_url,
        image_alt, published_at, publish_after, first_seen_at, correction_note, labels)
      select ${sourceId}::int, external_id, url, canonical_url, headline, coalesce(standfirst, ''), nullif(byline, ''),
        coalesce(topic_ids, '{}'), nullif(image_url, ''), nullif(image_alt, ''), coalesce(published_at, ${now}::timestamptz),
        publish_after, ${now}::timestamptz, nullif(correction_note, ''), labels
      from matched where id is null order by n
      returning *
    ), changed as (
      update articles a set external_id = p.external_id, url = p.url, canonical_url = p.canonical_url, headline = p.headline,
        standfirst = p.standfirst, byline = p.byline, topic_ids = p.topic_ids, image_url = p.image_url, image_alt = p.image_alt,
        published_at = p.published_at, publish_after = p.publish_after, correction_note = p.correction_note, labels = p.labels,
        revision = a.revision + p.revised::int, revised_at = case when p.revised then ${now}::timestamptz else a.revised_at end
      from planned p
      where a.id = p.id and (a.external_id, a.url, a.canonical_url, a.headline, a.standfirst, a.byline, a.topic_ids, a.image_url,
        a.image_alt, a.published_at, a.publish_after, a.correction_note, a.labels) is distinct from (p.external_id, p.url, p.canonical_url,
        p.headline, p.standfirst, p.byline, p.topic_ids, p.image_url, p.image_alt, p.published_at, p.publish_after, p.correction_note, p.labels)
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

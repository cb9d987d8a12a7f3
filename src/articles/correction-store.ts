import { sql, type Transaction } from 'kysely';
import type { Db } from '../platform/db/pool.ts';
import { lockArticles } from './lock-store.ts';
import { type Replaced, WORDS } from './standing-correction-store.ts';
import { gatherStories } from './stories/gather-stories.ts';
import { storyStore } from './stories/story-store.ts';
import { sameWords } from './text/same-words.ts';

/** What a correction may change, as it is kept; '' where there is none. */
export interface Words {
  headline: string;
  standfirst: string;
  byline: string;
  image_url: string;
  image_alt: string;
  correction_note: string;
  topic_ids: number[];
  /** null ends an embargo. */
  publish_after: Date | null;
  withdrawn: boolean;
}

type Kept = Words & { fromSource: boolean; replaced: Replaced };
type Trx = Transaction<Record<string, never>>;

export type CorrectionStore = ReturnType<typeof createCorrectionStore>;

/** Articles put right by hand, or by the newsroom's own programs. */
export function createCorrectionStore(db: Db) {
  return {
    /** What it was and what it is, by field; undefined when there is no such article. */
    correct: (id: number, change: Partial<Words>, now: Date) =>
      db.transaction().execute(async (trx) => {
        await lockArticles(trx);
        const before = await keptOf(trx, id);
        if (!before) return undefined;
        const after = { ...before, ...change, ...embargo(before, change, now) };
        const changed = (Object.keys(change) as (keyof Words)[]).filter((field) => !same(before[field], after[field]));
        const revised = changed.some(
          (field) => REVISING.includes(field) && !sameWords(`${before[field]}`, `${after[field]}`),
        );
        if (changed.length > 0) await write(trx, id, { ...after, replaced: replacedBy(before, changed) }, revised, now);
        if (revised) await gatherStories([id], storyStore(trx), now);
        const only = (words: Words) => Object.fromEntries(changed.map((field) => [field, words[field]]));
        return { revised, before: only(before), after: only(after) };
      }),
  };
}

/** The words readers see of it: what a digest tells them anew. */
const REVISING: (keyof Words)[] = ['headline', 'standfirst', 'correction_note'];

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** As `upsert-store.ts` has it: one that is lifted ends now, and one that is over cannot be moved. */
function embargo({ publish_after: stands }: Words, { publish_after: given }: Partial<Words>, now: Date) {
  if (given === undefined) return {};
  if (given && given > now) return { publish_after: given };
  return { publish_after: stands && stands > now ? now : stands };
}

function replacedBy({ fromSource, replaced, ...before }: Kept, changed: (keyof Words)[]): Replaced | null {
  if (!fromSource) return null;
  const words = WORDS.filter((field) => changed.includes(field));
  return {
    ...replaced,
    ...Object.fromEntries(words.map((field) => [field, [...new Set([...(replaced[field] ?? []), before[field]])]])),
    ...(changed.includes('topic_ids') && { topics: true as const }),
  };
}

const keptOf = async (trx: Trx, id: number): Promise<Kept | undefined> =>
  (
    await sql<Kept>`
      select headline, standfirst, coalesce(byline, '') as byline, coalesce(image_url, '') as image_url,
        coalesce(image_alt, '') as image_alt, coalesce(correction_note, '') as correction_note, topic_ids,
        publish_after,
        withdrawn_at is not null as withdrawn, source_id is not null as "fromSource", coalesce(corrected, '{}') as replaced
      from articles where id = ${id} for update`.execute(trx)
  ).rows[0];

async function write(
  trx: Trx,
  id: number,
  words: Omit<Kept, 'replaced'> & { replaced: Replaced | null },
  revised: boolean,
  now: Date,
) {
  const { headline, standfirst, correction_note, replaced } = words;
  const corrected = replaced && Object.keys(replaced).length > 0 ? JSON.stringify(replaced) : null;
  await sql`
    with changed as (
      update articles set headline = ${headline}, standfirst = ${standfirst}, byline = nullif(${words.byline}, ''),
        image_url = nullif(${words.image_url}, ''), image_alt = nullif(${words.image_alt}, ''),
        correction_note = nullif(${correction_note}, ''), topic_ids = ${words.topic_ids}::int[],
        publish_after = ${words.publish_after}, corrected = ${corrected}::jsonb,
        withdrawn_at = case when ${words.withdrawn} then coalesce(withdrawn_at, ${now}) end,
        revision = revision + ${revised}::boolean::int, revised_at = case when ${revised} then ${now} else revised_at end
      where id = ${id} returning *)
    insert into article_revisions (article_id, revision, headline, standfirst, correction_note, at)
    select id, revision, headline, standfirst, correction_note, ${now}::timestamptz from changed where ${revised}`.execute(
    trx,
  );
}

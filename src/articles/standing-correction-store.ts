import { sql, type Transaction } from 'kysely';
import type { ArticleRow } from './article.ts';
import { sameWords } from './text/same-words.ts';

/** What of an article a source may say otherwise than it was corrected here. */
export const WORDS = ['headline', 'standfirst', 'byline', 'image_url', 'image_alt'] as const;

/** Words a correction replaced, by field; `topics` chosen by hand stay whatever the source says. */
export type Replaced = Partial<Record<(typeof WORDS)[number], string[]>> & { topics?: true };

interface Corrected {
  externalId: string | null;
  canonicalUrl: string;
  headline: string;
  replaced: Replaced;
}

/**
 * A source that still says what was corrected here does not undo the correction; what it says anew is taken. To be called
 * under the articles' lock.
 */
export async function keepCorrections(trx: Transaction<Record<string, never>>, rows: ArticleRow[], sourceId: number) {
  const { rows: known } = await sql<Corrected>`
    select external_id as "externalId", canonical_url as "canonicalUrl", headline, corrected as replaced from articles
    where source_id = ${sourceId} and corrected is not null
      and (external_id = any (${rows.flatMap((row) => row.external_id ?? [])}::text[])
        or canonical_url = any (${rows.map((row) => row.canonical_url)}::text[]))`.execute(trx);
  if (known.length === 0) return rows;
  const byId = new Map(known.map((article) => [article.externalId, article]));
  const byUrl = new Map(known.map((article) => [article.canonicalUrl, article]));
  return rows.map((row) => {
    const article = (row.external_id && byId.get(row.external_id)) || byUrl.get(row.canonical_url);
    return article ? withoutReplaced(row, article) : row;
  });
}

/** What is left out stays as it is, but for the headline, which is always said. */
function withoutReplaced(row: ArticleRow, { headline, replaced }: Corrected): ArticleRow {
  const silent = WORDS.filter((field) => replaced[field]?.some((words) => sameWords(words, row[field])));
  return {
    ...row,
    ...Object.fromEntries(silent.map((field) => [field, undefined])),
    headline: silent.includes('headline') ? headline : row.headline,
    ...(replaced.topics && { topic_ids: undefined }),
  };
}

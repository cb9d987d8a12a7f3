import type { Clock } from '../kernel/clock.ts';
import type { ArticleInput } from './article.ts';
import type { ArticleStore, Outcome } from './store.ts';

interface Needs {
  articles: ArticleStore;
  clock: Clock;
}

export interface Saved {
  id: number;
  url: string;
  outcome: Outcome;
}

/** Saves what the newsroom's own programs say about an article; the same words again change nothing. */
export async function saveArticle(input: ArticleInput, { articles, clock }: Needs): Promise<Saved> {
  const [saved] = await articles.upsert([input], null, clock.now());
  if (!saved) throw new Error('an upsert answered for no article');
  return { id: saved.id, url: input.url, outcome: saved.outcome };
}

import type { Clock } from '../kernel/clock.ts';
import { NotFound } from '../kernel/errors.ts';
import type { ArticleStore } from './store.ts';

interface Needs {
  articles: ArticleStore;
  clock: Clock;
}

/**
 * Takes an article out of every edition not yet composed, for good: a feed that still lists it does not bring it back.
 * @throws NotFound
 */
export async function withdrawArticle(id: number, { articles, clock }: Needs): Promise<void> {
  if (!(await articles.withdraw(id, clock.now()))) throw new NotFound('article');
}

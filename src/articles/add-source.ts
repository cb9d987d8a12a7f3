import type { Clock } from '../kernel/clock.ts';
import { pollSource } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { NewSource } from './article.ts';
import type { ArticleStore } from './store.ts';

interface Needs {
  articles: ArticleStore;
  clock: Clock;
  jobs: Pick<Jobs, 'wake'>;
}

/** Answers before anything is fetched; what is wrong with the feed is later read on the source. */
export async function addSource(input: NewSource, { articles, clock, jobs }: Needs) {
  const source = await articles.addSource(input, clock.now());
  await jobs.wake(pollSource, { sourceId: source.id });
  return source;
}

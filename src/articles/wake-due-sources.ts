import type { Clock } from '../kernel/clock.ts';
import { pollSource } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { ArticleStore } from './store.ts';

const BATCH = 200;

/** Claims the sources that are due and wakes a poll for each; one the queue loses is due again after its interval. */
export async function wakeDueSources({
  articles,
  jobs,
  clock,
}: {
  articles: Pick<ArticleStore, 'dueSources'>;
  jobs: Jobs;
  clock: Clock;
}): Promise<void> {
  const due = await articles.dueSources(clock.now(), BATCH);
  await jobs.wakeAll(
    pollSource,
    due.map(({ id }) => ({ sourceId: id })),
  );
}

import type { Clock } from '../../kernel/clock.ts';
import { pollSource } from '../../platform/queue/jobs.ts';
import type { Jobs } from '../../platform/queue/producer.ts';
import type { SourceStore } from './source-store.ts';

const BATCH = 200;
/** Between two polls of one host. */
const SPACING_MS = 3000;

interface Needs {
  sources: Pick<SourceStore, 'due'>;
  jobs: Jobs;
  clock: Clock;
}

/** Claims the sources that are due and wakes a poll for each; one the queue loses is due again after its interval. */
export async function wakeDueSources({ sources, jobs, clock }: Needs): Promise<void> {
  const byPlace = Map.groupBy(await sources.due(clock.now(), BATCH), ({ place }) => place);
  for (const [place, due] of byPlace) {
    const payloads = due.map(({ id }) => ({ sourceId: id }));
    await jobs.wakeAll(pollSource, payloads, { delayMs: place * SPACING_MS });
  }
}

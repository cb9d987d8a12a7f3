import type { Clock } from '../kernel/clock.ts';
import { fanOut, priorities } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { EditionStore } from './store.ts';

interface Needs {
  editions: Pick<EditionStore, 'owedFanOuts'>;
  jobs: Jobs;
  clock: Clock;
}

/** Alerts whose countdown is over and plans the queue lost, alerts first. */
export async function wakeOwedFanOuts({ editions, jobs, clock }: Needs): Promise<void> {
  const owed = await editions.owedFanOuts(clock.now());
  for (const kind of ['alert', 'digest'] as const) {
    const ids = owed.filter((edition) => edition.kind === kind).map(({ id }) => ({ editionId: id }));
    await jobs.wakeAll(fanOut, ids, { priority: priorities[kind] });
  }
}

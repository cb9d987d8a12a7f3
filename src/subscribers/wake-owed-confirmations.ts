import type { Clock } from '../kernel/clock.ts';
import { sendConfirmation } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { SubscriberStore } from './store.ts';

/** Long enough for the queue to have done it by itself. */
const PATIENCE_MS = 15_000;
const BATCH = 1000;

/** Confirmations whose job the queue lost. */
export async function wakeOwedConfirmations({
  subscribers,
  jobs,
  clock,
}: {
  subscribers: Pick<SubscriberStore, 'owedConfirmations'>;
  jobs: Jobs;
  clock: Clock;
}): Promise<void> {
  const owed = await subscribers.owedConfirmations(new Date(clock.now().getTime() - PATIENCE_MS), BATCH);
  await jobs.wakeAll(
    sendConfirmation,
    owed.map((subscriberId) => ({ subscriberId })),
  );
}

import type { Clock } from '../kernel/clock.ts';
import { findReader, sendAccountMail } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { OptInStore } from './opt-in-store.ts';

/** Long enough for the queue to have done it by itself. */
const PATIENCE_MS = 15_000;
const BATCH = 1000;

/** Mail about subscriptions that has come due, or whose job the queue lost. */
export async function wakeOwedMails({
  optIn,
  jobs,
  clock,
}: {
  optIn: Pick<OptInStore, 'owedMails' | 'waitingLinks'>;
  jobs: Jobs;
  clock: Clock;
}): Promise<void> {
  const before = new Date(clock.now().getTime() - PATIENCE_MS);
  const [owed, asked] = await Promise.all([optIn.owedMails(before, BATCH), optIn.waitingLinks(before, BATCH)]);
  await jobs.wakeAll(
    sendAccountMail,
    owed.map((mailId) => ({ mailId })),
  );
  await jobs.wakeAll(
    findReader,
    asked.map((requestId) => ({ requestId })),
  );
}

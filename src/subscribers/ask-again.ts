import type { Clock } from '../kernel/clock.ts';
import { DomainError, NotFound } from '../kernel/errors.ts';
import { sendConfirmation } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { ReaderStore } from './reader-store.ts';
import { justSent } from './send-confirmation.ts';
import type { SubscriberStore } from './store.ts';

interface Needs {
  subscribers: Pick<SubscriberStore, 'byId' | 'owedConfirmation'>;
  readers: Pick<ReaderStore, 'wantConfirmation'>;
  jobs: Jobs;
  clock: Clock;
}

class NotAskedAgain extends DomainError {
  constructor(why: string) {
    super('not-asked-again', 'conflict', why);
  }
}

/** Sends a reader whose subscriptions are pending the confirmation once more. @throws NotFound, or NotAskedAgain */
export async function askAgain(readerId: number, { subscribers, readers, jobs, clock }: Needs): Promise<void> {
  const reader = await subscribers.byId(readerId);
  if (!reader) throw new NotFound('reader');
  if (!reader.subscriptions.some(({ state }) => state === 'pending'))
    throw new NotAskedAgain('Nothing waits to be confirmed, so there is no confirmation to send.');
  const earlier = await subscribers.owedConfirmation(readerId);
  if (earlier?.suppressed)
    throw new NotAskedAgain('This address is suppressed: nothing is sent to it until that is lifted.');
  if (earlier && justSent(earlier, clock.now()))
    throw new NotAskedAgain('A confirmation left less than ten minutes ago. Give it time to arrive, then ask again.');
  await readers.wantConfirmation(readerId, clock.now());
  await jobs.wake(sendConfirmation, { subscriberId: readerId });
}

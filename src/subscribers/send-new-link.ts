import type { Clock } from '../kernel/clock.ts';
import { TokenForged, type Tokens } from '../kernel/tokens.ts';
import { sendConfirmation } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { ReaderStore } from './reader-store.ts';

interface Needs {
  readers: Pick<ReaderStore, 'wantConfirmation'>;
  jobs: Jobs;
  tokens: Tokens;
  clock: Clock;
}

/**
 * Owes the reader of an old confirmation link a new one; how often one is sent is decided where it is sent. What the
 * link is worth, and whether its reader still exists, makes no difference that could be seen.
 */
export async function sendNewLink(token: string, { readers, jobs, tokens, clock }: Needs): Promise<void> {
  try {
    const { ids } = tokens.read('confirm', token, clock.now());
    const [subscriberId = 0] = ids;
    await readers.wantConfirmation(subscriberId, clock.now());
    await jobs.wake(sendConfirmation, { subscriberId });
  } catch (error) {
    if (!(error instanceof TokenForged)) throw error;
  }
}

import type { Clock } from '../kernel/clock.ts';
import type { Ledger } from './store.ts';

/** Makes ledger partitions ahead of need and forgets what is kept for a time only. */
export const keepUp = ({ ledger, clock }: { ledger: Ledger; clock: Clock }): Promise<void> =>
  ledger.keepUp(clock.now());

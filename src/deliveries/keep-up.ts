import type { Ledger } from './store.ts';

/** Makes ledger partitions ahead of need and forgets idempotency keys after their day. */
export const keepUp = ({ ledger }: { ledger: Ledger }): Promise<void> => ledger.keepUp();

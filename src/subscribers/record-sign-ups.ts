import { gather } from '../kernel/gather.ts';
import { sendConfirmation } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { SignUpRow, SignUpStore } from './sign-up-store.ts';

/** A hundred are stored in about 15 ms. One group at a time: with two, 99 of 100 sign-ups waited a sixth longer. */
const GROUPS = { most: 100, atOnce: 1, keyOf: ({ emailKey }: SignUpRow) => emailKey, isOnes };

/** SQLSTATE classes of what one row brings about: its data, a constraint, a conflict with another transaction. */
function isOnes(error: unknown): boolean {
  return /^(22|23|40)/.test(String((error as { code?: unknown }).code));
}

/**
 * Stores sign-ups that come at the same moment in one commit. Each is answered when its own is durable; whether the
 * queue has taken its confirmation nobody waits for, since it is owed from then on and a sweep finds it.
 */
export function createRecorder({ signUps, jobs }: { signUps: SignUpStore; jobs: Jobs }) {
  const stored = gather(async (rows: SignUpRow[]): Promise<number[]> => {
    const ids = await signUps.recordSignUps(rows);
    void jobs.wakeAll(
      sendConfirmation,
      ids.map((subscriberId) => ({ subscriberId })),
    );
    return ids;
  }, GROUPS);
  return {
    record: async (row: SignUpRow): Promise<void> => {
      await stored(row);
    },
  };
}

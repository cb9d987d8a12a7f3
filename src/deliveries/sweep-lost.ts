import { wakeOwedFanOuts } from '../editions/wake-owed-fan-outs.ts';
import type { Clock } from '../kernel/clock.ts';
import { handleInbound, priorities, sendChunk } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import { wakeOwedConfirmations } from '../subscribers/wake-owed-confirmations.ts';
import { reclaim } from './reclaim.ts';
import { resumeWhenMended } from './resume-when-mended.ts';
import type { Ledger } from './store.ts';

type Needs = Parameters<typeof reclaim>[0] &
  Parameters<typeof resumeWhenMended>[0] &
  Parameters<typeof wakeOwedConfirmations>[0] &
  Parameters<typeof wakeOwedFanOuts>[0] & {
    ledger: Ledger;
    feedback: { unapplied(): Promise<number[]> };
    jobs: Jobs;
    clock: Clock;
  };

const MINUTE_MS = 60_000;

/** Rebuilds from rows whatever a crash or a wiped queue has lost. Waking something twice is harmless. */
export async function sweepLost(needs: Needs): Promise<void> {
  const { ledger, feedback, jobs, clock } = needs;
  await wakeOwedConfirmations(needs);
  await wakeOwedFanOuts(needs);
  await jobs.wakeAll(
    handleInbound,
    (await feedback.unapplied()).map((eventId) => ({ eventId })),
  );

  await reclaim(needs);
  await resumeWhenMended(needs);
  await ledger.settleCancelled();

  // A dead worker's job keeps its place for a while, so each minute's sweep asks under a name of its own.
  const part = Math.floor(clock.now().getTime() / MINUTE_MS);
  const waiting = await ledger.waitingChunks(clock.now());
  for (const kind of ['alert', 'digest'] as const) {
    const chunks = waiting.filter((chunk) => chunk.kind === kind);
    await jobs.wakeAll(
      sendChunk,
      chunks.map(({ editionId, chunk }) => ({ editionId, chunk, part })),
      { priority: priorities[kind] },
    );
  }
  for (const id of await ledger.openEditions()) await ledger.finishIfDone(id, clock.now());
}

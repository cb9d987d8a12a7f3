import type { Log } from '../kernel/log.ts';
import { priorities, sendChunk } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { Ledger } from './store.ts';

/** A worker says every two seconds that it lives; one that has been silent for this long is dead. */
const SILENCE_S = 20;
/** Longer than any hand-over takes: a living worker that holds a claim so long has lost sight of it. */
const LOST_S = 30 * 60;

let rounds = 0;

/** Settles what dead workers had claimed, and wakes the chunks they were at work on. */
export async function reclaim({ ledger, jobs, log }: { ledger: Ledger; jobs: Jobs; log: Log }): Promise<void> {
  const settled = await ledger.settleDeadClaims(SILENCE_S, LOST_S);
  if (settled.length === 0) return;
  log.warn({ claims: settled.length }, 'claims of a dead worker were settled');
  rounds += 1;
  const part = Math.floor(Date.now() / 1000) + rounds;
  const chunks = new Map(settled.map((row) => [`${row.editionId}.${row.chunk}`, row]));
  for (const { editionId, chunk, kind } of chunks.values()) {
    await jobs.wake(sendChunk, { editionId, chunk, part }, { priority: priorities[kind] });
  }
  for (const editionId of new Set(settled.map((row) => row.editionId))) {
    await ledger.finishIfDone(editionId, new Date());
  }
}

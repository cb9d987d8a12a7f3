import type { Clock } from '../kernel/clock.ts';
import type { ReaderStock } from './reader-stock-store.ts';

const FRESH_MS = 5 * 60_000;

/** Counts the readers of every newsletter whose count has grown old. */
export async function takeReaderStock({ stock, clock }: { stock: ReaderStock; clock: Clock }): Promise<void> {
  const now = clock.now();
  for (const id of await stock.stale(new Date(now.getTime() - FRESH_MS))) await stock.take(id, now);
}

import type { StockStore } from './stock-store.ts';

/** Counts what has moved, and writes the report of what is over. */
export async function takeStock({ stocks }: { stocks: StockStore }): Promise<void> {
  for (const id of await stocks.stale()) {
    await stocks.count(id);
    await stocks.report(id);
  }
}

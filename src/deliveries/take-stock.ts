import { reportFrom } from './edition-report.ts';
import type { StockStore } from './stock-store.ts';

let busy = false;

/** Counts what has moved, and writes the report of what is over. One round at a time is enough for a process. */
export async function takeStock({ stocks }: { stocks: StockStore }): Promise<void> {
  if (busy) return;
  busy = true;
  try {
    for (const { id, over } of await stocks.stale()) {
      await stocks.count(id);
      if (over) await stocks.writeReport(id, reportFrom(await stocks.waits(id)));
    }
  } finally {
    busy = false;
  }
}

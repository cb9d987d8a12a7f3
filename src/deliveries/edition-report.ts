import { bucketOf, type EditionReport, type Waited } from './delivery.ts';

/** What the waits of an edition add up to: percentiles are exact to the resolution the waits were taken in. */
export function reportFrom(rows: Waited[]): EditionReport {
  const accepted = rows
    .filter((row): row is Waited & { seconds: number } => row.seconds !== null)
    .toSorted((a, b) => a.seconds - b.seconds);
  return {
    first: accepted[0]?.seconds ?? null,
    median: percentile(accepted, 0.5),
    p95: percentile(accepted, 0.95),
    last: accepted.at(-1)?.seconds ?? null,
    waits: [...Map.groupBy(accepted, ({ seconds }) => bucketOf(seconds))].map(([bucket, all]) => ({
      bucket,
      readers: sum(all),
    })),
    providers: [...Map.groupBy(rows, ({ provider }) => provider)]
      .map(([provider, all]) => {
        const took = accepted.filter((row) => row.provider === provider);
        const readers = sum(took);
        const [median, p95] = [percentile(took, 0.5), percentile(took, 0.95)];
        return { provider, accepted: readers, others: sum(all) - readers, median, p95 };
      })
      .toSorted((a, b) => b.accepted - a.accepted),
    errors: [...Map.groupBy(rows.filter(isError), ({ state, reason }) => JSON.stringify([state, reason]))]
      .map(([, all]) => ({ state: all[0]?.state ?? '', reason: all[0]?.reason ?? '', readers: sum(all) }))
      .toSorted((a, b) => b.readers - a.readers),
  };
}

const sum = (rows: Waited[]): number => rows.reduce((all, { readers }) => all + readers, 0);
const isError = ({ state }: Waited): boolean => ['deferred', 'failed', 'uncertain'].includes(state);

/** @param rows by how long they waited */
function percentile(rows: (Waited & { seconds: number })[], part: number): number | null {
  const wanted = sum(rows) * part;
  let reached = 0;
  for (const { seconds, readers } of rows) {
    reached += readers;
    if (reached >= wanted) return seconds;
  }
  return null;
}

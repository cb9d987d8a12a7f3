import type { Machine } from './machine.ts';
import type { Measured } from './measured.ts';
import type { Proof } from './proof.ts';
import type { Scenario } from './scenarios.ts';
import { type Spread, spreadOf } from './statistics.ts';
import type { Judged } from './targets.ts';

/** One row of the table: what it was, and how each round ended. */
export interface Row {
  scenario: Scenario;
  runs: Run[];
}

export type Run = { round: number } & ({ measured: Measured } | { failed: string });

/** What --json writes. The number rises when a field changes its meaning. */
export interface Results {
  schema: 1;
  machine: Machine;
  rounds: number;
  proofs: Proof[];
  rows: (Row & { spread: Record<string, Spread> })[];
  targets: Judged[];
}

export const figures: Record<string, (measured: Measured) => number | undefined> = {
  perSecond: ({ perSecond }) => perSecond,
  seconds: ({ seconds }) => seconds,
  senderCpu: ({ cpu }) => cpu.sender,
  postgresCpu: ({ cpu }) => cpu.postgres,
  redisCpu: ({ cpu }) => cpu.redis,
  peakMegabytes: ({ peakMegabytes }) => peakMegabytes,
  wireBytes: ({ wireBytes }) => wireBytes,
  answerP50Seconds: ({ answer }) => answer?.p50Seconds,
  answerP99Seconds: ({ answer }) => answer?.p99Seconds,
  alertFirstSeconds: ({ alert }) => alert?.firstSeconds,
  alertLastSeconds: ({ alert }) => alert?.lastSeconds,
};

/** By round; a round that failed, or did not have this row, leaves a hole. */
export function byRound(
  row: Row | undefined,
  figure: (measured: Measured) => number | undefined,
): (number | undefined)[] {
  const found: (number | undefined)[] = [];
  for (const run of row?.runs ?? []) if ('measured' in run) found[run.round] = figure(run.measured);
  return found;
}

export function spreadsOf(row: Row): Record<string, Spread> {
  const spreads = Object.entries(figures).map(([name, figure]) => [name, spreadOf(byRound(row, figure))] as const);
  return Object.fromEntries(spreads.filter((entry): entry is [string, Spread] => entry[1] !== undefined));
}

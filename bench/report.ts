import type { Machine } from './machine.ts';
import type { Results, Row } from './results.ts';
import type { Scenario } from './scenarios.ts';
import type { Spread } from './statistics.ts';
import type { Judged } from './targets.ts';

/** Everything a person wants to see, in Markdown. */
export const reportOf = ({ machine, rounds, rows, targets }: Results): string =>
  [
    machineLine(machine),
    `${rounds} rounds; median (min–max)`,
    '',
    ...rowTable(rows),
    '',
    ...targetTable(targets),
    '',
  ].join('\n');

export function machineLine(machine: Machine): string {
  const { cpu, cores, memoryGigabytes, node, kernel, postgres, sink, fdatasyncMs, load, missing, date } = machine;
  const parts = [
    `${cpu}, ${cores} cores, ${memoryGigabytes} GB, load ${load.toFixed(1)}`,
    `Linux ${kernel}, Node ${node}, PostgreSQL ${postgres}, relay ${sink}`,
    `fdatasync ${showSpread(fdatasyncMs, 2)} ms`,
    date,
    ...(missing.length > 0 ? [`not on this machine: ${missing.join(', ')}`] : []),
  ];
  return parts.join(' · ');
}

const COLUMNS = [
  'row',
  'count',
  'per second',
  'sender CPU',
  'PostgreSQL CPU',
  'Redis CPU',
  'peak MB',
  'wire B',
  'notes',
];

function rowTable(rows: Results['rows']): string[] {
  const lines = rows.map(({ scenario, runs, spread }) => [
    scenario.name,
    String(scenario.alert?.readers ?? scenario.readers),
    showSpread(spread.perSecond, 0),
    show(spread.senderCpu, 3),
    show(spread.postgresCpu, 3),
    show(spread.redisCpu, 3),
    show(spread.peakMegabytes, 0),
    show(spread.wireBytes, 0),
    notesOf({ scenario, runs }, spread),
  ]);
  return table(COLUMNS, lines);
}

function notesOf({ scenario, runs }: Row, spread: Record<string, Spread>): string {
  const failure = runs.find((run) => 'failed' in run);
  const failures = runs.filter((run) => 'failed' in run).length;
  return [
    settingsOf(scenario),
    ...(scenario.alert
      ? [`first after ${show(spread.alertFirstSeconds, 2)} s, last ${show(spread.alertLastSeconds, 2)} s`]
      : []),
    ...(spread.answerP99Seconds
      ? [`answered in ${show(spread.answerP50Seconds, 3)} s, 99 % in ${show(spread.answerP99Seconds, 3)} s`]
      : []),
    ...(failure && 'failed' in failure ? [`${failures} of ${runs.length} failed: ${firstLine(failure.failed)}`] : []),
  ]
    .filter(Boolean)
    .join('; ');
}

const settingsOf = ({ alert, readers }: Scenario): string => (alert ? `beside a digest to ${readers}` : '');

const firstLine = (text: string): string => text.replaceAll('|', '/').split('\n')[0]?.slice(0, 160) ?? '';

function targetTable(targets: Judged[]): string[] {
  const lines = targets.map(({ says, unit, floor, aim, better, spread, verdict }) => {
    const digits = unit === 'MB' || unit === 'rows/s' ? 0 : 2;
    const goal = (value: number) => `${better === 'more' ? '≥' : '≤'} ${value}`;
    return [says, `${showSpread(spread ?? undefined, digits)} ${unit}`, goal(floor), goal(aim), verdict];
  });
  return table(['target', 'measured', 'floor', 'aim', 'verdict'], lines);
}

const table = (head: string[], lines: string[][]): string[] =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`);

const show = (spread: Spread | undefined, digits: number): string => spread?.median.toFixed(digits) ?? '–';

function showSpread(spread: Spread | undefined, digits: number): string {
  if (!spread) return '–';
  const [median, min, max] = [spread.median, spread.min, spread.max].map((value) => value.toFixed(digits));
  return `${median} (${min}–${max})`;
}

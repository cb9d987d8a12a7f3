/** What `npm run bench` runs: rounds in which every row has its turn, then the table. See README.md beside it. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describeMachine } from './machine.ts';
import { measureAlert } from './measure-alert.ts';
import { measureDaybreak } from './measure-daybreak.ts';
import { measurePlan } from './measure-plan.ts';
import { measureNodemailer, measureSmtpSource } from './measure-reference.ts';
import type { Measured } from './measured.ts';
import { type Options, readOptions, UsageError, usage } from './options.ts';
import { machineLine, reportOf } from './report.ts';
import { type Results, type Row, type Run, spreadsOf } from './results.ts';
import type { Scenario, Way } from './scenarios.ts';
import { type Stage, setStage } from './stage.ts';
import { judge } from './targets.ts';
import { createUndo, type Undo } from './undo.ts';

const measures: Record<Way, (scenario: Scenario, stage: Stage) => Promise<Measured>> = {
  daybreak: measureDaybreak,
  nodemailer: measureNodemailer,
  'smtp-source': measureSmtpSource,
  alert: measureAlert,
  'plan by hand': measurePlan,
  'plan for a slot': measurePlan,
};

const say = (line: string) => process.stderr.write(`bench: ${line}\n`);

async function bench(options: Options, undo: Undo): Promise<void> {
  const stage = await setStage(options.dataDir, undo);
  const machine = describeMachine(stage);
  say(machineLine(machine));
  if (machine.missing.length > 0) say(`rows that need ${machine.missing.join(' or ')} are left out`);
  const rows = options.scenarios.filter(possibleWith(machine.missing)).map((scenario): Row => ({ scenario, runs: [] }));
  for (let round = 0; round < options.rounds; round++) {
    for (const row of rows) {
      if (row.scenario.million && round > 0) continue;
      row.runs.push(await runOf(row.scenario, round, stage));
      await write(options, { schema: 1, machine, rounds: round + 1, rows: rows.map(withSpread), targets: judge(rows) });
    }
  }
  const results: Results = {
    schema: 1,
    machine,
    rounds: options.rounds,
    rows: rows.map(withSpread),
    targets: judge(rows),
  };
  process.stdout.write(reportOf(results));
  say(`written to ${options.json}`);
}

const possibleWith =
  (missing: string[]) =>
  ({ way, queue }: Scenario): boolean =>
    !(way === 'smtp-source' && missing.includes('smtp-source')) &&
    !((way === 'daybreak' || way === 'alert') && queue === 'redis' && missing.includes('redis-server'));

/** A row that fails is a line in the table; the others go on. */
async function runOf(scenario: Scenario, round: number, stage: Stage): Promise<Run> {
  const { name, way } = scenario;
  try {
    const measured = await measures[way](scenario, stage);
    say(`round ${round + 1}: ${name} ${measured.perSecond.toFixed(0)}/s`);
    return { round, measured };
  } catch (error) {
    const failed = (error as Error).message;
    say(`round ${round + 1}: ${name} failed: ${failed}`);
    return { round, failed };
  }
}

const withSpread = (row: Row) => ({ ...row, spread: spreadsOf(row) });

/** After every row, so that an interrupted run has not been for nothing. */
async function write({ json }: Options, results: Results): Promise<void> {
  await mkdir(path.dirname(json), { recursive: true });
  await writeFile(json, `${JSON.stringify(results, null, 2)}\n`);
}

class Interrupted extends Error {}

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options.help) process.stdout.write(usage);
  if (options.list) process.stdout.write(`${options.scenarios.map(({ name }) => name).join('\n')}\n`);
  if (options.help || options.list) return 0;
  if (process.platform !== 'linux') throw new UsageError('CPU and memory are read from /proc: this needs Linux');
  const undo = createUndo();
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => reject(new Interrupted(signal)));
  });
  try {
    await Promise.race([bench(options, undo), interrupted]);
    return 0;
  } finally {
    await undo.all();
  }
}

const code = await main(process.argv.slice(2)).catch((error) => {
  const known = error instanceof UsageError || error instanceof Interrupted;
  process.stderr.write(known ? `bench: ${error.message}\n` : `bench: ${error.stack}\n`);
  return error instanceof UsageError ? 2 : 1;
});
// Interrupted in the middle of a row, whatever it still waits for is not waited for.
process.exit(code);

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describeMachine, type Machine } from './machine.ts';
import { measureAlert } from './measure-alert.ts';
import { measureDaybreak } from './measure-daybreak.ts';
import { measureFeed, measureHostile } from './measure-feeds.ts';
import { measurePlan } from './measure-plan.ts';
import { measureNodemailer, measureSmtpSource } from './measure-reference.ts';
import { measureBareInserts, measureSignUps } from './measure-sign-up.ts';
import { measureVariants } from './measure-variants.ts';
import type { Measured } from './measured.ts';
import type { Options } from './options.ts';
import { type Proof, proofKey, proveMail } from './proof.ts';
import { machineLine, reportOf } from './report.ts';
import { type Results, type Row, type Run, spreadsOf } from './results.ts';
import type { Scenario, Way } from './scenarios.ts';
import { type Stage, setStage } from './stage.ts';
import { judge } from './targets.ts';
import type { Undo } from './undo.ts';

const measures: Record<Way, (scenario: Scenario, stage: Stage) => Promise<Measured>> = {
  daybreak: measureDaybreak,
  nodemailer: measureNodemailer,
  'smtp-source': measureSmtpSource,
  alert: measureAlert,
  'plan by hand': measurePlan,
  'plan for a slot': measurePlan,
  variants: measureVariants,
  'variants rendered whole': measureVariants,
  'sign-up': measureSignUps,
  insert: measureBareInserts,
  feed: measureFeed,
  'hostile feeds': measureHostile,
};

const say = (line: string) => process.stderr.write(`bench: ${line}\n`);

/** Every row has its turn in every round, so that what disturbs the machine for a while disturbs all of them. */
export async function playRounds(options: Options, undo: Undo, signal: AbortSignal): Promise<void> {
  const { scenarios, rounds, limited, dataDir, json } = options;
  const stage = await setStage(dataDir, undo);
  const machine = describeMachine(stage);
  say(machineLine(machine));
  const possible = scenarios.filter((scenario) => needsOf(scenario).every((one) => !machine.missing.includes(one)));
  if (possible.length < scenarios.length) say(`rows that need ${machine.missing.join(', ')} are left out`);
  const rows = possible.map((scenario): Row => ({ scenario, runs: [] }));
  const proofs = await proveAll(possible, stage, signal);
  const results = (played: number): Results => ({
    ...{ schema: 1, machine, rounds: played, proofs: [...proofs.values()], targets: judge(rows, limited) },
    rows: rows.map((row) => ({ ...row, spread: spreadsOf(row) })),
  });
  for (let round = 0; round < rounds; round++) {
    for (const { scenario, runs } of rows) {
      if (scenario.million && round > 0) continue;
      const problem = isOurs(scenario) && proofs.get(proofKey(scenario))?.problem;
      runs.push(problem ? { round, failed: problem } : await runOf(scenario, round, stage, signal));
      // After every row, so that an interrupted run has not been for nothing.
      await write(json, results(round + 1));
    }
  }
  process.stdout.write(reportOf(results(rounds)));
  say(`written to ${json}`);
}

const isOurs = ({ way }: Scenario): boolean => way === 'daybreak' || way === 'alert';

function needsOf(scenario: Scenario): Machine['missing'] {
  if (scenario.way === 'smtp-source') return ['smtp-source'];
  const queued = isOurs(scenario) || ['sign-up', 'hostile feeds'].includes(scenario.way);
  return queued && scenario.queue === 'redis' ? ['redis-server'] : [];
}

async function proveAll(scenarios: Scenario[], stage: Stage, signal: AbortSignal): Promise<Map<string, Proof>> {
  const proofs = new Map<string, Proof>();
  for (const scenario of scenarios.filter(isOurs)) {
    const key = proofKey(scenario);
    if (proofs.has(key)) continue;
    const proof = await proveMail(scenario, stage).catch(({ message }: Error): Proof => {
      signal.throwIfAborted();
      return { body: scenario.body, dkim: scenario.dkim, bytes: 0, problem: message };
    });
    proofs.set(key, proof);
    say(`a mail of ${key}: ${proof.problem ?? `${proof.bytes} bytes, as it should be`}`);
  }
  return proofs;
}

/** A row that fails is a line in the table, and the others go on, unless it failed because everything is being stopped. */
async function runOf(scenario: Scenario, round: number, stage: Stage, signal: AbortSignal): Promise<Run> {
  const { name, way } = scenario;
  try {
    const measured = await measures[way](scenario, stage);
    say(`round ${round + 1}: ${name} ${measured.perSecond.toFixed(0)}/s`);
    return { round, measured };
  } catch (error) {
    signal.throwIfAborted();
    const failed = (error as Error).message;
    say(`round ${round + 1}: ${name} failed: ${failed}`);
    return { round, failed };
  }
}

async function write(file: string, results: Results): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
}

import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Scenario, scenarios } from './scenarios.ts';

export const usage = `npm run bench -- [options]

  --only PATTERN   only rows whose name matches this regular expression
  --rounds N       rounds, each with every row once (5)
  --readers N      no audience above N; 10 N for plans and for digests under an alert
  --quick          --rounds 1 --readers 2000; like any --readers it judges no target
  --million        also the rows with a million readers, once
  --data-dir DIR   where the database and Redis keep their files (${tmpdir()}); disks differ
  --json FILE      where the figures go (bench/results/latest.json)
  --list           names the rows and ends
`;

export interface Options {
  scenarios: Scenario[];
  rounds: number;
  /** Audiences are smaller than the targets speak of. */
  limited: boolean;
  dataDir: string;
  json: string;
  list: boolean;
  help: boolean;
}

export class UsageError extends Error {}

/** @throws UsageError */
export function readOptions(args: string[]): Options {
  const { values } = parse(args);
  const rounds = numberOf('rounds', values.rounds) ?? (values.quick ? 1 : 5);
  const most = numberOf('readers', values.readers) ?? (values.quick ? 2000 : Number.POSITIVE_INFINITY);
  const pattern = patternOf(values.only ?? '');
  const chosen = scenarios.filter(({ name, million }) => pattern.test(name) && (values.million || !million));
  if (chosen.length === 0) throw new UsageError(`no row matches ${values.only}`);
  return {
    scenarios: chosen.map((scenario) => limited(scenario, most)),
    rounds,
    limited: most !== Number.POSITIVE_INFINITY,
    dataDir: path.resolve(values['data-dir'] ?? tmpdir()),
    json: path.resolve(values.json ?? path.join(import.meta.dirname, 'results', 'latest.json')),
    list: values.list ?? false,
    help: values.help ?? false,
  };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args,
      options: {
        ...{ only: text, rounds: text, readers: text, 'data-dir': text, json: text },
        ...{ quick: flag, million: flag, list: flag, help: flag },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new UsageError('--only must be a regular expression');
  }
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new UsageError(`--${name} must be a whole number above 0`);
  return number;
}

function limited(scenario: Scenario, most: number): Scenario {
  const { alert, way } = scenario;
  // A plan, and a digest that an alert overtakes, would be over before they could be measured.
  const long = alert !== undefined || way.startsWith('plan');
  const readers = Math.min(scenario.readers, long ? 10 * most : most);
  return { ...scenario, readers, ...(alert && { alert: { ...alert, readers: Math.min(alert.readers, most) } }) };
}

import { parseArgs } from 'node:util';

export const usage = `npm run fuzz -- [options]

  --documents N   how many are read (100000, or with --seconds as many as there is time for)
  --seconds N     no longer than this
  --seed S        a whole number; the same seed makes the same documents (1)
  --only N        the Nth document of the seed, and no other
  --file FILE     a document that an earlier run has kept
`;

export interface Options {
  documents: number;
  seconds: number;
  seed: number;
  only: number | undefined;
  file: string | undefined;
  help: boolean;
}

export class UsageError extends Error {}

/** @throws UsageError */
export function readOptions(args: string[]): Options {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args,
      options: { documents: text, seconds: text, seed: text, only: text, file: text, help: { type: 'boolean' } },
    });
    const seconds = numberOf('seconds', values.seconds);
    return {
      documents: numberOf('documents', values.documents) ?? (seconds ? Number.POSITIVE_INFINITY : 100_000),
      seconds: seconds ?? Number.POSITIVE_INFINITY,
      seed: numberOf('seed', values.seed) ?? 1,
      only: numberOf('only', values.only),
      file: values.file,
      help: values.help ?? false,
    };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new UsageError(`--${name} must be a whole number`);
  return number;
}

/** What `npm run bench` runs. See README.md beside it. */
import { readOptions, UsageError, usage } from './options.ts';
import { playRounds } from './rounds.ts';
import { createUndo } from './undo.ts';

class Interrupted extends Error {}

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options.help) process.stdout.write(usage);
  if (options.list) process.stdout.write(`${options.scenarios.map(({ name }) => name).join('\n')}\n`);
  if (options.help || options.list) return 0;
  if (process.platform !== 'linux') throw new UsageError('CPU and memory are read from /proc: this needs Linux');
  const undo = createUndo();
  const stop = new AbortController();
  const interrupted = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason));
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort(new Interrupted(signal)));
  try {
    await Promise.race([playRounds(options, undo, stop.signal), interrupted]);
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

/** What `npm run simulate` runs. See README.md beside it. */
import { randomOf } from '../fuzz/random.ts';
import { count } from './count.ts';
import { readOptions, UsageError, usage } from './options.ts';
import { buildTown } from './town.ts';
import { liveThrough } from './year.ts';

const say = (line: string) => process.stderr.write(`simulate: ${line}\n`);

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const begun = performance.now();
  say(`${options.days} days, ${options.readers} readers, seed ${options.seed}`);
  const town = await buildTown(options.dataDir, options.from);
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => reject(new UsageError(`stopped by ${signal}`)));
  });
  try {
    const lived = await Promise.race([liveThrough(options, town, randomOf(options.seed), say), interrupted]);
    const { table, broken } = await count(lived, town);
    process.stdout.write(`${table}${Math.round((performance.now() - begun) / 1000)} s, seed ${options.seed}\n`);
    return broken ? 1 : 0;
  } finally {
    await town.close();
  }
}

const code = await main(process.argv.slice(2)).catch((error) => {
  say(error instanceof UsageError ? error.message : String(error?.stack ?? error));
  return error instanceof UsageError ? 2 : 1;
});
process.exit(code);

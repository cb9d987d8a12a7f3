/**
 * What `npm test` runs: makes sure of the tools, starts one PostgreSQL for all tests, runs them, and leaves nothing.
 *
 *   npm test                                    everything
 *   npm test -- test/journeys/one-click.test.ts a file, or a glob
 *   npm test -- import-rules                    the files whose path contains that
 *   npm test -- --test-name-pattern=unsub       anything with dashes goes to `node --test`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, statfsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, constants, tmpdir } from 'node:os';
import path from 'node:path';
import { createLog } from '../../src/kernel/log.ts';
import { embeddedPostgres, ownerPid } from '../../src/platform/db/embedded.ts';
import { findTools, ToolMissing, type Tools } from './tools.ts';

const root = path.join(import.meta.dirname, '../..');
const everything = 'test/{unit,integration,journeys,faults,browser}/**/*.test.ts';
const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 4 * 2 ** 30;
/** Much of a test is waiting for what it has started. */
const AT_ONCE = availableParallelism() + 1;
const say = (line: string) => process.stderr.write(`test: ${line}\n`);

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort(signal));
async function main(words: string[]): Promise<number> {
  const files = chooseFiles(words.filter((word) => !word.startsWith('-')));
  if (files.length === 0) throw new ToolMissing(`no test file matches ${words.join(' ') || everything}`);
  const tools = await findTools(say);
  const place = fastPlace();
  await removeLeftovers(place);
  const dataDir = await mkdtemp(path.join(place, 'daybreak-test-run-'));
  // mkdtemp closes the folder to others, and as root PostgreSQL runs as another user.
  await chmod(dataDir, 0o755);
  const postgres = await embeddedPostgres(dataDir, createLog('warn'), { fast: true });
  try {
    const flags = words.filter((word) => word.startsWith('-'));
    return await runTests([...flags, ...files], environmentOf(postgres.url, tools), tools.redisUrl ? 1 : AT_ONCE);
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

// A database per test: copying one took 460 ms on the disk of a small machine and 11 ms in its memory.
function fastPlace(): string {
  const { bavail, bsize } = existsSync(MEMORY) ? statfsSync(MEMORY) : { bavail: 0, bsize: 0 };
  return bavail * bsize > ENOUGH_BYTES ? MEMORY : tmpdir();
}

/** What a run that was killed outright left: its PostgreSQL ends by itself within a minute of losing its data. */
async function removeLeftovers(place: string): Promise<void> {
  for (const dataDir of globSync(path.join(place, 'daybreak-test-run-*'))) {
    const wasReady = existsSync(path.join(dataDir, 'postgres.owner'));
    if (wasReady && !(await ownerPid(dataDir))) await rm(dataDir, { recursive: true, force: true });
  }
}

function chooseFiles(words: string[]): string[] {
  const all = globSync(everything, { cwd: root });
  const chosen = words.flatMap((word) => {
    const named = globSync(word, { cwd: root }).filter((file) => file.endsWith('.ts'));
    return named.length > 0 ? named : all.filter((file) => file.includes(word));
  });
  return [...new Set(words.length > 0 ? chosen : all)].sort();
}

const environmentOf = (databaseUrl: string, tools: Tools) => ({
  ...process.env,
  TEST_DATABASE_URL: databaseUrl,
  CHROMIUM: tools.chromium,
  TEST_OPENDKIM: tools.opendkim,
  TEST_PHP: tools.php,
  TEST_SPAMD: tools.spamd,
  ...(tools.redisUrl ? { TEST_REDIS_URL: tools.redisUrl } : { TEST_REDIS_SERVER: tools.redisServer }),
});

/** The tests get a process group of their own, so that whatever they started and a crash left can be ended with it. */
async function runTests(words: string[], env: NodeJS.ProcessEnv, concurrency: number): Promise<number> {
  if (stop.signal.aborted) return exitCodeOf(stop.signal.reason);
  const runner = spawn(
    process.execPath,
    ['--test', `--test-concurrency=${concurrency}`, '--test-reporter=spec', ...words],
    { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true },
  );
  stop.signal.addEventListener('abort', () => endGroup(runner, stop.signal.reason));
  const [code] = (await once(runner, 'exit')) as [number | null];
  endGroup(runner, 'SIGKILL');
  return stop.signal.aborted ? exitCodeOf(stop.signal.reason) : (code ?? 1);
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid) process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

const exitCodeOf = (signal: NodeJS.Signals) => 128 + constants.signals[signal];

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  say(error instanceof ToolMissing ? error.message : String(error?.stack ?? error));
  return 1;
});

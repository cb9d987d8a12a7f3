import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { messageOf } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { dataOf, environment } from './embedded-cluster.ts';
import { EmbeddedPostgresFailed, type Home } from './embedded-home.ts';
import { freePort } from './free-port.ts';

export interface Postmaster {
  port: number;
  stop(): Promise<void>;
}

interface StartOptions {
  fast: boolean;
  log: Log;
  logFile: string;
}

// A server killed in the middle of much work replays its log before it answers.
const START_LIMIT_MS = 5 * 60_000;
const FAST_SHUTDOWN_MS = 10_000;
const POLL_MS = 25;
// Not listening yet; starting up; and, on the way there, a connection closed under our hands.
const NOT_YET = new Set(['ECONNREFUSED', 'ECONNRESET', '57P03']);
const DUPLICATE_DATABASE = '42P04';
// Someone took the port we picked, or backends of a killed server are still leaving.
const WORTH_ANOTHER_TRY = /Address already in use|shared memory block/;

const settings = {
  listen_addresses: '127.0.0.1',
  // A socket's path may have 107 bytes, and DATA_DIR may be longer.
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};
const fastSettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** Starts the server on a free port of the loopback; returns once it answers and has the database of that URL. */
export async function startPostmaster(
  home: Home,
  urlOn: (port: number) => string,
  { fast, log, logFile }: StartOptions,
): Promise<Postmaster> {
  for (let triesLeft = 3; ; triesLeft--) {
    const port = await freePort();
    const child = launch(home, port, fast, logFile);
    const problem = await untilReady(child, urlOn(port));
    if (!problem) return supervised(child, port, log);
    await end(child);
    const said = readFileSync(logFile, 'utf8').slice(-4000);
    if (triesLeft === 0 || !WORTH_ANOTHER_TRY.test(said)) {
      throw new EmbeddedPostgresFailed(`PostgreSQL did not start: ${problem}\n${said}`);
    }
    await sleep(500);
  }
}

function launch(home: Home, port: number, fast: boolean, logFile: string): ChildProcess {
  const chosen = Object.entries({ ...settings, port, ...(fast && fastSettings) });
  // A file, not a pipe: the server may outlive us, and must not hold our event loop open.
  const output = openSync(logFile, 'w', 0o600);
  const child = spawn(
    path.join(home.bin, 'postgres'),
    ['-D', dataOf(home), ...chosen.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // Detached from the terminal's group: Ctrl-C is for us, who drain first and stop the server last.
    { ...home.runAs, cwd: '/', env: environment, detached: true, stdio: ['ignore', output, output] },
  );
  closeSync(output);
  child.unref();
  return child;
}

/** Null once the database answers, else why it never will. */
async function untilReady(child: ChildProcess, url: string): Promise<string | null> {
  let gone: string | null = null;
  child.once('error', (error) => {
    gone = error.message;
  });
  child.once('exit', (code, signal) => {
    gone = `it ended with ${signal ?? `code ${code}`}`;
  });
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    await sleep(POLL_MS);
    if (gone) return gone;
    const problem = await makeDatabase(url);
    if (problem === null) return null;
    if (!NOT_YET.has(problem.code)) return problem.message;
  }
  return `it did not answer within ${START_LIMIT_MS / 1000} s`;
}

async function makeDatabase(url: string): Promise<{ code: string; message: string } | null> {
  const admin = new URL(url);
  const name = admin.pathname.slice(1);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`create database ${pg.escapeIdentifier(name)}`);
    return null;
  } catch (error) {
    const { code = '' } = error as { code?: string };
    return code === DUPLICATE_DATABASE ? null : { code, message: messageOf(error) };
  } finally {
    await client.end().catch(() => undefined);
  }
}

function supervised(child: ChildProcess, port: number, log: Log): Postmaster {
  log.info({ port, pid: child.pid }, 'PostgreSQL is up');
  const lost = (code: number | null, signal: string | null) =>
    log.error({ code, signal }, 'PostgreSQL ended by itself');
  // For an exit that nobody drained for; a kill we cannot answer is made good at the next start.
  const lastCare = () => child.kill('SIGINT');
  child.once('exit', lost);
  process.once('exit', lastCare);
  return {
    port,
    stop: async () => {
      child.off('exit', lost);
      await end(child);
      process.off('exit', lastCare);
    },
  };
}

/** Fast shutdown, or, when that takes too long, the immediate one that replays the log at the next start. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const patience = setTimeout(() => child.kill('SIGQUIT'), FAST_SHUTDOWN_MS);
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  await ended;
  clearTimeout(patience);
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { freePort } from '../../src/platform/db/free-port.ts';
import { cleanUp } from './clean-up.ts';
import { gateTo } from './redis-gate.ts';

export interface TestRedis {
  url: string;
  /** Wipes everything, as a lost Redis would come back. */
  flushAll(): Promise<void>;
  /** Any command, such as `CONFIG SET maxmemory 1mb`. @returns its answer */
  ask(words: string): Promise<unknown>;
  /** An outage: connections break and new ones are refused until `start`, which ends it if there is one. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A Redis for this test alone, or the one the run was given, wiped first. */
export async function redisServer(t: TestContext): Promise<TestRedis> {
  const given = process.env.TEST_REDIS_URL;
  const server = given ? await gateTo(given) : await ownServer();
  cleanUp(t, () => server.close());
  await server.start();
  let away = false;
  const redis: TestRedis = {
    url: server.url,
    flushAll: async () => void (await ask(server.url, 'FLUSHALL')),
    ask: (words) => ask(server.url, words),
    stop: async () => {
      away = true;
      await server.stop();
    },
    start: async () => {
      if (away) await server.start();
      away = false;
    },
  };
  if (given) await redis.flushAll();
  return redis;
}

async function ownServer() {
  const program = process.env.TEST_REDIS_SERVER;
  if (!program) throw new Error('TEST_REDIS_SERVER is unset: run tests as `npm test -- <file>`.');
  const port = await freePort();
  const folder = await mkdtemp(path.join(tmpdir(), 'daybreak-redis-'));
  const options = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'no',
    'maxmemory-policy': 'noeviction',
  };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  let stop = async () => {};
  return {
    url: `redis://127.0.0.1:${port}`,
    start: async () => {
      stop = await launch(program, words);
    },
    stop: () => stop(),
    close: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Returns once it takes connections; what it returns ends it at once, as a crash would. */
async function launch(program: string, words: string[]): Promise<() => Promise<void>> {
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const said: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    if (line.includes('Ready to accept connections')) break;
  }
  child.stdout.resume();
  if (!said.at(-1)?.includes('Ready')) throw new Error(`redis-server did not start:\n${said.join('\n')}`);
  return async () => {
    process.off('exit', end);
    end();
    await exited;
  };
}

async function ask(url: string, words: string): Promise<unknown> {
  const redis = new Redis(url);
  const [command = '', ...rest] = words.split(' ');
  try {
    return await redis.call(command, ...rest);
  } finally {
    redis.disconnect();
  }
}

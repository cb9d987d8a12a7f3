import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { findProgram, isProgram } from './find-program.ts';

/** What the tests need beside npm packages: a Redis, by address or as a program, a Chromium, OpenDKIM's verifier, PHP, SpamAssassin. */
export interface Tools {
  opendkim: string;
  php: string;
  spamd: string;
  redisUrl?: string;
  redisServer?: string;
  chromium: string;
}

export class ToolMissing extends Error {}

type Say = (line: string) => void;

const CHROMIUMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** @throws ToolMissing with one sentence on what to do; no test is ever skipped for want of a tool */
export async function findTools(say: Say): Promise<Tools> {
  const { REDIS_URL, CHROMIUM } = process.env;
  if (REDIS_URL) await assertEmpty(REDIS_URL);
  if (CHROMIUM && !isProgram(CHROMIUM)) throw new ToolMissing(`CHROMIUM is ${CHROMIUM}, which is no program.`);
  const missing = [
    ...(REDIS_URL || findProgram('redis-server') ? [] : ['redis-server']),
    ...(CHROMIUM || findProgram(...CHROMIUMS) ? [] : ['chromium']),
    ...(findProgram('opendkim') ? [] : ['opendkim']),
    ...(findProgram('php') ? [] : ['php-cli']),
    ...(findProgram('spamd') ? [] : ['spamd']),
  ];
  if (missing.length > 0) installFromDebian(missing, say);
  const chromium = CHROMIUM || findProgram(...CHROMIUMS);
  if (!chromium) {
    throw new ToolMissing(
      'The tests need a Chromium: set CHROMIUM to its path, put it on PATH, or install `chromium`.',
    );
  }
  const opendkim = findProgram('opendkim');
  if (!opendkim) {
    throw new ToolMissing(
      'The tests need OpenDKIM, to verify our signatures: put `opendkim` on PATH, or install that package.',
    );
  }
  const php = findProgram('php');
  if (!php) {
    throw new ToolMissing(
      'The tests need PHP, to run the WordPress plugin: put `php` on PATH, or install the package `php-cli`.',
    );
  }
  const spamd = findProgram('spamd');
  if (!spamd) {
    throw new ToolMissing(
      'The tests need SpamAssassin, to have mails judged: put `spamd` on PATH, or install the package `spamd`.',
    );
  }
  if (REDIS_URL) return { chromium, opendkim, php, spamd, redisUrl: REDIS_URL };
  const redisServer = findProgram('redis-server');
  if (!redisServer) {
    throw new ToolMissing(
      'The tests need a Redis: set REDIS_URL to an empty one, put `redis-server` on PATH, or install that package.',
    );
  }
  return { chromium, opendkim, php, spamd, redisServer };
}

/** The tests wipe the Redis they are given, so it must hold nothing. */
async function assertEmpty(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const keyspace = await redis.info('keyspace');
    if (!/^db\d+:keys=/m.test(keyspace)) return;
  } catch (error) {
    throw new ToolMissing(`REDIS_URL is set, but that Redis does not answer: ${(error as Error).message}`);
  } finally {
    redis.disconnect();
  }
  throw new ToolMissing('REDIS_URL names a Redis that holds keys, and the tests would wipe them: give an empty one.');
}

function installFromDebian(packages: string[], say: Say): void {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version') || !isProgram('/usr/bin/apt-get')) return;
  say(`installing ${packages.join(' and ')} with apt-get …`);
  const before = redisDaemons();
  apt(['update']);
  apt(['install', '-y', '--no-install-recommends', ...packages]);
  // The package may start a daemon on the usual port; the tests start their own, and nobody asked for this one.
  for (const pid of redisDaemons().filter((one) => !before.includes(one))) {
    say(`stopping the redis-server that its installation started (pid ${pid})`);
    process.kill(pid, 'SIGTERM');
  }
}

function apt(words: string[]): void {
  const { status } = spawnSync(
    '/usr/bin/apt-get',
    ['-qq', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0', ...words],
    {
      stdio: ['ignore', 2, 2],
      env: {
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        DEBIAN_FRONTEND: 'noninteractive',
        // Told that the machine is in single-user mode, invoke-rc.d starts no service.
        RUNLEVEL: '1',
      },
    },
  );
  if (status !== 0) throw new ToolMissing(`apt-get ${words.join(' ')} failed; its messages above say why.`);
}

function redisDaemons(): number[] {
  return readdirSync('/proc').map(Number).filter(isRedis);
}

function isRedis(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'redis-server';
  } catch {
    return false;
  }
}

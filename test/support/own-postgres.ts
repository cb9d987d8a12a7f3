import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { createLog } from '../../src/kernel/log.ts';
import { embeddedPostgres } from '../../src/platform/db/embedded.ts';
import { migrate } from '../../src/platform/db/migrate.ts';
import { createPool } from '../../src/platform/db/pool.ts';
import { cleanUp } from './clean-up.ts';
import { type PostgresGate, postgresGate } from './postgres-gate.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface OwnPostgres {
  /** Of a gate that stays where it is when the server moves. */
  url: string;
  gate: PostgresGate;
  pid(): Promise<number>;
  runs(): Promise<boolean>;
  /** `pg_ctl stop -m immediate`: no checkpoint, no goodbye. */
  crashes(): Promise<void>;
  starts(): Promise<void>;
  /** What the server has logged since its last start. */
  log(): Promise<string>;
}

const quiet = createLog('silent');

/** A PostgreSQL for this test alone, as durable as in production (fsync on), migrated, behind a gate. */
export async function ownPostgres(t: TestContext, dataDir?: string): Promise<OwnPostgres> {
  const place = dataDir ?? (await tempDir(t));
  let server = await embeddedPostgres(place, quiet);
  cleanUp(t, () => server.stop());
  await migrated(server.url);
  const gate = await postgresGate(t, server.url);
  const pidFile = path.join(place, 'postgres/data/postmaster.pid');
  const pid = async () => Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  const runs = async () => isAlive(await pid());
  return {
    url: gate.url,
    gate,
    pid,
    runs,
    crashes: async () => {
      const postmaster = await pid();
      process.kill(postmaster, 'SIGQUIT');
      await until('PostgreSQL is gone', () => !isAlive(postmaster));
    },
    starts: async () => {
      // Forgets the one that died, or the next would be taken for it.
      await server.stop();
      server = await embeddedPostgres(place, quiet);
      gate.leadsTo(server.url);
    },
    log: () => readFile(path.join(place, 'postgres.log'), 'utf8'),
  };
}

async function migrated(url: string): Promise<void> {
  const pool = createPool(url, quiet, 1);
  try {
    await migrate(pool);
  } finally {
    await pool.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0);
  } catch {
    return false;
  }
}

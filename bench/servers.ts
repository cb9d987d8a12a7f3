import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { createLog } from '../src/kernel/log.ts';
import { embeddedPostgres } from '../src/platform/db/embedded.ts';
import { freePort } from '../src/platform/db/free-port.ts';
import { findProgram } from '../test/support/find-program.ts';
import { parentOf } from './proc.ts';
import { startProcess } from './processes.ts';
import type { Undo } from './undo.ts';

export interface Database {
  url: string;
  pool: pg.Pool;
  /** Of the postmaster, whose children do the work. */
  pid: number;
  version: string;
  /** Where its files are, which is not always below `folder`. */
  folder: string;
}

/** The PostgreSQL of `npm start`, with its durability left on. */
export async function startDatabase(folder: string, undo: Undo): Promise<Database> {
  let files = folder;
  // As root under a closed folder the cluster lies elsewhere, and goes all the same.
  undo.later(() => rm(files, { recursive: true, force: true }));
  const postgres = await embeddedPostgres(folder, createLog('warn'));
  undo.later(() => postgres.stop());
  const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
  pool.on('error', () => undefined);
  undo.later(() => pool.end());
  const { rows } = await pool.query(`
    select pg_backend_pid() as pid, current_setting('data_directory') as data, current_setting('server_version') as version,
      current_setting('fsync') as fsync`);
  const { pid, data, version, fsync } = rows[0];
  if (fsync !== 'on') throw new Error('this PostgreSQL runs without fsync: its figures would mean nothing');
  files = path.dirname(data);
  return { url: postgres.url, pool, pid: parentOf(pid), version, folder: files };
}

export interface Server {
  pid: number;
  port: number;
  name: string;
}

/** Durable as docker-compose has it. Undefined when there is no `redis-server` on this machine. */
export async function startRedis(folder: string, undo: Undo): Promise<Server | undefined> {
  const program = findProgram('redis-server');
  if (!program) return undefined;
  const dir = path.join(folder, 'redis');
  await mkdir(dir);
  const port = await freePort();
  const options = {
    ...{ port, bind: '127.0.0.1', dir, save: '' },
    ...{ appendonly: 'yes', appendfsync: 'everysec', 'maxmemory-policy': 'noeviction' },
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const logFile = path.join(folder, 'redis.log');
  const { pid, stop } = await startProcess({ program, args, logFile, ready: /Ready to accept connections/ });
  undo.later(stop);
  return { pid, port, name: 'redis-server' };
}

/** The database's clock is the machine's: instants of the ledger can be compared with ours. */
export const single = async <Row>(pool: pg.Pool, text: string, values: unknown[] = []): Promise<Row> =>
  (await pool.query(text, values)).rows[0] as Row;

import { readdir, readFile } from 'node:fs/promises';
import { runMigrations as runQueueMigrations } from 'bullmq';
import type pg from 'pg';
import { DomainError } from '../../kernel/errors.ts';

const folder = new URL('./migrations/', import.meta.url);
// Any constant, the same in every process: it spells DAYB.
const LOCK = 0x44415942;

export class MigrationsPending extends DomainError {
  constructor(names: string[]) {
    super(
      'migrations-pending',
      'unavailable',
      `The database lacks ${names.join(', ')}: run \`npm run daybreak -- migrate\`.`,
    );
  }
}

/** Applies what is missing, each file in a transaction of its own; several processes may call it at once. */
export async function migrate(pool: pg.Pool): Promise<string[]> {
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query(
      'create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())',
    );
    const missing = await pendingMigrations(client);
    for (const name of missing) await apply(client, name);
    await runQueueMigrations(client);
    return missing;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]).catch(() => undefined);
    client.release();
  }
}

async function apply(client: pg.PoolClient, name: string): Promise<void> {
  const text = await readFile(new URL(name, folder), 'utf8');
  await client.query('begin');
  try {
    await client.query(text);
    await client.query('insert into migrations (name) values ($1)', [name]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function pendingMigrations(client: pg.Pool | pg.PoolClient): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const { rows } = await client.query<{ exists: boolean }>("select to_regclass('migrations') is not null as exists");
  if (!rows[0]?.exists) return names;
  const applied = await client.query<{ name: string }>('select name from migrations');
  const known = new Set(applied.rows.map(({ name }) => name));
  return names.filter((name) => !known.has(name));
}

/** @throws MigrationsPending when the database is behind this program */
export async function assertMigrated(pool: pg.Pool): Promise<void> {
  const missing = await pendingMigrations(pool);
  if (missing.length > 0) throw new MigrationsPending(missing);
}

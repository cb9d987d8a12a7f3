import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import pg from 'pg';
import { createLog } from '../../src/kernel/log.ts';
import { migrate } from '../../src/platform/db/migrate.ts';
import { createPool } from '../../src/platform/db/pool.ts';
import { cleanUp } from './clean-up.ts';

const TEMPLATE = 'daybreak_template';
// Any constant, the same in every test process: it spells TEST.
const LOCK = 0x54455354;

/** A database of this test's own, migrated; it is dropped, whoever is still connected, when the test ends. */
export async function freshDatabase(t: TestContext): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(async (admin) => {
    await ensureTemplate(admin);
    await admin.query(`create database ${name} template ${TEMPLATE} strategy file_copy`);
  });
  cleanUp(t, () => asAdmin((admin) => admin.query(`drop database if exists ${name} with (force)`)));
  return urlOf(name);
}

/** Migrating takes a second and copying a few milliseconds, so one caller of the whole run migrates, the others copy. */
async function ensureTemplate(admin: pg.Client): Promise<void> {
  await admin.query('select pg_advisory_lock($1)', [LOCK]);
  try {
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [TEMPLATE]);
    if (rowCount === 0) await makeTemplate(admin);
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [LOCK]);
  }
}

// It gets its name only when whole: a migration that fails must fail every test, not leave half a template.
async function makeTemplate(admin: pg.Client): Promise<void> {
  const draft = `${TEMPLATE}_draft`;
  await admin.query(`drop database if exists ${draft} with (force)`);
  await admin.query(`create database ${draft}`);
  const pool = createPool(urlOf(draft), createLog('warn'), 1);
  try {
    await migrate(pool);
  } finally {
    await pool.end();
  }
  await admin.query(`alter database ${draft} rename to ${TEMPLATE}`);
}

async function asAdmin(work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl() });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(adminUrl());
  url.pathname = `/${database}`;
  return url.href;
}

function adminUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('TEST_DATABASE_URL is unset: run tests as `npm test -- <file>`.');
  return url;
}

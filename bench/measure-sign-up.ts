import path from 'node:path';
import { type Measured, perThousand } from './measured.ts';
import { emptyQueue, startDaybreak } from './newsroom.ts';
import { cpuSeconds, peakMegabytes } from './proc.ts';
import { type Running, runProcess } from './processes.ts';
import { seedReaders } from './readers.ts';
import type { Scenario } from './scenarios.ts';
import { single } from './servers.ts';
import type { LoadOrder, LoadResult } from './sign-up-load.ts';
import { main, type Stage } from './stage.ts';

const CONCURRENT = 200;
/** A server runs for weeks; in its first five seconds under load it is still compiled, and 99 of 100 wait 0.02 s longer. */
const WARM_UP = 20_000;
const here = (file: string) => path.join(import.meta.dirname, file);

/** `POST /forms/1/sign-ups` at a `daybreak web` whose queue takes the confirmations; nobody works on them. */
export async function measureSignUps(scenario: Scenario, stage: Stage): Promise<Measured> {
  await seedReaders(stage.database.pool, { daily: 0 });
  await emptyQueue(stage);
  const web = await startDaybreak([main, 'web'], scenario, stage, /^daybreak ready on/, { TRUST_PROXY: '1' });
  const stored = `select count(*)::int as count from consent_events where kind = 'requested' and newsletter_id = 1`;
  return measure(scenario, stage, web, { path: '/forms/1/sign-ups', stored });
}

export async function measureBareInserts(scenario: Scenario, stage: Stage): Promise<Measured> {
  const { pool } = stage.database;
  await pool.query('drop table if exists bare_sign_ups');
  await seedReaders(pool, { daily: 0 });
  await pool.query(
    `create table bare_sign_ups (id bigint generated always as identity primary key, email text not null,
      time_zone text not null, created_at timestamptz not null default now())`,
  );
  const server = await startDaybreak([here('express-insert.ts')], scenario, stage, /^ready on/);
  try {
    return await measure(scenario, stage, server, {
      path: '/sign-ups',
      stored: 'select count(*)::int as count from bare_sign_ups',
    });
  } finally {
    await pool.query('drop table bare_sign_ups');
  }
}

async function measure(
  { name, readers: count }: Scenario,
  { database, folder }: Stage,
  server: Running,
  { path: route, stored }: { path: string; stored: string },
): Promise<Measured> {
  const url = server.ready.split(' ').at(-1) ?? '';
  const order: LoadOrder = { url, path: route, warmUp: WARM_UP, count, concurrent: CONCURRENT };
  const usage = () => ({ sender: cpuSeconds(server.pid), postgres: cpuSeconds(database.pid) });
  try {
    const before = usage();
    const said = await runProcess({
      program: process.execPath,
      args: [here('sign-up-load.ts'), JSON.stringify(order)],
      logFile: path.join(folder, `${name}.log`),
    });
    const after = usage();
    const { seconds, p50, p99 } = JSON.parse(said) as LoadResult;
    const all = await single<{ count: number }>(database.pool, stored);
    if (all.count !== count + WARM_UP) throw new Error(`${all.count} of ${count + WARM_UP} were stored`);
    const spent = (part: 'sender' | 'postgres') => perThousand(after[part] - before[part], count + WARM_UP);
    return {
      ...{ count, seconds, perSecond: count / seconds, peakMegabytes: peakMegabytes(server.pid) },
      cpu: { sender: spent('sender'), postgres: spent('postgres') },
      answer: { p50Seconds: p50 / 1000, p99Seconds: p99 / 1000 },
    };
  } finally {
    await server.stop();
  }
}

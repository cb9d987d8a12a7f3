import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Newsroom } from './newsroom.ts';
import { single } from './servers.ts';

const LOOK_MS = 50;
// Counting rows costs the database something, so it is done now and then.
const COUNT_MS = 250;
const STANDSTILL_MS = 15_000;

interface Watch {
  pool: pg.Pool;
  newsroom: Newsroom;
}

/** @throws when nothing more is accepted for a while, or a worker ends */
export async function untilSent(edition: number, watch: Watch): Promise<void> {
  const status = 'select status from editions where id = $1';
  let lastChange = performance.now();
  let before = -1;
  let nextCount = lastChange + STANDSTILL_MS / 2;
  for (;;) {
    const seen = await single<{ status: string }>(watch.pool, status, [edition]);
    if (seen.status === 'sent') return;
    assertAlive(watch.newsroom);
    await sleep(LOOK_MS);
    if (performance.now() < nextCount) continue;
    const { accepted } = await acceptedOf(edition, watch.pool);
    if (accepted !== before) [before, lastChange] = [accepted, performance.now()];
    if (performance.now() - lastChange > STANDSTILL_MS) throw new Error(await standOf(edition, watch.pool));
    nextCount = performance.now() + STANDSTILL_MS / 2;
  }
}

/** Waits until at least so many mails of it are accepted. */
export async function untilAccepted(edition: number, count: number, { pool, newsroom }: Watch): Promise<void> {
  const some = `select count(*)::int as accepted from (
    select from deliveries where edition_id = $1 and state = 'accepted' limit $2) d`;
  for (const end = performance.now() + STANDSTILL_MS + 5 * count; performance.now() < end; ) {
    const { accepted } = await single<{ accepted: number }>(pool, some, [edition, count]);
    if (accepted >= count) return;
    assertAlive(newsroom);
    await sleep(COUNT_MS);
  }
  throw new Error(await standOf(edition, pool));
}

export interface Accepted {
  accepted: number;
  /** Milliseconds since the epoch. */
  first: number;
  last: number;
}

export const acceptedOf = (edition: number, pool: pg.Pool): Promise<Accepted> =>
  single(
    pool,
    `select count(*)::int as accepted, (extract(epoch from min(settled_at)) * 1000)::float8 as first,
      (extract(epoch from max(settled_at)) * 1000)::float8 as last
    from deliveries where edition_id = $1 and state = 'accepted'`,
    [edition],
  );

function assertAlive({ workers }: Newsroom): void {
  for (const { ended } of workers) {
    const how = ended();
    if (how) throw new Error(how);
  }
}

async function standOf(edition: number, pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query(
    'select state, reason, count(*) as count from deliveries where edition_id = $1 group by 1, 2 order by 3 desc limit 5',
    [edition],
  );
  const stand = rows.map(({ state, reason, count }) => `${count} ${state}${reason ? ` (${reason})` : ''}`).join(', ');
  return `it stands still: ${stand || 'nothing planned'}`;
}

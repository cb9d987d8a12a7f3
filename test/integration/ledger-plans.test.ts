import assert from 'node:assert/strict';
import { test } from 'node:test';
import type pg from 'pg';
import { createClaimStore } from '../../src/deliveries/claim-store.ts';
import { createLedger } from '../../src/deliveries/store.ts';
import { createLog } from '../../src/kernel/log.ts';
import { createDb, createKeyedPool, createPool } from '../../src/platform/db/pool.ts';
import { cleanUp } from '../support/clean-up.ts';
import { freshDatabase } from '../support/database.ts';

const ROWS = 200_000;
const WINDOW = 20;

/** Rows of the ledger read since the last look, by whatever way. */
async function rowsRead(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ read: string }>(
    "select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) as read from pg_stat_user_tables where relname ~ '^deliveries'",
  );
  return Number(rows[0]?.read ?? 0);
}

test('however large an edition, the sending loop reads its window and the sweep reads what is claimed', async (t) => {
  const url = await freshDatabase(t);
  const log = createLog('silent');
  const pool = createPool(url, log, 2);
  // One connection, so that the plan made for an empty ledger is the one that is used.
  const keyed = createKeyedPool(url, log, 1);
  cleanUp(t, async () => {
    await keyed.end();
    await pool.end();
  });
  const claims = createClaimStore(keyed);
  const ledger = createLedger(createDb(pool));
  const claimant = { editionId: 1, chunk: 3, name: 'worker#1' };
  await pool.query(`
    insert into subscribers (email, email_key, email_hash, time_zone, created_at)
      select n || '@example.org', n || '@example.org', decode(md5(n::text), 'hex'), 'Europe/London', now() from generate_series(1, ${ROWS}) n;
    insert into subscriptions (subscriber_id, newsletter_id, state, created_at) select id, 1, 'active', now() from subscribers;
    insert into editions (newsletter_id, kind, status, as_of, created_at) values (1, 'digest', 'sending', now(), now());
    analyze`);
  await claims.exchange(claimant, [], WINDOW, new Date());
  await pool.query(`
    insert into deliveries (edition_id, subscriber_id, subscription_id, variant_id, chunk, state)
      select 1, subscriber_id, id, 1, id / 250, 'pending' from subscriptions`);

  const readBy = async (work: () => Promise<unknown>): Promise<number> => {
    const client = await keyed.connect();
    await client.query('select pg_stat_force_next_flush()');
    client.release();
    const before = await rowsRead(pool);
    await work();
    await keyed.query('select pg_stat_force_next_flush()');
    await pool.query('select pg_stat_force_next_flush()');
    return (await rowsRead(pool)) - before;
  };
  let claimed: { subscriberId: number }[] = [];
  const first = await readBy(async () => {
    claimed = (await claims.exchange(claimant, [], WINDOW, new Date())).claimed;
  });
  assert.equal(claimed.length, WINDOW);
  assert.ok(first > 0 && first < 20 * WINDOW, `claiming ${WINDOW} rows read ${first}`);

  const closings = claimed.map(({ subscriberId }) => ({
    ...{ subscriberId, state: 'accepted' as const, reason: 'accepted', reply: '250 Ok' },
    ...{ retryInSeconds: null, addressDead: false, counts: true },
  }));
  const second = await readBy(() => claims.exchange(claimant, closings, WINDOW, new Date()));
  assert.ok(second < 40 * WINDOW, `closing ${WINDOW} rows and claiming as many read ${second}`);

  await pool.query('analyze deliveries');
  const swept = await readBy(() => ledger.settleDeadClaims(0, 60));
  assert.ok(swept < 20 * WINDOW, `looking for dead claims read ${swept}`);
});

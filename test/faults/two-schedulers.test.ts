import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultTown, isSent, readers } from '../support/fault-town.ts';
import { assertKept } from '../support/oracle.ts';
import { until } from '../support/until.ts';
import { daybreakProcess, workerProcess } from '../support/worker-process.ts';

const everybody = readers(1000);

test('two services and four workers start at once on a due slot: one edition, everyone once', async (t) => {
  const { town, relay } = await faultTown(t);
  await town.imports('daily', everybody);
  await town.publishes({ headline: 'Library lends seeds' });
  // Whole milliseconds, as the service itself writes them.
  await town.context.pool.query(
    `update subscriptions set next_due_at = date_trunc('milliseconds', now()) where state = 'active'`,
  );
  await Promise.all([
    ...[1, 2].map(() => daybreakProcess(t, 'up', town)),
    ...[1, 2, 3, 4].map(() => workerProcess(t, town)),
  ]);
  const [edition] = await until('an edition is open', async () => {
    const seen = await town.editions();
    return seen.length > 0 && seen;
  });
  assert.ok(edition);
  await isSent(town, edition.id);
  // The slot is over for everybody, so no scheduler can find it due any more.
  const { rowCount } = await town.context.pool.query('select from subscriptions where next_due_at <= now()');
  assert.equal(rowCount, 0);
  assert.equal((await town.editions()).length, 1);
  const { counts } = await assertKept(town, edition.id, await relay.record(), {
    ...{ readers: everybody, whenUncertain: 'hold' },
  });
  assert.equal(counts.accepted, everybody.length);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editionKinds, faultTown, isSent, readers } from '../support/fault-town.ts';
import { assertKept } from '../support/oracle.ts';
import { postgresOnSmallDisk } from '../support/small-disk.ts';
import { until } from '../support/until.ts';
import { workerProcess } from '../support/worker-process.ts';

const everybody = readers(2000);
const [digest] = editionKinds;

test('the disk under PostgreSQL is full in mid-edition: once there is space again, everyone has got it once', async (t) => {
  const disk = await postgresOnSmallDisk(t);
  const { postgres } = disk;
  const { town, relay } = await faultTown(t, { env: { DATABASE_URL: postgres.url } });
  await relay.follows({ rules: [{ at: 'DOT', does: 'silence', keeps: true }] });
  await workerProcess(t, town);
  const id = await digest.start(town, everybody);
  await relay.silentWith(5);
  await disk.fills();
  await relay.behaves();
  await until('PostgreSQL has run out of space', async () => disk.complaint.test(await postgres.log()));
  await disk.empties();
  // It ends by itself when it was the write-ahead log that found no place; somebody then starts it, as after a crash.
  await until('PostgreSQL answers again', async () => {
    if (!(await postgres.runs())) await postgres.starts();
    return town.context.pool.query('select 1').catch(() => false);
  });
  await isSent(town, id);
  const { counts } = await assertKept(town, id, await relay.record(), {
    ...{ readers: everybody, whenUncertain: 'hold' },
  });
  assert.equal(counts.accepted, everybody.length);
});

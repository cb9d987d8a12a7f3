import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertTo, faultTown, isSent, readers, rowsIn, WINDOW } from '../support/fault-town.ts';
import { assertKept } from '../support/oracle.ts';
import { until } from '../support/until.ts';
import { workerProcess } from '../support/worker-process.ts';

const everybody = readers(100);
/** What an editor is promised after a worker's death, with nobody at hand and nothing but the machine's own clock. */
const SETTLED_WITHIN_MS = 30_000;

test('a dead worker’s claims are settled within 30 s of its death, and the alert goes on', async (t) => {
  const { town, relay } = await faultTown(t);
  await relay.follows({ rules: [{ at: 'DOT', does: 'silence', keeps: true }] });
  const worker = await workerProcess(t, town);
  const id = await alertTo(town, everybody);
  await relay.silentWith(5);
  await workerProcess(t, town);
  // The living one takes what it may, and stands before the same silence.
  await worker.kill();
  const death = performance.now();
  const claimed = () => rowsIn(town, id, 'sending');
  await relay.behaves();
  await until('nothing is claimed any more', async () => (await claimed()) === 0, 2 * SETTLED_WITHIN_MS);
  const tookMs = performance.now() - death;
  await isSent(town, id);
  await assertKept(town, id, await relay.record(), {
    ...{ readers: everybody, whenUncertain: 'resend', repeats: WINDOW },
  });
  assert.ok(tookMs < SETTLED_WITHIN_MS, `settled after ${(tookMs / 1000).toFixed(1)} s`);
});

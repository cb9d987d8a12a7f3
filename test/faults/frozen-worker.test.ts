import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buried, CONNECTIONS, editionKinds, faultTown, isSent, readers, rowsIn } from '../support/fault-town.ts';
import { assertKept } from '../support/oracle.ts';
import { until } from '../support/until.ts';
import { workerProcess } from '../support/worker-process.ts';

const everybody = readers(400);
/** The queue takes a job from a worker that has not renewed its lock for ten seconds. */
const LOCK_MS = 10_000;
/** A worker that could not say for so long that it lives hands nothing over until it could. */
const LEASE_MS = 12_500;

test('a worker frozen for longer than the queue’s lock and then thawed: nobody gets the digest twice', async (t) => {
  const [{ start, whenUncertain }] = editionKinds;
  const { town, relay } = await faultTown(t);
  await relay.follows({ rules: [{ at: 'DOT', does: 'silence', keeps: true, times: 5 }], delayMs: 10 });
  const frozen = await workerProcess(t, town);
  const id = await start(town, everybody);
  await relay.silentWith(5);
  frozen.freeze();
  const since = performance.now();
  await workerProcess(t, town);
  await relay.behaves();
  await until('the lock has run out', () => performance.now() - since > LOCK_MS + 1000);
  frozen.thaw();
  await isSent(town, id);
  const { counts } = await assertKept(town, id, await relay.record(), { readers: everybody, whenUncertain });
  assert.equal(counts.accepted + counts.uncertain, everybody.length);
});

for (const { kind, whenUncertain, start } of editionKinds) {
  test(`a worker frozen until its claims are settled, and then thawed: ${kind} keeps its promises`, async (t) => {
    const { town, relay } = await faultTown(t);
    await relay.follows({ rules: [{ at: 'DOT', does: 'silence', keeps: true, times: 5 }], delayMs: 10 });
    const frozen = await workerProcess(t, town);
    const id = await start(town, everybody);
    await relay.silentWith(5);
    frozen.freeze();
    const since = performance.now();
    await workerProcess(t, town);
    await relay.behaves();
    await buried(town, frozen);
    await until('it can no longer trust its claims', () => performance.now() - since > LEASE_MS);
    // It wakes while the other one still works, sends what it had in hand and writes down what it hears.
    frozen.thaw();
    await isSent(town, id);
    await until('nothing is claimed any more', async () => (await rowsIn(town, id, 'sending')) === 0);
    assert.equal((await frozen.terminate()).code, 0);
    // What it has given back opens the edition again, which the other one then finishes.
    await isSent(town, id);
    const { counts } = await assertKept(town, id, await relay.record(), {
      // Awake again it hands nothing further over; only what stood on a connection may come twice.
      ...{ readers: everybody, whenUncertain, repeats: CONNECTIONS },
    });
    assert.equal(counts.accepted + counts.uncertain, everybody.length);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buried, editionKinds, faultTown, isSent, readers, rowsIn, WINDOW } from '../support/fault-town.ts';
import { assertKept } from '../support/oracle.ts';
import { until } from '../support/until.ts';
import { workerProcess } from '../support/worker-process.ts';

const everybody = readers(400);

for (const { kind, whenUncertain, start } of editionKinds) {
  test(`${kind} is paused, its worker is killed, and it is resumed: it goes on where it stood`, async (t) => {
    const { town, relay } = await faultTown(t);
    await relay.follows({ delayMs: 10 });
    const worker = await workerProcess(t, town);
    const id = await start(town, everybody);
    await relay.accepts(30);
    const paused = await town.api('POST', `/editions/${id}/pause`);
    assert.deepEqual([paused.status, paused.body.status], [200, 'paused']);
    await worker.kill();
    await workerProcess(t, town);
    await buried(town, worker);
    assert.ok((await rowsIn(town, id, 'pending')) > 0, 'it was paused in mid-edition');
    assert.equal((await town.edition(id)).status, 'paused');

    const resumed = await town.api('POST', `/editions/${id}/resume`);
    assert.deepEqual([resumed.status, resumed.body.status], [200, 'sending']);
    await isSent(town, id);
    const { counts } = await assertKept(town, id, await relay.record(), {
      ...{ readers: everybody, whenUncertain, repeats: WINDOW },
    });
    assert.equal(counts.accepted + counts.uncertain, everybody.length);
  });

  test(`${kind} is cancelled in mid-edition: what was claimed is answered for, the rest is not sent`, async (t) => {
    const { town, relay } = await faultTown(t);
    await relay.follows({ delayMs: 10 });
    await workerProcess(t, town);
    const id = await start(town, everybody);
    await relay.accepts(30);
    const cancelled = await town.api('POST', `/editions/${id}/cancel`);
    assert.deepEqual([cancelled.status, cancelled.body.status], [200, 'cancelled']);
    await until('what was claimed is answered for', async () => (await rowsIn(town, id, 'sending')) === 0);
    const { counts } = await assertKept(town, id, await relay.record(), { readers: everybody, whenUncertain });
    assert.ok(counts.skipped > 0, 'it was cancelled in mid-edition');
    assert.equal(counts.accepted + counts.skipped, everybody.length);
  });
}

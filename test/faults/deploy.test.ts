import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editionKinds, faultTown, isSent, readers } from '../support/fault-town.ts';
import { assertKept } from '../support/oracle.ts';
import { workerProcess } from '../support/worker-process.ts';

const everybody = readers(600);

for (const { kind, whenUncertain, start } of editionKinds) {
  test(`a deploy in the middle of ${kind}: the old worker drains, the new one goes on, everyone gets it once`, async (t) => {
    const { town, relay } = await faultTown(t);
    await relay.follows({ delayMs: 15 });
    const old = await workerProcess(t, town);
    const id = await start(town, everybody);
    await relay.accepts(50);
    await workerProcess(t, town);
    const before = (await relay.look()).accepted;
    assert.ok(before < everybody.length, 'the old worker is told in mid-edition');
    const { code, seconds } = await old.terminate();
    assert.equal(code, 0);
    assert.ok(seconds < 15, `the old worker took ${seconds.toFixed(1)} s to leave`);
    await isSent(town, id);
    const { counts } = await assertKept(town, id, await relay.record(), { readers: everybody, whenUncertain });
    assert.equal(counts.accepted, everybody.length);
  });
}

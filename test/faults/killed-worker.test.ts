import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buried, editionKinds, faultTown, isSent, readers, WINDOW } from '../support/fault-town.ts';
import { assertKept } from '../support/oracle.ts';
import { workerProcess } from '../support/worker-process.ts';

const everybody = readers(200);

for (const { kind, whenUncertain, start } of editionKinds) {
  test(`a worker killed after the dot: ${kind} loses no answer silently`, async (t) => {
    const { town, relay } = await faultTown(t);
    await relay.follows({ rules: [{ at: 'DOT', does: 'silence', keeps: true }] });
    const worker = await workerProcess(t, town);
    const id = await start(town, everybody);
    await relay.silentWith(5);
    await worker.kill();
    await relay.behaves();

    await workerProcess(t, town);
    await buried(town, worker);
    await isSent(town, id);
    const { counts, repeats } = await assertKept(town, id, await relay.record(), {
      ...{ readers: everybody, whenUncertain, repeats: WINDOW },
    });
    assert.equal(counts.accepted + counts.uncertain, everybody.length);
    if (whenUncertain === 'resend') assert.ok(repeats >= 5, `${repeats} repeats, where at least 5 answers were lost`);
    else assert.ok(counts.uncertain >= 5 && counts.uncertain <= WINDOW, `${counts.uncertain} are uncertain`);
  });

  test(`a worker killed before DATA: ${kind} is not sent twice, and who waits is known`, async (t) => {
    const { town, relay } = await faultTown(t);
    await relay.follows({ rules: [{ at: 'DATA', does: 'silence' }] });
    const worker = await workerProcess(t, town);
    const id = await start(town, everybody);
    await relay.silentWith(5);
    await worker.kill();
    await relay.behaves();

    await workerProcess(t, town);
    await buried(town, worker);
    await isSent(town, id);
    const { counts, repeats } = await assertKept(town, id, await relay.record(), {
      ...{ readers: everybody, whenUncertain },
    });
    assert.equal(repeats, 0);
    assert.equal(counts.accepted + counts.uncertain, everybody.length);
    assert.ok(counts.uncertain <= (whenUncertain === 'hold' ? WINDOW : 0), `${counts.uncertain} are uncertain`);
  });

  test(`two workers killed on the same job: ${kind} goes on with the third`, async (t) => {
    const { town, relay } = await faultTown(t);
    const id = await start(town, everybody);
    const dead = [];
    for (const _ of ['first', 'second']) {
      await relay.follows({ rules: [{ at: 'DOT', does: 'silence', keeps: true }] });
      const worker = await workerProcess(t, town);
      for (const earlier of dead) await buried(town, earlier);
      await relay.silentWith(5);
      await worker.kill();
      dead.push(worker);
    }
    await relay.behaves();
    await workerProcess(t, town);
    for (const earlier of dead) await buried(town, earlier);
    await isSent(town, id);
    await assertKept(town, id, await relay.record(), { readers: everybody, whenUncertain, repeats: 2 * WINDOW });
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editionKinds, faultTown, isSent, readers } from '../support/fault-town.ts';
import { assertKept } from '../support/oracle.ts';
import { ownPostgres } from '../support/own-postgres.ts';
import { workerProcess } from '../support/worker-process.ts';

const everybody = readers(400);
const [digest] = editionKinds;

for (const queue of ['redis', 'postgres'] as const) {
  test(`PostgreSQL restarted in immediate mode in mid-batch (queue on ${queue}): nobody twice, nobody lost`, async (t) => {
    const postgres = await ownPostgres(t);
    const { town, relay } = await faultTown(t, { queue, env: { DATABASE_URL: postgres.url } });
    await relay.follows({ rules: [{ at: 'DOT', does: 'silence', keeps: true }] });
    await workerProcess(t, town);
    const id = await digest.start(town, everybody);
    await relay.silentWith(5);
    await postgres.crashes();
    // The answers to what has been handed over come while nobody can write them down.
    await relay.behaves();
    await postgres.starts();
    await isSent(town, id);
    const { counts } = await assertKept(town, id, await relay.record(), {
      ...{ readers: everybody, whenUncertain: 'hold' },
    });
    assert.equal(counts.accepted, everybody.length);
  });
}

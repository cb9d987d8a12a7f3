import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editionKinds, faultTown, isSent, readers } from '../support/fault-town.ts';
import { assertKept } from '../support/oracle.ts';
import { ownPostgres } from '../support/own-postgres.ts';
import { workerProcess } from '../support/worker-process.ts';

const everybody = readers(200);

/** The statement that writes answers down is prepared: what travels is its name. */
const CLOSING = /\0exchange\0/;

const losses = [
  { loss: 'statement', what: 'before the commit' },
  { loss: 'answer', what: 'after the commit, before its answer' },
] as const;

for (const { loss, what } of losses) {
  for (const { kind, whenUncertain, start } of editionKinds) {
    test(`the connection to PostgreSQL breaks after the relay’s 250, ${what}: everybody gets ${kind} once`, async (t) => {
      const postgres = await ownPostgres(t);
      const { town, relay } = await faultTown(t, { env: { DATABASE_URL: postgres.url } });
      await relay.follows({ rules: [{ at: 'DOT', does: 'silence', keeps: true }] });
      await workerProcess(t, town);
      const id = await start(town, everybody);
      await relay.silentWith(5);
      postgres.gate.loses(loss, CLOSING);
      await relay.behaves();
      await postgres.gate.holds();
      postgres.gate.severs();
      await isSent(town, id, 30_000);
      const { counts } = await assertKept(town, id, await relay.record(), { readers: everybody, whenUncertain });
      assert.equal(counts.accepted, everybody.length);
    });
  }
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rule } from '../support/fault-relay/plan.ts';
import { editionKinds, faultTown, isOver, readers, rowsIn, sweepsThrough } from '../support/fault-town.ts';
import { assertKept } from '../support/oracle.ts';
import { seeded } from '../support/seed.ts';
import { until } from '../support/until.ts';

const everybody = readers(150);
const [digest] = editionKinds;

/** Refusals for a while: once they are over, everybody is to have got the edition once. */
const passing: { what: string; rule: Rule }[] = [
  { what: '421 at connect', rule: { at: 'CONNECT', does: 'reply', reply: '421 4.3.2 not now', times: 15 } },
  { what: '421 at MAIL', rule: { at: 'MAIL', does: 'reply', reply: '421 4.7.0 too many', times: 15 } },
  { what: '421 at DATA', rule: { at: 'DATA', does: 'reply', reply: '421 4.3.1 no room', times: 15 } },
  { what: '451 at everybody’s first RCPT', rule: { at: 'RCPT', does: 'reply', reply: '451 4.7.1 grey', timesEach: 1 } },
  { what: '451 after the final dot', rule: { at: 'DOT', does: 'reply', reply: '451 4.3.0 scanner away', times: 15 } },
];

for (const { what, rule } of passing) {
  for (const { kind, whenUncertain, start } of editionKinds) {
    test(`${what}: ${kind} still reaches everybody, once`, async (t) => {
      const { town, relay } = await faultTown(t, { workers: 'here', queue: 'postgres' });
      await relay.follows({ rules: [rule] });
      const id = await start(town, everybody);
      await isOver(town, id);
      assert.ok((await relay.look()).applied >= 15, 'the relay has refused');
      const { counts } = await assertKept(town, id, await relay.record(), { readers: everybody, whenUncertain });
      assert.equal(counts.accepted, everybody.length);
    });
  }
}

test('550 5.1.1: the address has failed and is not mailed again, the others get the digest', async (t) => {
  const { town, relay } = await faultTown(t, { workers: 'here', queue: 'postgres' });
  const gone = seeded(t).some(everybody, 5);
  await relay.follows({ rules: [{ at: 'RCPT', does: 'reply', reply: '550 5.1.1 no such user', only: gone }] });
  const id = await digest.start(town, everybody);
  await isOver(town, id);
  const expected = { readers: everybody, whenUncertain: 'hold' } as const;
  const { counts } = await assertKept(town, id, await relay.record(), expected);
  assert.deepEqual([counts.accepted, counts.failed], [everybody.length - gone.length, gone.length]);

  await relay.behaves();
  await town.publishes({ headline: 'Ferry pilots vote on winter timetable' });
  const next = await town.digestNow();
  await isOver(town, next);
  const second = await assertKept(town, next, await relay.record(), expected);
  assert.deepEqual([second.counts.accepted, second.counts.skipped], [everybody.length - gone.length, gone.length]);
});

for (const { kind, whenUncertain, start } of editionKinds) {
  test(`550 5.7.515 for everybody: ${kind} is paused, says why, suppresses nobody, and goes on when told`, async (t) => {
    const { town, relay } = await faultTown(t, { workers: 'here', queue: 'postgres' });
    const reply = '550 5.7.515 sending domain does not pass authentication';
    await relay.follows({ rules: [{ at: 'DOT', does: 'reply', reply }] });
    const id = await start(town, everybody);
    await until('the edition is paused', async () => (await town.edition(id)).status === 'paused', 20_000);
    const { body } = await town.api('GET', `/editions/${id}`);
    assert.ok(body.problem, 'it says why');
    assert.equal(await rowsIn(town, id, 'failed'), 0);
    const suppressed = await town.context.pool.query('select from suppressions');
    assert.equal(suppressed.rowCount, 0);

    await relay.behaves();
    town.clock.advance(600);
    await sweepsThrough(town);
    assert.equal((await town.edition(id)).status, 'paused', 'only a person resumes it');
    assert.equal((await relay.look()).accepted, 0);

    const resumed = await town.api('POST', `/editions/${id}/resume`);
    assert.deepEqual([resumed.status, resumed.body.status], [200, 'sending']);
    await isOver(town, id);
    const { counts } = await assertKept(town, id, await relay.record(), { readers: everybody, whenUncertain });
    assert.equal(counts.accepted, everybody.length);
  });
}

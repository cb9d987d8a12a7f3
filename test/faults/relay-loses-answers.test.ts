import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertTo, digestTo, editionKinds, faultTown, isOver, readers, rowsIn } from '../support/fault-town.ts';
import { assertKept } from '../support/oracle.ts';
import { seeded } from '../support/seed.ts';
import { until } from '../support/until.ts';

const everybody = readers(150);
const LOST = 12;

for (const does of ['close', 'reset'] as const) {
  for (const { kind, whenUncertain, start } of editionKinds) {
    test(`the relay ends connections after the final dot (${does}): ${kind} keeps its promises`, async (t) => {
      const { town, relay } = await faultTown(t, { workers: 'here', queue: 'postgres' });
      const chosen = seeded(t).some(everybody, LOST);
      const [taken, dropped] = [chosen.slice(0, LOST / 2), chosen.slice(LOST / 2)];
      await relay.follows({
        rules: [
          { at: 'DOT', does, keeps: true, only: taken, timesEach: 1 },
          { at: 'DOT', does, only: dropped, timesEach: 1 },
        ],
      });
      const id = await start(town, everybody);
      await isOver(town, id);
      const { applied } = await relay.look();
      const { counts, repeats } = await assertKept(town, id, await relay.record(), {
        ...{ readers: everybody, whenUncertain, repeats: taken.length },
      });
      assert.equal(applied, LOST);
      const unknown = whenUncertain === 'hold' ? LOST : 0;
      assert.deepEqual([counts.accepted, counts.uncertain], [everybody.length - unknown, unknown]);
      assert.equal(repeats, whenUncertain === 'hold' ? 0 : taken.length);
    });
  }
}

test('the relay falls silent after some final dots: an alert passes by, and the digest goes on', async (t) => {
  const { town, relay } = await faultTown(t, { workers: 'here', queue: 'postgres' });
  // Those who come first, since readers are stored by their addresses: a chunk whose turn is over waits for the answers it
  // is owed, so all three must be out at once, however slow the machine is.
  const silent = everybody.toSorted().slice(0, 3);
  await relay.follows({ rules: [{ at: 'DOT', does: 'silence', keeps: true, only: silent, timesEach: 1 }] });
  const digest = await digestTo(town, everybody);
  await relay.silentWith(silent.length);
  const alert = await alertTo(town, readers(50));
  await until('the alert is sent', async () => (await town.edition(alert)).status === 'sent', 20_000);
  assert.notEqual((await town.edition(digest)).status, 'sent', 'the answers are still out');
  await relay.hangsUp();
  await isOver(town, digest);

  const record = await relay.record();
  const { counts } = await assertKept(town, digest, record, { readers: everybody, whenUncertain: 'hold' });
  assert.deepEqual([counts.accepted, counts.uncertain], [everybody.length - silent.length, silent.length]);
  const breaking = await assertKept(town, alert, record, { readers: readers(50), whenUncertain: 'resend' });
  assert.equal(breaking.counts.accepted, 50);
});

test('a slow relay in the middle of a digest: a breaking alert is through before it, and nobody is left out', async (t) => {
  const { town, relay } = await faultTown(t, { workers: 'here', queue: 'postgres' });
  const many = readers(600);
  await relay.follows({ delayMs: 40 });
  const digest = await digestTo(town, many);
  await relay.accepts(20);
  const alert = await alertTo(town, readers(50));
  await until('the alert is sent', async () => (await town.edition(alert)).status === 'sent');
  assert.ok((await rowsIn(town, digest, 'pending')) > 0, 'the digest still has a way to go');
  await relay.behaves();
  await isOver(town, digest);

  const record = await relay.record();
  const late = await assertKept(town, digest, record, { readers: many, whenUncertain: 'hold' });
  const breaking = await assertKept(town, alert, record, { readers: readers(50), whenUncertain: 'resend' });
  assert.deepEqual([late.counts.accepted, breaking.counts.accepted], [many.length, 50]);
});

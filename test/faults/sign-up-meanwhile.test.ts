import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultTown } from '../support/fault-town.ts';
import { until } from '../support/until.ts';

const HOUR_S = 3600;

for (const queue of ['redis', 'postgres'] as const) {
  test(`who signs up again while a confirmation is being handed over gets the second one at once (queue on ${queue})`, async (t) => {
    const { town, relay } = await faultTown(t, { workers: 'here', queue });
    const ann = town.reader('ann@example.org');
    await relay.follows({ rules: [{ at: 'DOT', does: 'silence', keeps: true, times: 1 }] });
    await ann.signsUp({ newsletters: ['daily'] });
    await relay.silentWith(1);
    town.clock.advance(HOUR_S);
    await ann.signsUp({ newsletters: ['breaking'] });
    await relay.behaves();
    // Well before a sweep would find it.
    await until('both mails are there', async () => (await relay.look()).accepted === 2, 15_000);
    assert.deepEqual(
      (await relay.record()).map(({ to }) => to),
      [ann.email, ann.email],
    );
  });
}

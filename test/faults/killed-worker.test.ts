import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { workerProcess } from '../support/worker-process.ts';

const everybody = Array.from({ length: 60 }, (_, i) => `r${i}@example.org`);
/** Two chunk jobs at a time, each with one row per open connection. */
const WINDOW = 20;

test('a worker killed after the dot: a digest repeats nobody, and whoever is uncertain is shown as such', async (t) => {
  const town = await newsroom(t, { workers: 'elsewhere', now: new Date().toISOString() });
  await town.imports('daily', everybody);
  await town.publishes({ headline: 'Library lends seeds' });
  const id = await killedAndReplaced(t, town, () => town.digestNow());

  const { audience, accepted = 0, uncertain = 0, ...rest } = await town.counts(id);
  assert.deepEqual({ audience, rest }, { audience: 60, rest: {} });
  assert.equal(accepted + uncertain, 60);
  assert.ok(uncertain > 0 && uncertain <= WINDOW, `${uncertain} uncertain`);
  const addresses = town.relay.mails.map(({ to }) => to);
  assert.equal(new Set(addresses).size, addresses.length, 'nobody got it twice');
});

test('a worker killed after the dot: an alert reaches everybody, repeats carry the same Message-ID', async (t) => {
  const town = await newsroom(t, { workers: 'elsewhere', now: new Date().toISOString() });
  await town.imports('breaking', everybody);
  const id = await killedAndReplaced(t, town, () =>
    town.alert({ headline: 'Storm closes the bridge', text: 'Both ways.' }),
  );

  assert.deepEqual(await town.counts(id), { audience: 60, accepted: 60 });
  const { mails } = town.relay;
  assert.equal(new Set(mails.map(({ to }) => to)).size, 60);
  assert.equal(new Set(mails.map(({ parsed }) => parsed.messageId)).size, 60, 'a repeat is the same message');
  assert.ok(mails.length - 60 <= WINDOW, `${mails.length - 60} repeats`);
});

/** Lets a worker hand over its window, kills it before the answers, lets its claims grow old, and starts another. */
async function killedAndReplaced(t: TestContext, town: Newsroom, start: () => Promise<number>): Promise<number> {
  const worker = await workerProcess(t, town);
  town.relay.stallsAt('DATA');
  const id = await start();
  await town.relay.stalled();
  await worker.kill();
  town.relay.resumes();
  await town.context.pool.query(
    `with silent as (update workers set seen_at = seen_at - interval '1 minute')
     update deliveries set claimed_at = claimed_at - interval '1 minute' where state = 'sending'`,
  );
  await workerProcess(t, town);
  await town.sweeps();
  await town.settles();
  return id;
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newsroom } from '../support/newsroom.ts';

/** Four chunks: two are being sent when the queue is wiped, the jobs of the others are lost. */
const everybody = Array.from({ length: 1000 }, (_, i) => `r${i}@example.org`);

test('FLUSHALL on Redis in mid-edition: everyone still gets it once', async (t) => {
  const town = await newsroom(t, { queue: 'redis' });
  await town.imports('daily', everybody);
  await town.publishes({ headline: 'Library lends seeds' });
  town.relay.stallsAt('RCPT');
  const id = await town.digestNow();
  await town.relay.stalled();
  await town.redis?.flushAll();
  town.relay.resumes();
  await town.settles();
  assert.deepEqual(await town.counts(id), { audience: 1000, accepted: 1000 });
  const addresses = town.relay.mails.map(({ to }) => to);
  assert.deepEqual(addresses.toSorted(), everybody.toSorted());
});

test('Redis away while readers sign up: nobody is lost, and the API keeps answering', async (t) => {
  const town = await newsroom(t, { queue: 'redis' });
  await town.redis?.stop();
  const ann = town.reader('ann@example.org');
  assert.equal((await ann.signsUp()).status, 202);
  assert.equal((await fetch(`${town.url}/readyz`)).status, 503);
  await town.redis?.start();
  town.clock.advance(60);
  await town.recovers();
  await ann.receives('Please confirm your subscription');
});

test('a digest released while Redis is away leaves once it is back', async (t) => {
  const town = await newsroom(t, { queue: 'redis' });
  await town.imports('daily', everybody.slice(0, 20));
  await town.publishes({ headline: 'Library lends seeds' });
  await town.redis?.stop();
  const id = await town.digestNow();
  await town.redis?.start();
  await town.recovers();
  await town.settles();
  assert.deepEqual(await town.counts(id), { audience: 20, accepted: 20 });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readers } from '../support/fault-town.ts';
import { newsroom } from '../support/newsroom.ts';

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
  await town.imports('daily', readers(20));
  await town.publishes({ headline: 'Library lends seeds' });
  await town.redis?.stop();
  const id = await town.digestNow();
  await town.redis?.start();
  await town.recovers();
  await town.settles();
  assert.deepEqual(await town.counts(id), { audience: 20, accepted: 20 });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readers } from '../support/fault-town.ts';
import { newsroom } from '../support/newsroom.ts';

test('Redis away while readers sign up: nobody is lost, and the API keeps answering', async (t) => {
  const town = await newsroom(t, { queue: 'redis' });
  await town.redis?.stop();
  const all = Array.from({ length: 50 }, (_, n) => town.reader(`r${n}@example.org`));
  const answers = await Promise.all(all.map((reader) => reader.signsUp()));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [202]);
  assert.equal((await town.context.subscribers.owedConfirmations(new Date(8.64e15), 100)).length, all.length);
  assert.equal((await fetch(`${town.url}/readyz`)).status, 503);
  await town.redis?.start();
  town.clock.advance(60);
  await town.recovers();
  for (const reader of all) await reader.receives('Please confirm your subscription');
  assert.equal(town.relay.mails.length, all.length);
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

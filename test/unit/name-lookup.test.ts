import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createNameLookup } from '../../src/platform/fetch/name-lookup.ts';

const never = new AbortController().signal;

test('names whose servers are silent hold up each other, and nobody else', async () => {
  const silent = Promise.withResolvers<never>();
  let isSilent = false;
  let [running, most] = [0, 0];
  const lookUp = createNameLookup(async (host) => {
    running += 1;
    most = Math.max(most, running);
    if (host.startsWith('dead')) await (isSilent ? silent.promise : wait(30));
    running -= 1;
    return [{ address: '192.0.2.1', family: 4 }];
  }, 20);
  const dead = ['dead-1', 'dead-2', 'dead-3'];
  await Promise.all(dead.map((host) => lookUp(host, never)));
  isSilent = true;
  const impatient = AbortSignal.timeout(50);
  const given = Promise.allSettled(dead.map((host) => lookUp(host, impatient)));
  const others = await Promise.all(['a', 'b', 'c', 'd'].map((host) => lookUp(host, AbortSignal.timeout(1000))));
  assert.equal(others.length, 4);
  for (const { status } of await given) assert.equal(status, 'rejected');
  assert.equal((await lookUp('e', AbortSignal.timeout(1000))).length, 1, 'one of them still holds its place');
  assert.equal(most, 2);
});

test('a name that is found soon again is like any other', async () => {
  let ms = 30;
  const lookUp = createNameLookup(async () => {
    await wait(ms);
    return [];
  }, 20);
  await Promise.all(['a', 'b'].map((host) => lookUp(host, never)));
  ms = 1;
  await Promise.all(['a', 'b'].map((host) => lookUp(host, never)));
  ms = 200;
  const both = ['a', 'b'].map((host) => lookUp(host, never));
  const third = assert.rejects(lookUp('c', AbortSignal.timeout(50)), 'two at once, and no more');
  await Promise.all([...both, third]);
});

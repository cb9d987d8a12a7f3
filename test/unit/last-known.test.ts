import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastKnown } from '../../src/kernel/last-known.ts';
import { span } from '../../src/kernel/span.ts';

const HOUR_MS = 3_600_000;
const patience = { againMs: HOUR_MS, keptMs: HOUR_MS, firstMs: 10 };

test('nobody waits for what does not answer, and what comes after all is there for the next', async () => {
  const asked = Promise.withResolvers<string>();
  const ask = lastKnown(() => asked.promise, patience);
  assert.equal(await ask(), null);
  asked.resolve('250 Ok');
  await asked.promise;
  assert.deepEqual(await ask(), { answer: '250 Ok', trouble: null });
});

test('what answers is asked once for everybody, and again when the answer has grown old', async () => {
  let times = 0;
  const count = async () => ++times;
  const ask = lastKnown(count, patience);
  assert.deepEqual(await Promise.all([ask(), ask()]), Array(2).fill({ answer: 1, trouble: null }));
  assert.equal((await ask())?.answer, 1);

  const restless = lastKnown(count, { ...patience, againMs: -1 });
  await restless();
  assert.equal((await restless())?.answer, 2, 'the last answer serves while the next one is on its way');
  assert.equal((await restless())?.answer, 3);
});

test('a refusal is an answer too, and one that is too old is none', async () => {
  const no = async () => {
    throw new Error('421 later');
  };
  assert.deepEqual(await lastKnown(no, patience)(), { answer: null, trouble: '421 later' });
  assert.equal(await lastKnown(no, { ...patience, keptMs: -1 })(), null);
});

test('a span of time is said in its two largest units', () => {
  const said = [-5, 0, 59, 60, 3599, 3600, 11_520, 86_400, 100_800].map((seconds) => span(seconds * 1000));
  assert.deepEqual(said, ['0 s', '0 s', '59 s', '1 min', '59 min', '1 h', '3 h 12 min', '1 d', '1 d 4 h']);
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { articleInput } from '../../src/articles/article.ts';
import { createQuarantineStore } from '../../src/articles/quarantine-store.ts';
import { createSourceStore } from '../../src/articles/sources/source-store.ts';
import { createArticleStore } from '../../src/articles/store.ts';
import { createLog } from '../../src/kernel/log.ts';
import { createDb, createPool } from '../../src/platform/db/pool.ts';
import { freshDatabase } from '../support/database.ts';

const day = (n: number) => new Date(Date.UTC(2026, 1, n, 7));

async function open(t: TestContext) {
  const db = createDb(createPool(await freshDatabase(t), createLog('silent')));
  t.after(() => db.destroy());
  const articles = createArticleStore(db);
  const sources = createSourceStore(db);
  const { id } = await sources.add({ url: 'https://post.example/feed', kind: 'feed' }, day(1));
  const other = await sources.add({ url: 'https://other.example/feed', kind: 'feed' }, day(1));
  return { articles, quarantine: createQuarantineStore(db), id, other: other.id };
}

const reason = 'It has no address.';

test('what a source offers and cannot be used is kept once, with how often it was met', async (t) => {
  const { quarantine, id, other } = await open(t);
  const poison = { id: 'a1', headline: 'Ferry pilots vote', reason };
  await quarantine.keep(
    id,
    [poison, { ...poison, reason: 'twice in one feed' }, { headline: 'No id', reason }],
    day(1),
  );
  await quarantine.keep(id, [{ ...poison, reason: 'Its address is of an unknown kind.' }], day(2));
  const [first, second, ...more] = await quarantine.ofSource(id);
  assert.deepEqual(first, {
    ...{ headline: 'Ferry pilots vote', url: null, reason: 'Its address is of an unknown kind.' },
    ...{ firstSeenAt: day(1), lastSeenAt: day(2), times: 2 },
  });
  assert.deepEqual([second?.headline, second?.times, more.length], ['No id', 1, 0]);
  assert.deepEqual(await quarantine.ofSource(other), []);
});

test('an id that is cut within a character keeps nothing else from being kept', async (t) => {
  const { quarantine, id } = await open(t);
  await quarantine.keep(id, [{ id: `${'x'.repeat(499)}\u{1f6a2}`, headline: 'Long', reason }], day(1));
  assert.equal((await quarantine.ofSource(id)).length, 1);
});

test('what reads well again is forgotten at once, and the rest after a month', async (t) => {
  const { quarantine, articles, id, other } = await open(t);
  const dropped = ['a', 'b', 'c', 'd'].map((name) => ({ id: name, headline: name, reason }));
  await quarantine.keep(
    id,
    [...dropped, { url: 'https://post.example/e?utm_source=x', headline: 'e', reason }],
    day(1),
  );
  await quarantine.keep(other, [{ id: 'a', headline: 'a', reason }], day(1));
  const inputs = [
    { external_id: 'a', url: 'https://post.example/a', headline: 'A' },
    { external_id: 'd', url: 'https://post.example/d', headline: 'D' },
    { url: 'https://post.example/e', headline: 'E' },
  ];
  await articles.upsert(
    inputs.map((input) => articleInput.parse(input)),
    id,
    day(2),
  );
  // It is there from an earlier day, and was poisoned again.
  await quarantine.keep(id, [{ id: 'd', headline: 'd', reason }], day(2));
  const headlines = async (source: number) => (await quarantine.ofSource(source)).map(({ headline }) => headline);
  assert.deepEqual(await headlines(id), ['d', 'b', 'c']);
  assert.deepEqual(await headlines(other), ['a'], 'another source’s item of that name is another one');
  await quarantine.keep(id, [], new Date(day(2).getTime() + 30 * 86_400_000 - 1));
  assert.deepEqual(await headlines(id), []);
  await quarantine.keep(other, [{ headline: 'new', reason }], new Date(day(1).getTime() + 30 * 86_400_000 + 1));
  assert.deepEqual(await headlines(other), ['new']);
});

test('a feed of nothing but poison fills nothing up, and its words are clean', async (t) => {
  const { quarantine, id } = await open(t);
  const many = (from: number) => Array.from({ length: 5000 }, (_, n) => ({ id: `${from + n}`, reason }));
  await quarantine.keep(id, many(0), day(1));
  await quarantine.keep(id, many(90), day(2));
  const kept = await quarantine.ofSource(id);
  assert.equal(kept.length, 100);
  assert.ok(kept.every(({ lastSeenAt }) => lastSeenAt.getTime() === day(2).getTime()));
  const hostile = {
    id: `x\0${'i'.repeat(90_000)}`,
    url: 'javascript:alert(1)',
    headline: `\u202e${'h'.repeat(90_000)}`,
  };
  await quarantine.keep(id, [{ ...hostile, reason: `<b>bad\ud800</b>\0${'r'.repeat(90_000)}` }], day(3));
  const [worst] = await quarantine.ofSource(id);
  assert.equal(worst?.url, null);
  assert.match(worst?.headline ?? '', /^h{299}…$/);
  assert.match(worst?.reason ?? '', /^bad r+…$/);
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { type ArticleInput, articleInput } from '../../src/articles/article.ts';
import { createSourceStore, type SourceStore } from '../../src/articles/sources/source-store.ts';
import { createArticleStore } from '../../src/articles/store.ts';
import { createLog } from '../../src/kernel/log.ts';
import { createDb, createPool } from '../../src/platform/db/pool.ts';
import { freshDatabase } from '../support/database.ts';

const now = new Date('2026-02-03T07:00:00Z');
const later = new Date('2026-02-03T08:00:00Z');

async function open(t: TestContext) {
  const url = await freshDatabase(t);
  const db = createDb(createPool(url, createLog('silent')));
  t.after(() => db.destroy());
  const count = async (table: string) =>
    (await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db)).rows[0]?.n;
  return { store: { ...createArticleStore(db), sources: createSourceStore(db) }, db, count };
}

const story = (change: Record<string, unknown> = {}): ArticleInput =>
  articleInput.parse({
    url: 'https://post.example/ferry',
    headline: 'Ferry pilots vote',
    standfirst: 'On Thursday.',
    ...change,
  });

async function sourceOf({ sources }: { sources: SourceStore }, url = 'https://post.example/feed') {
  return (await sources.add({ url, kind: 'feed' }, now)).id;
}

const outcomes = async (saved: Promise<{ outcome: string }[]>) => (await saved).map(({ outcome }) => outcome);

test('an article is revised when its words change, and only then', async (t) => {
  const { store, count } = await open(t);
  const save = (change: Record<string, unknown>) => outcomes(store.upsert([story(change)], null, later));
  const [created] = await store.upsert([story()], null, now);
  assert.equal(created?.outcome, 'created');
  assert.deepEqual(await save({ headline: ' Ferry  pilots\nvote ' }), ['unchanged']);
  assert.deepEqual(await save({ byline: 'Mara Quill', topics: ['local'], image_url: 'https://post.example/i.jpg' }), [
    'unchanged',
  ]);
  assert.deepEqual(await save({ standfirst: undefined }), ['unchanged']);
  assert.equal(await count('article_revisions'), 1);
  assert.deepEqual(await save({ headline: 'Ferry pilots vote no' }), ['revised']);
  assert.deepEqual(await save({ headline: 'Ferry pilots vote no', correction_note: 'It said yes.' }), ['revised']);
  const article = await store.byUrl('https://post.example/ferry/?utm_source=x');
  assert.deepEqual(
    [article?.revision, article?.revisedAt, article?.standfirst, article?.byline, article?.correctionNote],
    [3, later, 'On Thursday.', 'Mara Quill', 'It said yes.'],
  );
  assert.equal(await count('article_revisions'), 3);
  assert.equal(await count('articles'), 1);
});

test('an article keeps its identity when its address or its id stays', async (t) => {
  const { store, count } = await open(t);
  const source = await sourceOf(store);
  const [first] = await store.upsert([story({ external_id: '77' })], source, now);
  const moved = story({ external_id: '77', url: 'https://post.example/ferry-vote' });
  assert.deepEqual(await store.upsert([moved], source, later), [{ id: first?.id, outcome: 'unchanged' }]);
  assert.equal((await store.byUrl('https://post.example/ferry-vote'))?.id, first?.id);
  const renumbered = story({ external_id: '78', url: 'https://post.example/ferry-vote' });
  assert.deepEqual(await store.upsert([renumbered], source, later), [{ id: first?.id, outcome: 'unchanged' }]);
  assert.equal(await count('articles'), 1);
});

test('two articles that swap addresses stay two', async (t) => {
  const { store } = await open(t);
  const source = await sourceOf(store);
  const pair = (a: string, b: string) => [
    story({ external_id: '1', url: `https://post.example/${a}` }),
    story({ external_id: '2', url: `https://post.example/${b}` }),
  ];
  const first = await store.upsert(pair('a', 'b'), source, now);
  const second = await store.upsert(pair('b', 'a'), source, later);
  assert.deepEqual(
    second.map(({ id }) => id),
    first.map(({ id }) => id),
  );
});

test('the same article twice in a batch is one article', async (t) => {
  const { store, count } = await open(t);
  const twice = [
    story({ external_id: '1' }),
    story({ url: 'https://post.example/ferry#top', headline: 'Older' }),
    story({ external_id: '1', url: 'https://post.example/other' }),
  ];
  const saved = await store.upsert(twice, await sourceOf(store), now);
  assert.deepEqual(
    saved.map(({ outcome }) => outcome),
    ['created', 'unchanged', 'unchanged'],
  );
  assert.equal(new Set(saved.map(({ id }) => id)).size, 1);
  assert.equal(await count('articles'), 1);
  assert.deepEqual(await store.upsert([], null, now), []);
});

test('callers that save the same articles at once make each of them once', async (t) => {
  const { store, count } = await open(t);
  const source = await sourceOf(store);
  const batch = Array.from({ length: 200 }, (_, i) =>
    story({
      external_id: `${i}`,
      url: `https://post.example/${i}`,
      topics: [`topic-${i % 20}`, `topic-${(i * 7) % 20}`],
    }),
  );
  // Connections are made beforehand: making them would put the callers in a row.
  await Promise.all(Array.from({ length: 12 }, () => count('articles')));
  const orders = Array.from({ length: 12 }, (_, i) => (i % 2 ? batch : batch.toReversed()));
  const all = await Promise.all(orders.map((order) => store.upsert(order, source, now)));
  assert.equal(all.flat().filter(({ outcome }) => outcome === 'created').length, 200);
  assert.equal(await count('articles'), 200);
  assert.equal(await count('article_revisions'), 200);
  assert.equal(await count('topics'), 20);
});

test('a feed changes only its own articles, the API any', async (t) => {
  const { store } = await open(t);
  const [one, two] = [await sourceOf(store), await sourceOf(store, 'https://post.example/other-feed')];
  await store.upsert([story({ external_id: 'a' })], one, now);
  const other = [story({ external_id: 'b', standfirst: 'A shorter summary.' })];
  assert.deepEqual(await outcomes(store.upsert(other, two, later)), ['unchanged']);
  assert.equal((await store.byUrl('https://post.example/ferry'))?.standfirst, 'On Thursday.');
  assert.deepEqual(await outcomes(store.upsert([story({ headline: 'Corrected' })], null, later)), ['revised']);
});

test('a date moves only while no digest can have used it', async (t) => {
  const { store } = await open(t);
  await store.upsert([story({ published_at: '2026-02-04T07:00:00Z' })], null, now);
  assert.deepEqual(await store.latest(10, later), []);
  await store.upsert([story({ published_at: '2026-02-03T07:30:00Z' })], null, now);
  assert.equal((await store.latest(10, later)).length, 1);
  await store.upsert([story({ published_at: '2026-02-03T07:59:00Z' })], null, later);
  assert.deepEqual((await store.byUrl('https://post.example/ferry'))?.publishedAt, new Date('2026-02-03T07:30:00Z'));
});

test('a withdrawn article stays withdrawn, though its feed still lists it', async (t) => {
  const { store } = await open(t);
  const source = await sourceOf(store);
  const [saved] = await store.upsert([story({ external_id: '1' })], source, now);
  const id = saved?.id ?? 0;
  assert.equal(await store.withdraw(id, now), true);
  assert.equal(await store.withdraw(id, later), true);
  await store.upsert([story({ external_id: '1', headline: 'Again' })], source, later);
  const [article] = await store.byIds([id, 999_999]);
  assert.deepEqual(article?.withdrawnAt, now);
  assert.deepEqual(await store.latest(10, later), []);
  assert.equal(await store.withdraw(999_999, now), false);
});

test('articles come in the order asked for, and in pages', async (t) => {
  const { store } = await open(t);
  const saved = await store.upsert(
    ['a', 'b', 'c'].map((slug) => story({ url: `https://post.example/${slug}` })),
    null,
    now,
  );
  const [a = 0, b = 0, c = 0] = saved.map(({ id }) => id);
  assert.deepEqual(
    (await store.byIds([c, a, b])).map(({ id }) => id),
    [c, a, b],
  );
  const first = await store.page({ after: 0, limit: 2 });
  const rest = await store.page({ after: first.at(-1)?.id ?? 0, limit: 2 });
  assert.deepEqual([...first, ...rest].map(({ id }) => id).toSorted(), [a, b, c]);
});

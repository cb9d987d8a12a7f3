import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { articleInput } from '../../src/articles/article.ts';
import { createArticleStore } from '../../src/articles/store.ts';
import { createLog } from '../../src/kernel/log.ts';
import { createDb, createPool } from '../../src/platform/db/pool.ts';
import { freshDatabase } from '../support/database.ts';

const at = (clock: string) => new Date(`2026-02-03T${clock}:00Z`);

async function open(t: TestContext) {
  const db = createDb(createPool(await freshDatabase(t), createLog('silent')));
  t.after(() => db.destroy());
  const store = createArticleStore(db);
  const save = async (change: Record<string, unknown>, clock: string) => {
    const given = { url: 'https://post.example/ferry', headline: `Pilots' vote - "no" to R&D plan`, ...change };
    const [saved] = await store.upsert([articleInput.parse(given)], null, at(clock));
    const [article] = await store.byIds([saved?.id ?? 0]);
    return { outcome: saved?.outcome, article };
  };
  return { store, save };
}

test('how words are set is no revision, but stands as its source says; other words are one', async (t) => {
  const { save } = await open(t);
  await save({}, '07:00');
  for (const headline of [
    'Pilots’ vote – “no” to R&D plan',
    'Pilots&#8217; vote &#8211; &quot;no&quot; to R&amp;amp;D plan',
    'PILOTS’ VOTE — «NO» TO R&D PLAN',
    'Pilots’  vote\u00a0—\u2009“no” to R&D\u200bplan',
    'Pi\u00adlots` vote -- „no“ to R＆D plan\ufeff',
  ]) {
    const { outcome, article } = await save({ headline }, '08:00');
    assert.deepEqual([outcome, article?.revision, article?.revisedAt], ['unchanged', 1, null], headline);
  }
  assert.equal((await save({}, '08:00')).article?.headline, `Pilots' vote - "no" to R&D plan`);
  for (const change of [
    { headline: `Pilots' vote - "no" to R&D plan?` },
    { headline: 'Pilots’ vote – “yes” to R&D plan' },
    { headline: 'Pilots’ vote – “yes” to R&D plan', standfirst: 'It is over.' },
    { headline: 'Pilots’ vote – “yes” to R&D plan', correction_note: 'It said no.' },
    { headline: 'Pilots’ vote – “yes” to R&D plan', correction_note: '' },
  ])
    assert.equal((await save(change, '09:00')).outcome, 'revised', JSON.stringify(change));
});

test('an embargo hides an article until its instant, which may be moved, and lifted as from that moment', async (t) => {
  const { store, save } = await open(t);
  const seen = async (clock: string) => (await store.latest(10, at(clock))).length;
  await save({ publish_after: '2026-02-03T12:00:00Z', published_at: '2026-02-03T06:00:00Z' }, '07:00');
  assert.deepEqual([await seen('11:59'), await seen('12:00')], [0, 1]);
  await save({ publish_after: '2026-02-03T15:00:00Z' }, '08:00');
  assert.deepEqual([await seen('12:00'), await seen('15:00')], [0, 1]);
  await save({}, '09:00');
  assert.equal(await seen('12:00'), 0, 'what is left out stays');
  const lifted = await save({ publish_after: '' }, '10:00');
  assert.deepEqual([lifted.article?.availableAt, await seen('10:00')], [at('10:00'), 1]);
  const again = await save({ publish_after: '' }, '11:00');
  assert.deepEqual(again.article?.availableAt, at('10:00'), 'lifting twice changes nothing');
  assert.equal((await save({ publish_after: '2026-02-03T14:00:00Z' }, '12:00')).article?.revision, 1);
  assert.equal(await seen('13:00'), 0, 'put under embargo again');
  await save({ publish_after: '2026-02-03T12:30:00Z' }, '13:00');
  assert.equal(await seen('13:00'), 1, 'moved to an instant that is over');
});

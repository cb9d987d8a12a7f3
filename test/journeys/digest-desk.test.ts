import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

const breakfast = '2026-11-21T07:00:00Z';
const desk = '/console/digests/daily/2026-11-21';

/** An article for each headline, the last one the newest. */
async function publishes(town: Newsroom, headlines: string[], topics: string[] = []): Promise<number[]> {
  const ids: number[] = [];
  for (const headline of headlines) ids.push(await town.publishes({ headline, topics }));
  return ids;
}

const textOf = (mail: { parsed: { text?: string | undefined } }): string =>
  (mail.parsed.text ?? '').replace(/\s+/g, ' ');
const inOrder = (text: string, words: string[]): boolean =>
  words.every((word, n) => text.includes(word) && (n === 0 || text.indexOf(word) > text.indexOf(words[n - 1] ?? '')));

test('an editor arranges the digest and writes its words before it leaves by itself', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const [seeds, , ferry] = await publishes(town, ['Library lends seeds', 'Tide tables printed', 'Ferry votes']);
  const kim = await colleague(town, 'editor');
  const asked = await kim.get('/console/digests/daily');
  assert.equal(asked.headers.get('Location'), desk);
  assert.ok(inOrder(await kim.page(desk), ['Ferry votes', 'Tide tables printed', 'Library lends seeds']));

  await kim.post(`${desk}/articles`, { change: `pin ${seeds}` });
  await kim.post(`${desk}/articles`, { change: `drop ${ferry}` });
  const words = {
    subject: 'Seeds, and what else',
    preheader: 'Before the tide',
    intro: 'Good morning.\r\n\r\nIt snows.',
  };
  assert.equal((await kim.post(`${desk}/words`, words)).status, 303);
  const page = await kim.page(desk);
  assert.match(page, /Saved\./);
  assert.ok(inOrder(page, ['Library lends seeds', 'Tide tables printed', 'Dropped', 'Ferry votes']));

  await town.goesTo(breakfast);
  const mail = await ann.receives('Seeds, and what else');
  const text = textOf(mail);
  assert.ok(inOrder(text, ['Good morning.', 'It snows.', 'Library lends seeds', 'Tide tables printed']));
  assert.doesNotMatch(text, /Ferry votes/);
  assert.match(String(mail.parsed.html), /Before the tide/);
  await town.settles();

  await town.publishes({ headline: 'Bridge opens' });
  await town.goesTo('2026-11-22T07:00:00Z');
  const next = await ann.receives('Bridge opens');
  assert.doesNotMatch(textOf(next), /Good morning|seeds|Ferry/);
  const log = await (await colleague(town, 'admin')).page('/console/audit');
  for (const act of ['digest.pin', 'digest.drop', 'digest.words']) assert.match(log, new RegExp(act));
  assert.match(log, /digest daily 2026-11-21/);
});

test('a held digest waits for every reader until it is let go, and says so', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const zoe = await town.reader('zoe@example.org').subscribes(['daily'], 'Europe/Berlin');
  await publishes(town, ['Library lends seeds']);
  const kim = await colleague(town, 'editor');
  await kim.post(`${desk}/hold`);
  assert.match(await kim.page(desk), /Nobody gets it until it is let go/);
  await town.goesTo('2026-11-21T07:05:00Z');
  await town.ticks();
  await until('the page says that it is overdue', async () => /It should have left/.test(await kim.page(desk)));
  assert.equal((await town.editions()).length, 0);
  await kim.post(`${desk}/let-go`);
  await ann.receives('Library lends seeds');
  await zoe.receives('Library lends seeds');
  await town.settles();
  assert.equal(ann.inbox.length + zoe.inbox.length, 2);
});

test('a digest held past its lateness limit is passed over, and what was in it comes the next day', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await publishes(town, ['Library lends seeds']);
  await town.goesTo(breakfast);
  await ann.receives('Library lends seeds');
  await town.settles();
  await publishes(town, ['Tide tables printed']);
  const kim = await colleague(town, 'editor');
  await kim.post('/console/digests/daily/2026-11-22/hold');
  await town.goesTo('2026-11-22T13:30:00Z');
  await town.moveOn('daily', '2026-11-23T07:00:00Z');
  assert.equal((await town.editions()).length, 1);
  assert.match(await kim.page('/console/digests/daily/2026-11-22'), /held past its lateness limit/);
  await town.goesTo('2026-11-23T07:00:00Z');
  await ann.receives('Tide tables printed');
});

test('sent now, a digest reaches everybody of its date at once, in every zone, and nobody twice', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const zoe = await town.reader('zoe@example.org').subscribes(['daily'], 'America/New_York');
  // Auckland has had its Saturday breakfast when London is still asleep on Friday night: hers is of another date.
  const mia = await town.reader('mia@example.org').subscribes(['daily'], 'Pacific/Auckland');
  await publishes(town, ['Library lends seeds']);
  await town.goesTo('2026-11-20T19:00:00Z');
  await mia.receives('Library lends seeds');
  await town.settles();
  const kim = await colleague(town, 'editor');
  await kim.post(`${desk}/send`);
  await Promise.all([ann.receives('Library lends seeds'), zoe.receives('Library lends seeds')]);
  await town.settles();
  assert.match(await kim.page(desk), /An editor sent it/);
  await town.publishes({ headline: 'Tide tables printed' });
  await town.goesTo('2026-11-21T12:00:00Z');
  await town.moveOn('daily', '2026-11-22T07:00:00Z');
  await town.goesTo('2026-11-22T12:00:00Z');
  await Promise.all([ann.receives('Tide tables printed'), zoe.receives('Tide tables printed')]);
  await town.settles();
  assert.deepEqual(
    [ann, zoe].map(({ inbox }) => inbox.length),
    [2, 2],
  );
});

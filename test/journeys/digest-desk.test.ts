import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { shownIn } from '../support/page-form.ts';
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
const wordingOn = (page: string): string => shownIn(page, 'input[name=wording]');
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
    wording: '0',
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
  assert.equal((await kim.post('/console/digests/daily/2026-11-22/let-go')).status, 409);
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

test('where one instant is of two issues, either is held, or sent early, without the other', async (t) => {
  const town = await newsroom(t);
  await town.api('PATCH', '/newsletters/daily', { also_at: ['19:00'] });
  // Evening in London is breakfast of the next date in Fiji, and the other way round.
  const tom = await town.reader('tom@example.org').subscribes(['daily'], 'Pacific/Fiji');
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const kim = await colleague(town, 'editor');
  await publishes(town, ['Library lends seeds']);
  await kim.post(`${desk}/hold`);
  await town.goesTo('2026-11-20T19:00:00Z');
  await ann.receives('Library lends seeds');
  await town.settles();
  await town.ticks();
  await town.settles();
  assert.equal(tom.inbox.length, 0);
  await kim.post(`${desk}/let-go`);
  await tom.receives('Library lends seeds');
  await town.settles();

  town.clock.set('2026-11-21T06:00:00Z');
  await publishes(town, ['Tide tables printed']);
  assert.equal((await kim.post(`${desk}.2/send`)).status, 303);
  await tom.receives('Tide tables printed');
  await town.settles();
  assert.equal(ann.inbox.length, 1);
  await town.goesTo(breakfast);
  await ann.receives('Tide tables printed');
  await town.settles();
  assert.deepEqual([ann.inbox.length, tom.inbox.length], [2, 2]);
});

test('with fewer articles than a newsletter sends a mail for, nobody gets one, and none is lost', async (t) => {
  const town = await newsroom(t);
  const set = { min_articles: 2, subject_template: '{count} stories: {headline}', preheader_template: 'And: {second}' };
  assert.equal((await town.api('PATCH', '/newsletters/daily', set)).status, 200);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await publishes(town, ['Library lends seeds']);
  const kim = await colleague(town, 'viewer');
  assert.match(await kim.page(desk), /Fewer than the 2 articles/);
  await town.goesTo(breakfast);
  await until('the edition is sent', async () => (await town.editions())[0]?.status === 'sent');
  const [edition] = await town.editions();
  assert.deepEqual(await town.counts(edition?.id ?? 0), { audience: 1, skipped: 1 });
  const rows = (await town.api('GET', `/editions/${edition?.id}/deliveries`)).body.items as { reason: string }[];
  assert.equal(rows[0]?.reason, 'too few articles');

  await town.clock.set('2026-11-21T12:00:00Z');
  await publishes(town, ['Tide tables printed']);
  await town.goesTo('2026-11-22T07:00:00Z');
  const mail = await ann.receives('2 stories: Tide tables printed');
  assert.match(String(mail.parsed.html), /And: Library lends seeds/);
  const wrong = await town.api('PATCH', '/newsletters/daily', { subject_template: 'News {nothing}' });
  assert.match(JSON.stringify(wrong.body), /knows no \{nothing\}/);
  const long = await town.api('PATCH', '/newsletters/daily', { subject_template: `${'word '.repeat(12)}{headline}` });
  assert.match(JSON.stringify(long.body), /write less/);
});

test('of two editors who write words at once, neither loses what the other wrote', async (t) => {
  const town = await newsroom(t);
  await town.reader('ann@example.org').subscribes(['daily']);
  await publishes(town, ['Library lends seeds']);
  const [kim, sam] = [
    await colleague(town, 'editor', 'kim@post.example'),
    await colleague(town, 'editor', 'sam@post.example'),
  ];
  const wording = wordingOn(await sam.page(desk));
  await kim.post(`${desk}/words`, { wording, subject: 'Seeds for all', preheader: '', intro: '' });
  const words = { subject: '', preheader: '', intro: 'Good morning.' };
  const late = await sam.post(`${desk}/words`, { wording, ...words });
  assert.equal(late.status, 409);
  const page = await late.text();
  assert.match(page, /Other words have been saved since.*Save again/);
  assert.match(page, /Seeds for all/);
  assert.equal(shownIn(page, '#intro'), 'Good morning.');
  assert.equal((await sam.post(`${desk}/words`, { wording: wordingOn(page), ...words })).status, 303);
  const twice = await sam.post(`${desk}/words`, { wording: wordingOn(page), ...words });
  assert.equal(twice.status, 303, 'the same words once more are no other words');
});

test('of a section no more stories are shown in full than its newsletter wants', async (t) => {
  const town = await newsroom(t);
  await town.api('PATCH', '/newsletters/daily', { section_limit: 2 });
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const tell = async (headline: string, topic: string) =>
    town.publishes({ headline, topics: [topic], standfirst: `What ${headline} means.` });
  for (const headline of ['Rowers win', 'Chess club closes', 'Marathon rerouted']) await tell(headline, 'Sport');
  await tell('Budget passes', 'Politics');
  await town.goesTo(breakfast);
  const text = textOf(await ann.receives('Budget passes'));
  assert.match(text, /What Marathon rerouted means.*What Chess club closes means/);
  assert.doesNotMatch(text, /What Rowers win means/);
  assert.match(text, /Rowers win/);
});

test('the desk takes what is hostile for words, and nobody who only reads changes anything', async (t) => {
  const town = await newsroom(t);
  await town.reader('ann@example.org').subscribes(['daily']);
  const evil = '"><script>alert(1)</script>{{ brand }}%%unsubscribe_url%%';
  const [article] = await publishes(town, [evil]);
  const [kim, eve] = [await colleague(town, 'editor'), await colleague(town, 'viewer')];
  await kim.post(`${desk}/articles`, { change: `pin ${article}` });
  assert.equal(
    (await kim.post(`${desk}/words`, { wording: '0', subject: evil, preheader: evil, intro: evil })).status,
    303,
  );
  for (const place of [desk, `${desk}/preview`]) assert.doesNotMatch(await kim.page(place), /<script>alert/);

  const long = await kim.post(`${desk}/words`, { subject: 'x'.repeat(201), preheader: '', intro: '' });
  assert.equal(long.status, 400);
  assert.match(await long.text(), /at most 200 characters/);
  const twice: [string, string][] = [...Array(2)].map(() => ['change', `drop ${article}`]);
  assert.equal((await kim.post(`${desk}/articles`, twice)).status, 400);
  assert.equal((await kim.post(`${desk}/words`, { subject: 'two\nlines' })).status, 400);
  for (const change of ['pin 0', 'pin 99999999999', 'pin 4711', 'drop x', 'pin 1 2'])
    assert.equal((await kim.post(`${desk}/articles`, { change })).status, 404, change);
  for (const place of ['daily/2026-02-31', 'daily/0000-01-01', 'daily/soon', 'breaking', 'breaking/2026-11-21', 'none'])
    assert.equal((await kim.get(`/console/digests/${place}`)).status, 404, place);
  assert.equal((await kim.post('/console/digests/daily/2026-12-24/hold')).status, 409);
  assert.equal((await eve.post(`${desk}/hold`)).status, 403);
  assert.doesNotMatch(await eve.page(desk), /Hold it|Up</);
});

test('the morning’s and the evening’s digest of a date each have a desk, and their own words', async (t) => {
  const town = await newsroom(t);
  town.clock.set('2026-11-20T19:00:00Z');
  await town.api('PATCH', '/newsletters/daily', { also_at: ['18:00'] });
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const kim = await colleague(town, 'editor');
  await publishes(town, ['Library lends seeds']);
  assert.equal((await kim.get('/console/digests/daily')).headers.get('Location'), desk);
  await kim.post(`${desk}/words`, { wording: '0', subject: 'Good morning', preheader: '', intro: '' });
  await town.goesTo(breakfast);
  await ann.receives('Good morning');
  await town.settles();

  await town.moveOn('daily', '2026-11-21T18:00:00Z');
  await publishes(town, ['Ferry votes']);
  const evening = `${desk}.2`;
  assert.equal((await kim.get('/console/digests/daily')).headers.get('Location'), evening);
  assert.ok(inOrder(await kim.page(evening), ['Ferry votes']));
  assert.equal((await kim.post(`${desk}/hold`)).status, 409, 'the morning’s has left');
  await kim.post(`${evening}/words`, { wording: '0', subject: 'Good evening', preheader: '', intro: '' });
  await town.goesTo('2026-11-21T18:00:00Z');
  await ann.receives('Good evening');
  await town.settles();
  assert.deepEqual(
    ann.inbox.map(({ parsed }) => parsed.subject),
    ['Good morning', 'Good evening'],
  );
});

test('while one issue is the next for some readers, the desk of another that is still to come is a link away', async (t) => {
  const town = await newsroom(t);
  town.clock.set('2026-11-20T19:00:00Z');
  await town.api('PATCH', '/newsletters/daily', { also_at: ['18:00'] });
  await town.reader('ann@example.org').subscribes(['daily']);
  await town.reader('zoe@example.org').subscribes(['daily'], 'America/New_York');
  const kim = await colleague(town, 'editor');
  const evening = '/console/digests/daily/2026-11-20.2';
  assert.equal((await kim.get('/console/digests/daily')).headers.get('Location'), evening);
  const page = await kim.page(evening);
  assert.match(shownIn(page, 'h1'), /20 November 2026, 18:00$/);
  assert.match(shownIn(page, `a[href="${desk}"]`), /21 November 2026, 07:00$/);
});

test('of a newsletter that is switched off the desk says so, and not that it has no readers', async (t) => {
  const town = await newsroom(t);
  await town.reader('ann@example.org').subscribes(['daily']);
  await publishes(town, ['Library lends seeds']);
  const kim = await colleague(town, 'editor');
  await town.api('PATCH', '/newsletters/daily', { active: false });
  const previews = ['', '&reader=1'].map((reader) => `/console/previews?newsletter=daily${reader}`);
  for (const place of ['/console/digests/daily', desk, ...previews]) {
    const page = await kim.page(place);
    assert.match(page, /Switched off\.<\/span> Nothing of/, place);
    assert.doesNotMatch(page, /no reader has subscribed/, place);
  }
});

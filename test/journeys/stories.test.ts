import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newsroom } from '../support/newsroom.ts';

const first = '2026-11-21T07:00:00Z';
const second = '2026-11-22T07:00:00Z';
const third = '2026-11-23T07:00:00Z';

const early = { headline: 'Fire at Quay Street flats', standfirst: 'Crews were called to Quay Street before dawn.' };
const later = {
  headline: 'Two hurt in fire at Quay Street flats',
  standfirst: 'Crews were called to Quay Street at dawn.',
};
const last = {
  headline: 'Cause of fire at Quay Street flats found',
  standfirst: 'A heater set the flats at Quay Street on fire, say the crews called there.',
};

/** What of the mails a reader had so far. */
const texts = (inbox: { parsed: { text?: string | undefined } }[]) => inbox.map(({ parsed }) => parsed.text ?? '');

test('a digest shows a story once, in its newest version, whichever source tells it', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes(early);
  town.clock.advance(60);
  await town.publishes({ ...later, url: 'https://wire.example/quay-street' });
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo(first);
  // Two articles tell of it: it leads, though the library's is a little newer.
  await ann.receives(later.headline);
  await town.settles();
  const [text = ''] = texts(ann.inbox);
  assert.match(text, /Library lends seeds/);
  assert.match(text, /Two hurt in fire/);
  assert.doesNotMatch(text, /Fire at Quay Street flats\n/);
  assert.doesNotMatch(text, /Updated/);
});

test('what goes on about a story that was sent is marked as updated, also after a day without it', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes(early);
  await town.goesTo(first);
  await ann.receives(early.headline);
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo(second);
  await ann.receives('Library lends seeds');
  town.clock.advance(60);
  await town.publishes(last);
  const bob = await town.reader('bob@example.org').subscribes(['daily']);
  await town.goesTo(third);
  await ann.receives(last.headline);
  await bob.receives(last.headline);
  await town.settles();
  assert.match(texts(ann.inbox)[2] ?? '', /Updated/);
  assert.doesNotMatch(texts(bob.inbox)[0] ?? '', /Updated/, 'he had nothing of it');
});

test('the same words from an agency the day after are no news, and words set otherwise neither', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes(early);
  await town.goesTo(first);
  await ann.receives(early.headline);
  town.clock.advance(3600 * 2);
  await town.publishes({ ...early, url: 'https://wire.example/quay-street' });
  await town.publishes({ ...early, headline: '  Fire at  Quay Street flats ' });
  await town.goesTo(second);
  await town.moveOn('daily', third);
  const editions = await town.settles();
  assert.deepEqual(
    editions.map(({ counts }) => [counts.accepted, counts.skipped]),
    [
      [1, 0],
      [0, 1],
    ],
  );
});

test('old words that an agency brings late do not hide what is new', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes(early);
  await town.goesTo(first);
  await ann.receives(early.headline);
  town.clock.advance(3600 * 2);
  await town.publishes(later);
  town.clock.advance(60);
  await town.publishes({ ...early, url: 'https://wire.example/quay-street' });
  await town.goesTo(second);
  const mail = await ann.receives(later.headline);
  assert.match(mail.parsed.text ?? '', /Updated/);
});

test('who was sent what was withdrawn since is told the rest of the story as an update, and the same words not again', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const id = await town.publishes(early);
  await town.goesTo(first);
  await ann.receives(early.headline);
  await town.api('DELETE', `/articles/${id}`);
  town.clock.advance(3600 * 2);
  await town.publishes(later);
  town.clock.advance(60);
  await town.publishes({ ...early, url: 'https://post.example/moved' });
  await town.goesTo(second);
  const mail = await ann.receives(later.headline);
  assert.match(mail.parsed.text ?? '', /Updated/);
  assert.doesNotMatch(mail.parsed.text ?? '', /moved/);
});

test('an article that says something else since it was sent is shown again, once', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const url = 'https://post.example/quay-street';
  await town.publishes({ ...early, url });
  await town.goesTo(first);
  await ann.receives(early.headline);
  town.clock.advance(3600 * 2);
  await town.publishes({ ...later, url });
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo(second);
  const mail = await ann.receives('Library lends seeds');
  assert.match(mail.parsed.text ?? '', /Two hurt in fire[\s\S]*Updated/);
  await town.goesTo(third);
  await town.moveOn('daily', '2026-11-24T07:00:00Z');
  await town.settles();
  assert.equal(ann.inbox.length, 2);
});

test('a story told by an alert is in a digest only when there is more of it since', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily', 'breaking']);
  const bob = await town.reader('bob@example.org').subscribes(['daily']);
  const url = 'https://post.example/quay-street';
  await town.publishes({ ...early, url: 'https://wire.example/quay-street' });
  town.clock.advance(60);
  await town.publishes({ ...later, url });
  await town.alert({ url, undo_seconds: 0 });
  await ann.receives(later.headline);
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo(first);
  await ann.receives('Library lends seeds');
  await bob.receives(later.headline);
  await town.publishes(last);
  await town.goesTo(second);
  const mail = await ann.receives(last.headline);
  await town.settles();
  assert.match(mail.parsed.text ?? '', /What has changed since our alert:\s+A heater set the flats/);
  assert.doesNotMatch(texts(ann.inbox)[1] ?? '', /Quay Street/);
});

test('an alert in an editor’s own words tells the article it leads to', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily', 'breaking']);
  await town.publishes({ ...early, url: 'https://post.example/quay-street' });
  await town.alert({
    headline: 'Stay away from Quay Street',
    text: 'Flats are on fire there.',
    url: 'https://www.post.example/quay-street?utm_source=x',
    undo_seconds: 0,
  });
  await ann.receives('Stay away from Quay Street');
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo(first);
  const mail = await ann.receives('Library lends seeds');
  assert.doesNotMatch(mail.parsed.text ?? '', /Fire at Quay Street/);
});

test('an article that was withdrawn or is under embargo cannot be told by an alert', async (t) => {
  const town = await newsroom(t);
  const [gone, later] = ['https://post.example/gone', 'https://post.example/later'];
  const id = await town.publishes({ headline: 'Bridge shut', url: gone });
  await town.api('DELETE', `/articles/${id}`);
  await town.api('POST', '/articles', { headline: 'The budget', url: later, publish_after: '2026-11-21T09:30:00Z' });
  const said = async (url: string) => {
    const { status, body } = await town.api('POST', '/alerts', { newsletter: 'breaking', url });
    return [status, body.detail];
  };
  assert.deepEqual(await said(gone), [400, 'This article was withdrawn. Give headline and text instead.']);
  assert.deepEqual(await said(later), [
    400,
    'This article is under embargo until Saturday, 21 November 2026 at 09:30 (Europe/London). Give headline and text instead.',
  ]);
});

test('a reader of one topic is told a story by the articles of it', async (t) => {
  const town = await newsroom(t);
  await town.publishes({ ...early, topics: ['fires'] });
  town.clock.advance(60);
  await town.publishes({ ...later, topics: ['health'] });
  await town.publishes({ headline: 'Library lends seeds', topics: ['books'] });
  const ann = town.reader('ann@example.org');
  await ann.signsUp({ newsletters: ['daily'], topics: ['fires'] });
  await fetch(await ann.confirmLink(), { method: 'POST' });
  await town.goesTo(first);
  const mail = await ann.receives(early.headline);
  assert.doesNotMatch(mail.parsed.text ?? '', /Two hurt/);
});

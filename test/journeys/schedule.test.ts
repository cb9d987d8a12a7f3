import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beside, type Newsroom, newsroom, onBothQueues } from '../support/newsroom.ts';
import type { Reader } from '../support/reader.ts';

const breakfast = '2026-11-21T07:00:00Z';

onBothQueues('two schedulers at once open one edition', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const other = await beside(t, town);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes({ headline: 'Library lends seeds' });
  town.clock.set(breakfast);
  await Promise.all([town, other, town, other].map((scheduler) => scheduler.ticks()));
  await ann.receives('Library lends seeds');
  await Promise.all([town.ticks(), other.ticks()]);
  const editions = await town.settles();
  assert.deepEqual(
    editions.map(({ counts }) => [counts.audience, counts.accepted]),
    [[1, 1]],
  );
  assert.equal(ann.inbox.length, 1);
});

onBothQueues('after downtime one late, labelled edition goes out, never a backlog', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo('2026-11-21T09:30:00Z');
  const mail = await ann.receives('Library lends seeds');
  assert.match(mail.parsed.text ?? '', /later than usual/i);
  const [edition] = await town.settles();
  assert.equal(edition?.late, true);
});

onBothQueues('a slot past its lateness limit is passed over, and the next one is punctual', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo('2026-11-23T20:00:00Z');
  await town.moveOn('daily', '2026-11-24T07:00:00Z');
  assert.equal((await town.editions()).length, 0);

  await town.publishes({ headline: 'Tide tables printed again' });
  await town.goesTo('2026-11-24T07:00:00Z');
  await ann.receives('Tide tables printed again');
  const editions = await town.settles();
  assert.deepEqual(
    editions.map(({ late }) => late),
    [false],
  );
  assert.equal(ann.inbox.length, 1);
});

onBothQueues('each day brings what is new since the last digest, once', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo(breakfast);
  await ann.receives('Library lends seeds');
  await town.settles();
  await town.publishes({ headline: 'Tide tables printed again' });
  await town.goesTo('2026-11-22T07:00:00Z');
  const second = await ann.receives('Tide tables printed again');
  await town.settles();
  assert.doesNotMatch(second.parsed.text ?? '', /Library lends seeds/);
  assert.equal(ann.inbox.length, 2);
});

onBothQueues('a reader who moves east after breakfast does not get the same date twice', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const ann = await town.reader('ann@example.org').subscribes(['daily'], 'Asia/Tokyo');
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo('2026-11-20T22:00:00Z');
  const mail = await ann.receives('Library lends seeds');
  await town.settles();
  const preferences = mail.parsed.text?.match(/http\S+\/preferences\/\S+/)?.[0] ?? '';
  const saved = await fetch(preferences, {
    method: 'POST',
    body: new URLSearchParams({ newsletters: 'daily', time_zone: 'Europe/London' }),
  });
  assert.match(await saved.text(), /Sunday 22 November,? 07:00/, 'the 21st has been served in Tokyo');
});

onBothQueues('a newsletter moved to another time of day comes at that time, to everybody', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes({ headline: 'Library lends seeds' });
  assert.equal((await town.api('PATCH', '/newsletters/daily', { send_at: '06:15' })).status, 200);
  await town.goesTo('2026-11-21T06:15:00Z');
  await ann.receives('Library lends seeds');
  await town.settles();
  await town.moveOn('daily', '2026-11-22T06:15:00Z');
});

test('a newsletter moved to a time that has gone by leaves nobody without the edition they waited for', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes({ headline: 'Library lends seeds' });
  town.clock.set('2026-11-21T06:32:00Z');
  assert.equal((await town.api('PATCH', '/newsletters/daily', { send_at: '06:00' })).status, 200);
  await town.goesTo('2026-11-21T06:45:00Z');
  await ann.receives('Library lends seeds');
  await town.settles();
  await town.moveOn('daily', '2026-11-22T06:00:00Z');
  // Due, and not yet opened: a change of the time of day leaves that alone.
  town.clock.set('2026-11-22T06:00:30Z');
  assert.equal((await town.api('PATCH', '/newsletters/daily', { send_at: '05:30' })).status, 200);
  await town.moveOn('daily', '2026-11-22T06:00:00Z');
});

test('after more than a day without workers this morning’s edition comes, late, and yesterday’s does not', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  town.clock.set('2026-11-22T05:00:00Z');
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo('2026-11-22T09:00:00Z');
  await town.moveOn('daily', '2026-11-22T07:00:00Z');
  await town.ticks();
  await ann.receives('Library lends seeds');
  assert.equal((await town.settles()).length, 1);
  await town.moveOn('daily', '2026-11-23T07:00:00Z');
});

onBothQueues('a paused slot waits for a person, and holds up no other newsletter', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await town.api('POST', '/newsletters', { slug: 'evening', name: 'Evening', kind: 'digest', send_at: '08:00' });
  const everybody = Array.from({ length: 30 }, (_, i) => `r${i}@example.org`);
  await town.imports('daily', everybody);
  await town.imports('evening', ['zoe@example.org']);
  await town.publishes({ headline: 'Library lends seeds' });
  town.relay.stallsAt('RCPT');
  await town.goesTo(breakfast);
  await town.relay.stalled();
  const [edition] = await town.editions();
  const id = edition?.id ?? 0;
  assert.equal((await town.api('POST', `/editions/${id}/pause`)).status, 200);
  town.relay.resumes();
  // Somebody becomes due for the slot after its fan-out had passed them.
  await town.context.pool.query(
    `with late as (insert into subscribers (email, email_key, email_hash, time_zone, created_at)
       values ('late@example.org', 'late@example.org', 'x', 'Europe/London', now()) returning id)
     insert into subscriptions (subscriber_id, newsletter_id, state, created_at, next_due_at)
       select id, 1, 'active', now(), $1 from late`,
    [breakfast],
  );
  await town.goesTo('2026-11-21T08:00:00Z');
  await town.reader('zoe@example.org').receives('Library lends seeds');
  await town.sweeps();
  assert.equal((await town.edition(id)).status, 'paused');

  assert.equal((await town.api('POST', `/editions/${id}/resume`)).status, 200);
  await town.ticks();
  await town.reader('late@example.org').receives('Library lends seeds');
  await town.settles();
  const { accepted, audience } = (await town.edition(id)).counts;
  assert.deepEqual({ accepted, audience }, { accepted: 31, audience: 31 });
});

test('a newsletter of two times a day comes twice to its readers, each with what is new, and once to who chose a time', async (t) => {
  const town = await newsroom(t);
  town.clock.set('2026-11-20T19:00:00Z');
  await town.api('PATCH', '/newsletters/daily', { also_at: ['18:00'] });
  const [ann, dan, eve] = await subscribed(town, 'ann', 'dan', 'eve');
  await chooses(town, dan, { 'time-daily': '12:00' });
  await chooses(town, eve, { 'often-daily': 'weekly-6' });
  const served = async () => (await town.settles()).map(({ counts }) => counts.accepted);
  await town.publishes({ headline: 'Before breakfast' });
  await town.goesTo('2026-11-21T07:00:00Z');
  await ann.receives('Before breakfast');
  assert.deepEqual(await served(), [2]);
  await town.publishes({ headline: 'After breakfast' });
  await town.goesTo('2026-11-21T12:00:00Z');
  await town.settles();
  await town.publishes({ headline: 'After lunch' });
  await town.goesTo('2026-11-21T18:00:00Z');
  const evening = await ann.receives('After lunch');
  await town.settles();
  assert.match(evening.parsed.text ?? '', /After breakfast/);
  assert.doesNotMatch(evening.parsed.text ?? '', /Before breakfast/);
  assert.deepEqual(
    [ann, dan, eve].map(({ inbox }) => inbox.length),
    [2, 1, 1],
  );
  // Of Saturday each has had all; theirs comes tomorrow, or next week.
  await town.moveOn('daily', '2026-11-22T07:00:00Z');
});

test('a newsletter without weekends waits until Monday, and who chose Saturday gets Monday’s', async (t) => {
  const town = await newsroom(t);
  const [ann, eve] = await subscribed(town, 'ann', 'eve');
  await chooses(town, eve, { 'often-daily': 'weekly-6' });
  await town.publishes({ headline: 'On a Friday' });
  await town.goesTo('2026-11-21T07:00:00Z');
  for (const reader of [ann, eve]) await reader.receives('On a Friday');
  await town.settles();
  assert.equal((await town.api('PATCH', '/newsletters/daily', { days: [5, 1, 2, 3, 4, 1] })).status, 200);
  assert.deepEqual((await town.api('GET', '/newsletters/daily')).body.days, [1, 2, 3, 4, 5]);
  await town.publishes({ headline: 'On a Saturday' });
  await town.goesTo('2026-11-22T07:00:00Z');
  await town.moveOn('daily', '2026-11-23T07:00:00Z');
  await town.goesTo('2026-11-23T07:00:00Z');
  for (const reader of [ann, eve]) await reader.receives('On a Saturday');
  assert.equal((await town.settles()).length, 2);
});

test('who moves between the two editions of a date gets the one that is skipped, and none of them twice', async (t) => {
  const town = await newsroom(t);
  town.clock.set('2026-11-20T19:00:00Z');
  await town.api('PATCH', '/newsletters/daily', { also_at: ['18:00'] });
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes({ headline: 'Before breakfast' });
  await town.goesTo('2026-11-21T07:00:00Z');
  await ann.receives('Before breakfast');
  await town.settles();
  // At noon it is nine in the evening in Tokyo.
  town.clock.set('2026-11-21T12:05:00Z');
  await chooses(town, ann, { time_zone: 'Asia/Tokyo' });
  await town.moveOn('daily', '2026-11-21T12:15:00Z');
  await town.publishes({ headline: 'After breakfast' });
  await town.goesTo('2026-11-21T12:15:00Z');
  await ann.receives('After breakfast');
  await town.settles();
  await town.moveOn('daily', '2026-11-21T22:00:00Z');
  // Back in London the 21st is still on, and served.
  await chooses(town, ann, { time_zone: 'Europe/London' });
  await town.moveOn('daily', '2026-11-22T07:00:00Z');
});

test('after downtime over both editions of a day one comes, late; and none of it in the evening again', async (t) => {
  const town = await newsroom(t);
  town.clock.set('2026-11-20T19:00:00Z');
  await town.api('PATCH', '/newsletters/daily', { also_at: ['12:00', '18:00'] });
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo('2026-11-21T12:30:00Z');
  const mail = await ann.receives('Library lends seeds');
  assert.match(mail.parsed.text ?? '', /later than usual/i);
  // What is new by now is the evening's, and no reason for noon's on top of breakfast's.
  await town.publishes({ headline: 'Ferry votes' });
  await town.ticks();
  await town.moveOn('daily', '2026-11-21T18:00:00Z');
  const editions = await town.settles();
  assert.deepEqual(
    editions.map(({ late }) => late),
    [true],
  );
  assert.equal(ann.inbox.length, 1);
});

async function subscribed<const Names extends string[]>(town: Newsroom, ...names: Names) {
  const readers = names.map((name) => town.reader(`${name}@example.org`));
  for (const reader of readers) await reader.subscribes(['daily']);
  return readers as { [At in keyof Names]: Reader };
}

/** Saves a reader's preferences page with these fields. */
async function chooses(town: Newsroom, reader: Reader, fields: Record<string, string>): Promise<void> {
  const id = (await town.context.readers.idOf(reader.email)) ?? 0;
  const link = `${town.url}/preferences/${town.context.tokens.seal('preferences', [id])}`;
  const body = new URLSearchParams({ newsletters: 'daily', ...fields });
  assert.equal((await fetch(link, { method: 'POST', body, redirect: 'manual' })).status, 303);
}

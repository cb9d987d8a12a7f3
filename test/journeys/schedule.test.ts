import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beside, newsroom, onBothQueues } from '../support/newsroom.ts';

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

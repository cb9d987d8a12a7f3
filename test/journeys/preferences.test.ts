import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endPause, lessOften, pauseUntil, wantedOf } from '../../src/subscribers/ease.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import type { Reader } from '../support/reader.ts';
import { until } from '../support/until.ts';

const DAY_MS = 86_400_000;
const BREAKFAST = '07:00:00Z';

/** The reader's page, as a browser without JavaScript uses it. */
async function page(town: Newsroom, email: string) {
  const id = (await town.context.readers.idOf(email)) ?? 0;
  const url = `${town.url}/preferences/${town.context.tokens.seal('preferences', [id])}`;
  return {
    id,
    look: async (query = '') => (await fetch(url + query)).text(),
    save: (fields: string[][]) =>
      fetch(url, {
        method: 'POST',
        headers: { Accept: 'text/html' },
        body: new URLSearchParams(fields as [string, string][]),
        redirect: 'manual',
      }),
  };
}

/** Lets days go by from `first` on, each with an article an hour before the edition that `daily` gets every day. */
async function days(town: Newsroom, daily: Reader, first: string, count: number, time = BREAKFAST): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const date = new Date(Date.parse(`${first}T00:00:00Z`) + n * DAY_MS).toISOString().slice(0, 10);
    town.clock.set(new Date(Date.parse(`${date}T${time}`) - 3_600_000).toISOString());
    await town.publishes({ headline: `News of ${date}` });
    await town.goesTo(`${date}T${time}`);
    await daily.receives(`News of ${date}`);
    await town.settles();
  }
}

const subjects = (reader: Reader) => reader.inbox.map(({ parsed }) => parsed.subject);

test('once a week on Friday brings one mail a week, with the news of the week', async (t) => {
  const town = await newsroom(t); // a Friday, at noon
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const dan = await town.reader('dan@example.org').subscribes(['daily']);
  const { save, look } = await page(town, ann.email);
  const answer = await save([
    ['newsletters', 'daily'],
    ['often-daily', 'weekly-5'],
  ]);
  assert.equal(answer.status, 303);
  assert.match(await look(), /Your next one: Friday 27 November, 07:00</);
  await days(town, dan, '2026-11-21', 14);
  await town.moveOn('daily', '2026-12-05T07:00:00Z');
  // Once there is mail for Dan on each of the days, Ann's would have been there, too.
  assert.equal(dan.inbox.length, 14);
  assert.deepEqual(subjects(ann), ['News of 2026-11-27', 'News of 2026-12-04']);
  const [first, second] = ann.inbox.map(({ parsed }) => parsed.text ?? '');
  assert.match(second ?? '', /News of 2026-11-28/, 'the day after the last one');
  assert.doesNotMatch(second ?? '', /News of 2026-11-27/, 'what the last one had');
  assert.match(first ?? '', /News of 2026-11-26/);
});

test('Monday to Friday leaves the weekend out, and Monday brings its news', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const dan = await town.reader('dan@example.org').subscribes(['daily']);
  const { save } = await page(town, ann.email);
  await save([
    ['newsletters', 'daily'],
    ['often-daily', 'weekdays'],
  ]);
  await days(town, dan, '2026-11-21', 4);
  assert.equal(dan.inbox.length, 4);
  assert.deepEqual(subjects(ann), ['News of 2026-11-23', 'News of 2026-11-24']);
});

test('a time of one’s own is kept when the newsroom moves its own, and a date served is served', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const { save, look } = await page(town, ann.email);
  await save([
    ['newsletters', 'daily'],
    ['time-daily', '18:30'],
  ]);
  assert.match(await look(), /Friday 20 November, 18:30/);
  await town.api('PATCH', '/newsletters/daily', { send_at: '06:15' });
  await days(town, ann, '2026-11-20', 1, '18:30:00Z');
  assert.deepEqual(subjects(ann), ['News of 2026-11-20']);
  await save([
    ['newsletters', 'daily'],
    ['time-daily', '21:00'],
  ]);
  assert.match(await look(), /Saturday 21 November, 21:00/, 'today has been served');
  await save([
    ['newsletters', 'daily'],
    ['time-daily', ''],
  ]);
  assert.match(await look(), /Saturday 21 November, 06:15/);
});

test('a pause keeps back digests and alerts until the date, is seen in the counts, and can be ended', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes();
  const dan = await town.reader('dan@example.org').subscribes();
  const { id, save, look } = await page(town, ann.email);
  await save([
    ['act', 'pause'],
    ['pause_until', '2026-11-23'],
  ]);
  assert.match(await look('?saved=paused'), /Nothing comes until Monday, 23 November 2026\./);
  const alert = await town.alert({ headline: 'Bridge closed', text: 'Both lanes.' });
  await dan.receives('Bridge closed');
  await town.settles();
  assert.deepEqual(await town.counts(alert), { audience: 2, accepted: 1, skipped: 1 });
  const digest = await town.digestNow();
  await town.settles();
  assert.equal((await town.counts(digest)).skipped, 2, 'paused, and nothing new');
  await days(town, dan, '2026-11-21', 3);
  assert.deepEqual(subjects(ann), ['News of 2026-11-23']);
  assert.match(ann.inbox[0]?.parsed.text ?? '', /News of 2026-11-21/, 'what came in the pause');
  assert.doesNotMatch(await look(), /Nothing comes until/);

  await save([
    ['act', 'pause'],
    ['pause_until', '2027-11-23'],
  ]);
  await save([['act', 'resume']]);
  await save([['act', 'resume']]);
  assert.match(await look('?saved=resumed'), /Tuesday 24 November, 07:00/);
  await town.alert({ headline: 'Bridge open', text: 'Both lanes.' });
  await ann.receives('Bridge open');
  const { consents } = await consentsOf(town, id);
  assert.deepEqual(consents.slice(0, 2), ['Ended the pause until 2027-11-23', 'Paused everything until 2027-11-23']);
});

async function consentsOf(town: Newsroom, readerId: number) {
  const kept = await town.context.traces.consents(readerId, 100);
  return { consents: kept.filter(({ kind }) => kind === 'preferences').map(({ wording }) => wording) };
}

test('topics choose what a digest brings', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes({ headline: 'Harbour dredged', topics: ['harbour'] });
  await town.publishes({ headline: 'Cup final', topics: ['sport'] });
  const { id, save, look } = await page(town, ann.email);
  assert.match(await look(), /value="sport"> <span dir="auto">Sport/);
  await save([
    ['newsletters', 'daily'],
    ['about-daily', 'some'],
    ['topic-daily', 'harbour'],
  ]);
  assert.match(await look(), /value="harbour" checked/);
  await town.goesTo(`2026-11-21T${BREAKFAST}`);
  const mail = await ann.receives('Harbour dredged');
  assert.doesNotMatch(mail.parsed.text ?? '', /Cup final/);
  assert.deepEqual((await consentsOf(town, id)).consents, ['Every day at 07:00, about harbour']);
});

test('moving zone moves digests, their own times and the end of a pause', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes();
  const { save, look } = await page(town, ann.email);
  await save([
    ['act', 'pause'],
    ['pause_until', '2026-11-25'],
  ]);
  const answer = await save([
    ['newsletters', 'daily'],
    ['newsletters', 'breaking'],
    ['time-daily', '05:00'],
    ['time_zone', 'Asia/Tokyo'],
  ]);
  assert.equal(answer.status, 303);
  const html = await look();
  assert.match(html, /until Wednesday, 25 November 2026\./);
  assert.match(html, /Your next one: Wednesday 25 November, 05:00</);
});

test('a date whose time the move has skipped is not left out, and one served meanwhile does not come again', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily'], 'America/Los_Angeles');
  await town.publishes({ headline: 'Harbour dredged' });
  const { id, save, look } = await page(town, ann.email);
  // Five past six in the morning, and past eleven in the evening in Tokyo.
  town.clock.set('2026-11-20T14:05:00Z');
  await save([
    ['newsletters', 'daily'],
    ['time_zone', 'Asia/Tokyo'],
  ]);
  assert.match(await look(), /Your next one: Friday 20 November, 23:15</);
  await town.goesTo('2026-11-20T14:15:00Z');
  await ann.receives('Harbour dredged');
  await town.settles();
  assert.match(await look(), /Your next one: Saturday 21 November, 07:00</);

  const reader = await town.context.subscribers.byId(id);
  const [subscription] = reader?.subscriptions ?? [];
  assert.ok(reader && subscription);
  const late = { ...subscription, servedOn: '2026-11-19', nextDueAt: new Date('2026-11-20T14:15:00Z') };
  const adjusted = [
    wantedOf(late, { ...reader, timeZone: 'America/Los_Angeles', movedFrom: 'Asia/Tokyo' }, town.clock.now()),
  ];
  const change = { readerId: id, ended: [], begun: [], adjusted, timeZone: 'America/Los_Angeles' };
  await town.context.preferences.change(change, { method: 'preferences' }, town.clock.now());
  const after = await town.context.subscribers.byId(id);
  assert.deepEqual(after?.subscriptions[0]?.nextDueAt, subscription.nextDueAt);
});

test('unticking ends, ticking begins again, and a wish not yet confirmed waits untouched', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await ann.signsUp({ newsletters: ['breaking'] });
  const { save } = await page(town, ann.email);
  await save([['time_zone', 'Europe/London']]);
  assert.deepEqual(await town.states(ann.email), { daily: 'unsubscribed', breaking: 'pending' });
  await save([
    ['newsletters', 'daily'],
    ['newsletters', 'breaking'],
  ]);
  assert.deepEqual(await town.states(ann.email), { daily: 'active', breaking: 'active' });
});

test('what cannot be is said beside its field, with what was typed, and changes nothing', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const { id, save, look } = await page(town, ann.email);
  const before = await town.context.subscribers.byId(id);
  const daily = ['newsletters', 'daily'];
  const evil = '"><script>alert(1)</script>';
  const cases: [fields: string[][], says: RegExp][] = [
    [[daily, ['often-daily', 'weekly-8']], /id="often-daily-error">Please choose how often/],
    [[daily, ['often-daily', 'daily'], ['often-daily', 'weekdays']], /id="often-daily-error"/],
    [[daily, ['time-daily', '03:00']], /id="time-daily-error">Please choose a time/],
    [[daily, ['time-daily', evil]], /id="time-daily-error"/],
    [[daily, ['about-daily', 'some']], /id="topic-daily-error">Please choose at least one/],
    [[daily, ['about-daily', 'some'], ['topic-daily', evil]], /id="topic-daily-error">One of these topics/],
    [[daily, ['time_zone', evil]], /id="time-zone-error">Please choose a time zone/],
    [[['newsletters', evil]], /id="newsletters-error"/],
    [
      [
        ['act', 'pause'],
        ['pause_until', '2026-11-20'],
      ],
      /id="pause-error">Please choose a date from tomorrow on/,
    ],
    [
      [
        ['act', 'pause'],
        ['pause_until', '2027-11-21'],
      ],
      /id="pause-error">A pause may last a year/,
    ],
    [
      [
        ['act', 'pause'],
        ['pause_until', '2026-02-31'],
      ],
      /value="2026-02-31"[\s\S]*id="pause-error">Please choose the date/,
    ],
    [
      [
        ['act', 'pause'],
        ['pause_until', evil],
      ],
      /id="pause-error"/,
    ],
    [[['act', 'pause']], /id="pause-error"/],
    [[['act', evil]], /Nothing was changed/],
  ];
  for (const [fields, says] of cases) {
    const answer = await save(fields);
    const html = await answer.text();
    assert.equal(answer.status, 400, JSON.stringify(fields));
    assert.ok(says.test(html), `${JSON.stringify(fields)} is answered ${says}`);
    assert.ok(!html.includes('<script>alert'), JSON.stringify(fields));
  }
  assert.deepEqual(await town.context.subscribers.byId(id), before);
  assert.match(await look(`?saved=${encodeURIComponent(evil)}&less=${encodeURIComponent(evil)}`), /What you get/);
});

test('less often is chosen on the page by a link and saved by the reader, or done in one act', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes();
  const { id, look } = await page(town, ann.email);
  const html = await look('?less=1');
  assert.match(html, /<select id="often-daily"[^>]*autofocus[\s\S]*value="weekly-6" selected/);
  assert.match(html, /id="pause"/);
  const daily = (await town.context.newsletters.bySlug('daily'))?.id ?? 0;
  const breaking = (await town.context.newsletters.bySlug('breaking'))?.id ?? 0;
  const done = await lessOften(id, daily, {}, town.context);
  assert.deepEqual(done.rhythm, { frequency: 'weekly', weekday: 6, ownTime: null });
  assert.deepEqual(done.nextDueAt, new Date('2026-11-21T07:00:00Z'));
  assert.deepEqual(await lessOften(id, daily, {}, town.context), done, 'twice is once');
  await assert.rejects(lessOften(id, breaking, {}, town.context), { code: 'no-rhythm' });
  await assert.rejects(lessOften(id, 99, {}, town.context), { code: 'not-found' });
  const until = await pauseUntil(id, '2026-11-22', {}, town.context);
  assert.deepEqual(until, new Date('2026-11-22T00:00:00Z'));
  assert.match(await look(), /Saturday 28 November, 07:00/, 'the first Saturday after the pause');
  await endPause(id, {}, town.context);
  assert.match(await look(), /Saturday 21 November, 07:00/);
  assert.deepEqual((await consentsOf(town, id)).consents, [
    'Ended the pause until 2026-11-22',
    'Paused everything until 2026-11-22',
    'Once a week, on Saturday, at 07:00, about every topic',
  ]);
});

/** Fails instead of waiting for ever for who holds a lock. */
const soon = <T>(what: string, work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, refuse) => setTimeout(refuse, 10_000, new Error(`${what} waits`)).unref()),
  ]);

const somebodyWaits = (town: Newsroom) =>
  until('somebody waits for a lock', async () => {
    const { rows } = await town.context.pool.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rows.length > 0;
  });

test('a sign-up under way keeps nobody from changing what they get', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes();
  const bob = await town.reader('bob@example.org').subscribes(['daily']);
  const { save } = await page(town, ann.email);
  const id = (await town.context.readers.idOf(ann.email)) ?? 0;
  const bobs = (await town.context.readers.idOf(bob.email)) ?? 0;
  const client = await town.context.pool.connect();
  try {
    await client.query('begin');
    await client.query(
      `insert into subscriptions (subscriber_id, newsletter_id, state, rhythm_id, created_at)
       select $1, id, 'pending', 1, now() from newsletters where slug = 'breaking'`,
      [bobs],
    );
    await soon('a pause', pauseUntil(id, '2026-11-27', {}, town.context));
    for (const often of ['weekdays', 'daily']) {
      const fields = [
        ['newsletters', 'daily'],
        ['often-daily', often],
      ];
      assert.equal((await soon(often, save(fields))).status, 303);
    }
  } finally {
    await client.query('rollback');
    client.release();
  }
});

test('a change under way keeps nobody from signing up', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes();
  const id = (await town.context.readers.idOf(ann.email)) ?? 0;
  const client = await town.context.pool.connect();
  let change: Promise<unknown> = Promise.resolve();
  try {
    await client.query('begin');
    // The change has all its other locks when it waits for the reader's last subscription.
    await client.query(
      'select from subscriptions where id = (select max(id) from subscriptions where subscriber_id = $1) for update',
      [id],
    );
    change = pauseUntil(id, '2026-11-27', {}, town.context);
    await somebodyWaits(town);
    await soon('a sign-up', town.reader('bob@example.org').subscribes());
  } finally {
    await client.query('rollback');
    client.release();
    await change;
  }
});

test('leaving everything while changing what one gets is waited for, and neither is refused', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes();
  const { id, save } = await page(town, ann.email);
  const slugs = await town.context.pool.query(
    'select s.id, n.slug from subscriptions s join newsletters n on n.id = s.newsletter_id where subscriber_id = $1',
    [id],
  );
  const idOf = (slug: string) => slugs.rows.find((row) => row.slug === slug)?.id;
  const client = await town.context.pool.connect();
  try {
    // The locks of leaving, one at a time, against a change that ends one subscription and then adjusts the other.
    await client.query('begin');
    await client.query('select from subscribers where id = $1 for key share', [id]);
    const end = "update subscriptions set state = 'unsubscribed', ended_at = now(), next_due_at = null where id = $1";
    await client.query(end, [idOf('daily')]);
    const answer = save([
      ['newsletters', 'daily'],
      ['often-daily', 'weekdays'],
    ]);
    await somebodyWaits(town);
    await client.query(end, [idOf('breaking')]);
    await client.query('commit');
    assert.equal((await soon('the change', answer)).status, 303);
    assert.deepEqual(await town.states(ann.email), { breaking: 'unsubscribed', daily: 'unsubscribed' });
  } finally {
    await client.query('rollback');
    client.release();
  }
});

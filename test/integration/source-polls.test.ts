import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { createSourceHealthStore } from '../../src/articles/sources/source-health-store.ts';
import { wakeDueSources } from '../../src/articles/sources/wake-due-sources.ts';
import { serve, sourceTown } from '../support/source-town.ts';

const feed = (...headlines: string[]) =>
  `<rss version="2.0"><channel><title>The Post</title>${headlines
    .map(
      (headline) => `<item><title>${headline}</title><link>/${headline.length}</link><guid>${headline}</guid></item>`,
    )
    .join('')}</channel></rss>`;
const about = (seconds: number, wanted: number) =>
  assert.ok(seconds >= wanted && seconds <= wanted * 1.1 + 1, `${seconds} s are about ${wanted} s`);

test('a server that knows no validators and sends the same again brings no news', async (t) => {
  const town = await sourceTown(t);
  let body = feed('One', 'Two!');
  const id = await town.add(await serve(t, (_, res) => void res.end(body)));
  await town.poll(id);
  await town.poll(id);
  body = feed('One', 'Two!', 'Three!!');
  await town.poll(id);
  assert.deepEqual(
    (await town.polls.latest(id)).map(({ outcome, status, items, fresh, bytes }) => [
      outcome,
      status,
      items,
      fresh,
      bytes > 90,
    ]),
    [
      ['news', 200, 3, 1, true],
      ['same', 200, 0, 0, true],
      ['news', 200, 2, 2, true],
    ],
  );
});

test('a feed that breaks keeps what was known of it, and is not read again when it heals unchanged', async (t) => {
  const town = await sourceTown(t);
  const asked: (string | undefined)[] = [];
  let broken = false;
  const url = await serve(t, (req, res) => {
    asked.push(req.headers['if-none-match']);
    if (broken) return void res.setHeader('etag', '"broken"').end('<html>We are working on it</html>');
    if (req.headers['if-none-match'] === '"v1"') return void res.writeHead(304).end();
    res.setHeader('etag', '"v1"').end(feed('One'));
  });
  const id = await town.add(url);
  await town.poll(id);
  broken = true;
  const { failures, failingSince, error } = await town.poll(id);
  assert.deepEqual([failures, failingSince], [1, town.clock.now()]);
  assert.match(error ?? '', /is not a feed/);
  broken = false;
  const healed = await town.poll(id);
  assert.deepEqual(asked, [undefined, '"v1"', '"v1"']);
  assert.deepEqual([healed.failures, healed.failingSince, healed.etag], [0, null, '"v1"']);
});

test('an address that leads elsewhere for good twice is changed, and written down', async (t) => {
  const town = await sourceTown(t);
  let status = 302;
  const url = await serve(t, (req, res) => {
    if (req.url === '/old') return void res.writeHead(status, { location: '/new' }).end();
    res.end(feed('One'));
  });
  const id = await town.add(`${url}/old`);
  for (let i = 0; i < 3; i += 1) assert.equal((await town.poll(id)).url, `${url}/old`, 'for now is not for good');
  status = 301;
  const once = await town.poll(id);
  assert.deepEqual([once.url, once.movingTo, once.movingTimes], [`${url}/old`, `${url}/new`, 1]);
  status = 307;
  assert.deepEqual((await town.poll(id)).movingTo, null, 'in a row');
  status = 308;
  await town.poll(id);
  const moved = await town.poll(id);
  assert.deepEqual([moved.url, moved.movedFrom, moved.movedAt], [`${url}/new`, `${url}/old`, town.clock.now()]);
  const [act] = await town.audit.list({ before: null, act: 'source.move', who: null, limit: 10 });
  assert.deepEqual(
    [act?.subject, act?.before, act?.after],
    [`source ${id}`, { url: `${url}/old` }, { url: `${url}/new` }],
  );

  const other = await town.add(`${url}/old`);
  for (let i = 0; i < 3; i += 1) await town.poll(other);
  assert.deepEqual((await town.source(other)).url, `${url}/old`, 'what another source has already is not taken');
});

test('a redirect to what is no feed changes no address', async (t) => {
  const town = await sourceTown(t);
  const url = await serve(t, (req, res) => {
    if (req.url === '/old') return void res.writeHead(301, { location: '/sign-in' }).end();
    res.end('<html>Sign in to this network</html>');
  });
  const id = await town.add(`${url}/old`);
  for (let i = 0; i < 3; i += 1) await town.poll(id);
  assert.deepEqual((await town.source(id)).url, `${url}/old`);
});

test('410 stops a source until somebody switches it on again', async (t) => {
  const town = await sourceTown(t);
  let asked = 0;
  let gone = true;
  const url = await serve(t, (_, res) => {
    asked += 1;
    res.writeHead(gone ? 410 : 200).end(gone ? '' : feed('Back'));
  });
  const id = await town.add(url);
  const stopped = await town.poll(id);
  assert.deepEqual([stopped.active, stopped.goneAt], [false, town.clock.now()]);
  assert.match(stopped.error ?? '', /answered 410.*gone for good/);
  await town.poll(id);
  assert.deepEqual([asked, await town.sources.due(new Date('2030-01-01'), 10)], [1, []]);
  const troubles = () => createSourceHealthStore(town.db).failing(10);
  assert.deepEqual(
    (await troubles()).map((one) => [one.id, one.gone]),
    [[id, true]],
  );
  gone = false;
  await town.sourcePages.change(id, { name: null, active: true, pollSeconds: 300 }, town.clock.now());
  const back = await town.poll(id);
  assert.deepEqual([back.goneAt, back.error, back.failures], [null, null, 0]);
  assert.deepEqual(await troubles(), []);
});

test('Retry-After is obeyed with 429 and 503, and with nothing else', async (t) => {
  const town = await sourceTown(t);
  let answer: [number, string] = [429, '1200'];
  const id = await town.add(
    await serve(t, (_, res) => void res.writeHead(answer[0], { 'retry-after': answer[1] }).end()),
  );
  const told = await town.poll(id);
  about(told.waitSeconds, 1200);
  assert.equal(told.pace, 'told');
  // By the town's clock it is 07:00.
  answer = [503, 'Tue, 03 Feb 2026 09:00:00 GMT'];
  about((await town.poll(id)).waitSeconds, 7200);
  answer = [503, '864000'];
  about((await town.poll(id)).waitSeconds, 86_400);
  answer = [500, '864000'];
  about((await town.poll(id)).waitSeconds, 2400);
});

test('"nothing new" from a server that was not asked for news is no answer', async (t) => {
  const town = await sourceTown(t);
  const id = await town.add(await serve(t, (_, res) => void res.writeHead(304, { etag: '"v1"' }).end()));
  await town.poll(id);
  const { error, failures, etag } = await town.poll(id);
  assert.deepEqual([failures, etag], [2, null]);
  assert.match(error ?? '', /answered 304.*nothing is known/);
});

test('a clock that is put back leaves no source waiting for the day it came from', async (t) => {
  const town = await sourceTown(t);
  const id = await town.add(await serve(t, (_, res) => void res.end(feed('One'))));
  const wrong = town.clock.now();
  town.clock.advance(365 * 86_400);
  await town.poll(id);
  assert.deepEqual(await town.sources.due(town.clock.now(), 10), []);
  assert.equal((await town.sources.due(wrong, 10)).length, 1);
  assert.equal((await town.sources.due(wrong, 10)).length, 0, 'once');
});

test('what the server says of freshness is the least wait, and a quiet source is asked less and less', async (t) => {
  const town = await sourceTown(t);
  let control = 'max-age=900';
  const id = await town.add(await serve(t, (_, res) => void res.setHeader('cache-control', control).end(feed('One'))));
  const asked = await town.poll(id);
  about(asked.waitSeconds, 900);
  assert.equal(asked.pace, 'asked');
  control = 'no-store';
  about((await town.poll(id)).waitSeconds, 300);
  town.clock.advance(6000);
  about((await town.poll(id)).waitSeconds, 600);
  town.clock.advance(86_400);
  const quiet = await town.poll(id);
  about(quiet.waitSeconds, 1800);
  assert.equal(quiet.pace, 'quiet');
});

test('two polls never ask one host at once; the second comes a little later', async (t) => {
  const town = await sourceTown(t);
  const open: (() => void)[] = [];
  let most = 0;
  let now = 0;
  const arrived = Promise.withResolvers<void>();
  const url = await serve(t, (_, res) => {
    now += 1;
    most = Math.max(most, now);
    open.push(() => {
      now -= 1;
      res.end(feed('One'));
    });
    arrived.resolve();
  });
  const [one, two] = [await town.add(`${url}/one`), await town.add(`${url}/two`)];
  town.woken.length = 0;
  const first = town.poll(one);
  await arrived.promise;
  const second = await town.poll(two);
  assert.deepEqual([second.polledAt, second.failures, second.error], [null, 0, null]);
  assert.deepEqual(town.woken, [{ sourceId: two, delayMs: 3000 }]);
  open.shift()?.();
  await first;
  const after = town.poll(two);
  while (open.length === 0) await new Promise(setImmediate);
  open.shift()?.();
  assert.ok((await after).polledAt);
  assert.equal(most, 1);
});

test('a hold that a dead worker left ends by itself', async (t) => {
  const town = await sourceTown(t);
  const url = await serve(t, (_, res) => void res.end(feed('One')));
  const id = await town.add(url);
  const dead = await town.hosts.take(new URL(url).host, 60);
  assert.ok(dead);
  assert.equal((await town.poll(id)).polledAt, null);
  await sql`update source_hosts set held_until = clock_timestamp() - interval '1 second'`.execute(town.db);
  assert.ok((await town.poll(id)).polledAt);
  await town.hosts.letGo(dead);
});

test('a due source is claimed by one caller, and nobody waits for another', async (t) => {
  const { add, sources, clock, db } = await sourceTown(t);
  const now = clock.now();
  for (let i = 0; i < 10; i += 1) await add(`https://post-${i}.example/feed`);
  const claimed = await db.transaction().execute(async (other) => {
    await sql`select id from sources order by id limit 4 for update`.execute(other);
    return sources.due(now, 100);
  });
  assert.equal(claimed.length, 6);
  assert.equal((await sources.due(now, 3)).length, 3);
  assert.equal((await sources.due(now, 3)).length, 1);
  assert.deepEqual(await sources.due(new Date(now.getTime() + 299_000), 10), []);
  assert.equal((await sources.due(new Date(now.getTime() + 300_000), 100)).length, 10);
});

test('of one host few are asked in a round, spaced, and slow ones hold nobody up', async (t) => {
  const town = await sourceTown(t);
  for (let i = 0; i < 7; i += 1) await town.add(`https://post.example/feed/${i}`);
  const delays: number[] = [];
  const jobs = {
    wakeAll: async (_: unknown, payloads: object[], { delayMs = 0 }) =>
      void delays.push(...payloads.map(() => delayMs)),
  };
  const round = () => wakeDueSources({ ...town, jobs: jobs as never });
  await round();
  assert.deepEqual(
    delays.toSorted((a, b) => a - b),
    [0, 3000, 6000, 9000, 12_000],
  );
  await round();
  assert.equal(delays.length, 7, 'the others stay due');

  for (let i = 0; i < 5; i += 1) await town.add(`https://slow-${i}.example/feed`);
  await sql`update sources set last_ms = 20000 where url like 'https://slow%'`.execute(town.db);
  delays.length = 0;
  await round();
  assert.equal(delays.length, 2);
});

test('adding a known source again polls it again and makes no second', async (t) => {
  const { sources, clock } = await sourceTown(t);
  const feed = { url: 'https://post.example/feed', kind: 'feed' as const, name: 'Local', poll_seconds: 60 };
  const first = await sources.add(feed, clock.now());
  clock.advance(3600);
  const second = await sources.add({ url: feed.url, kind: 'feed' }, clock.now());
  assert.deepEqual([first.created, second.created, second.id], [true, false, first.id]);
  const source = await sources.source(first.id);
  assert.deepEqual([source?.name, source?.pollSeconds, source?.nextPollAt], ['Local', 60, clock.now()]);
});

test('the last twenty polls are kept', async (t) => {
  const town = await sourceTown(t);
  const id = await town.add(await serve(t, (_, res) => void res.end(feed('One'))));
  for (let i = 0; i < 23; i += 1) await town.poll(id);
  assert.equal((await town.polls.latest(id)).length, 20);
  const { rows } = await sql<{ n: number }>`select count(*) as n from source_polls`.execute(town.db);
  assert.equal(rows[0]?.n, 20);
});

test('one poison item is kept with its reason, and the rest of its feed is read', async (t) => {
  const town = await sourceTown(t);
  const poison = '<item><title>Poison</title><guid isPermaLink="false">p</guid><link>javascript:alert(1)</link></item>';
  const id = await town.add(
    await serve(t, (_, res) => void res.end(feed('One', 'Two!').replace('</channel>', `${poison}</channel>`))),
  );
  await town.poll(id);
  const read = await town.articles.latest(10, town.clock.now());
  assert.deepEqual(read.map(({ headline }) => headline).toSorted(), ['One', 'Two!']);
  const [kept, ...more] = await town.quarantine.ofSource(id);
  assert.deepEqual([kept?.headline, more.length], ['Poison', 0]);
  assert.match(kept?.reason ?? '', /leads nowhere/);
});

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { cleanUp } from '../support/clean-up.ts';
import { type Colleague, colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

const HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>{{ brand.name }}';
const STORM = { headline: 'Storm closes the bridge', text: 'Both ways.' };

/** A section of Home by its id, without marks. */
async function said(kim: Colleague, section: string): Promise<string> {
  const [, part = ''] = (await kim.page('/console')).split(`id="${section}"`);
  const text = part.slice(part.indexOf('>') + 1).split('</section>')[0] ?? '';
  return text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

const says = (kim: Colleague, section: string, words: RegExp) =>
  until(`Home says ${words} under ${section}`, async () => words.test(await said(kim, section)));

/** A feed that is broken, on a server of its own. */
async function brokenFeed(t: TestContext): Promise<string> {
  const server = createServer((_req, res) => res.writeHead(500).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(t, () => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed`;
}

/** Sent to two, of whom one is put off, and then paused. */
async function pausedAlert(town: Newsroom): Promise<number> {
  town.relay.refuses('bob@example.org', '451 4.2.0 later');
  const id = await town.alert(STORM);
  await town.reaches(id, { audience: 2, accepted: 1, deferred: 1 });
  assert.equal((await town.api('POST', `/editions/${id}/pause`)).status, 200);
  return id;
}

test('before anything has happened Home says what will stand there, and the first steps', async (t) => {
  const town = await newsroom(t);
  const [kim, viewer] = [await colleague(town, 'admin'), await colleague(town, 'viewer')];
  const page = await kim.page('/console');
  for (const href of ['/console/sources', '/console/forms', '/console/alerts/new']) {
    assert.ok(page.includes(`<a href="${href}">`), href);
  }
  assert.doesNotMatch(await viewer.page('/console'), /href="\/console\/alerts/, 'a viewer is offered no alert');
  assert.match(await said(kim, 'next'), /Nobody is due: no reader has subscribed yet/);
  assert.match(await said(kim, 'editions'), /No edition yet\. The first one will stand here/);
  assert.match(await said(kim, 'growth'), /begins tomorrow/);
  assert.match(await said(kim, 'day'), /Joined 0 Left 0 Editions sent 0 Accepted 0 Failed 0 Bounced 0/);
  assert.match(
    await said(kim, 'troubles'),
    /Nothing is broken\. 2 things are worth a look\. Mail is unsigned .* 1 admin without a second step/,
  );
  assert.doesNotMatch(await said(viewer, 'troubles'), /second step/, 'whoever can do nothing about it is not told');
});

test('Home counts down to the next digest and shows what would be in it', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'editor');
  await town.reader('ann@example.org').subscribes(['daily'], 'Europe/London');
  await town.reader('yuki@example.org').subscribes(['daily'], 'Asia/Tokyo');
  assert.match(
    await said(kim, 'next'),
    /in 10 h Daily digest Fri 20 Nov, 22:00 GMT , then 1 further slot for other zones and times, the last Sat 21 Nov, 07:00 GMT \. 2 readers in all\. Nothing new for it yet\. Readers with nothing new get no mail\./,
  );
  for (const n of [1, 2, 3, 4, 5, 6, 7]) await town.publishes({ headline: `Story ${n}` });
  const gone = await town.publishes({ headline: 'Taken back' });
  await town.api('DELETE', `/articles/${gone}`);
  assert.match(await said(kim, 'next'), /Story 7 .*Story 3 and 2 more/);
  assert.doesNotMatch(await said(kim, 'next'), /Story 2|Taken back/);

  await town.goesTo('2026-11-20T22:00:00Z');
  await until('Tokyo has had its own', async () => (await town.settles()).length === 1);
  town.clock.advance(60);
  // Tokyo has had them; London has not.
  assert.match(await said(kim, 'next'), /in 8 h 59 min Daily digest .* Story 7/);
  await town.goesTo('2026-11-21T07:00:00Z');
  await until('both have had theirs', async () => (await town.settles()).length === 2);
  town.clock.advance(60);
  assert.match(await said(kim, 'next'), /in 14 h 59 min Daily digest .* Nothing new for it yet/);
  await town.publishes({ headline: 'New since then' });
  assert.match(await said(kim, 'next'), /2 readers in all\. New since then/);

  const id = await town.alert({ ...STORM, undo_seconds: 300 });
  assert.match(await said(kim, 'next'), /in 5 min Storm closes the bridge Alert to the readers of Breaking news/);
  assert.ok((await kim.page('/console')).includes(`href="/console/alerts/${id}"`));
});

test('Home says what is wrong and what to do about it', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'editor');
  await town.imports('breaking', ['ann@example.org', 'bob@example.org']);
  await town.api('POST', '/sources', { url: await brokenFeed(t), name: 'The sports desk' });
  await town.polls();
  await says(
    kim,
    'troubles',
    /Source not read The sports desk Since Fri 20 Nov, 12:00 GMT \. Its articles do not come\..*answered 500/,
  );
  const id = await pausedAlert(town);
  assert.match(
    await said(kim, 'troubles'),
    /^[^.]* 1 thing needs somebody\. 2 more things are worth a look\. Paused Storm closes the bridge Somebody paused it\./,
  );
  assert.ok((await kim.page('/console')).includes(`href="/console/editions/${id}"`));
  await town.api('POST', `/editions/${id}/cancel`);

  town.relay.refuses('bob@example.org', '550 5.1.1 no such user');
  const failing = await town.alert(STORM);
  await town.reaches(failing, { audience: 2, accepted: 1, failed: 1 });
  await says(kim, 'troubles', /1 failed Storm closes the bridge More than usual was refused for good/);
  await says(kim, 'day', /Editions sent 1 Accepted 2 Failed 1/);
  assert.ok((await kim.page('/console')).includes(`href="/console/editions/${failing}?state=failed"`));

  await town.context.newsletters.changeSafety({ rehearsal: true, confirmAbove: 10_000 });
  assert.match(await said(kim, 'troubles'), /Rehearsal Only staff are mailed/);
});

test('with nothing wrong Home says so in one line', async (t) => {
  const town = await newsroom(t, { env: { SMTP_URL: '' } });
  const kim = await colleague(town, 'editor');
  assert.match(
    await said(kim, 'troubles'),
    /^ Is anything wrong\? All is well\. Mail goes out, sources are read, nothing is stuck\. Mail stays on this machine\./,
  );
  assert.match(await said(kim, 'troubles'), /1 worker running, the relay \( ?answers ?\), and the queue on Postgres\./);
});

test('without a worker, or a relay, Home says so, and what has not been opened is overdue', async (t) => {
  const town = await newsroom(t, { workers: 'elsewhere', env: { SMTP_URL: 'smtp://127.0.0.1:1' } });
  const kim = await colleague(town, 'editor');
  await town.imports('daily', ['ann@example.org']);
  town.clock.set('2026-11-21T07:02:00Z');
  await says(
    kim,
    'troubles',
    /3 things need somebody\..* No worker is running .* The relay does not answer .*127\.0\.0\.1:1.* Overdue Daily digest Since Sat 21 Nov, 07:00 GMT/,
  );
});

test('with its queue away Home still answers, and says so', async (t) => {
  const town = await newsroom(t, { queue: 'redis' });
  const kim = await colleague(town, 'editor');
  await town.redis?.stop();
  await says(kim, 'troubles', /1 thing needs somebody\..* The queue does not answer Nothing is lost/);
  await town.redis?.start();
  await says(kim, 'troubles', /Nothing is broken\./);
});

test('who came and who left since yesterday is counted, and days become a line', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'viewer');
  await town.imports('daily', ['old@example.org']);
  town.clock.advance(25 * 3600);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.reader('bob@example.org').subscribes(['daily', 'breaking']);
  await ann.unsubscribesByOneClick(ann.post.at(-1));
  assert.match(await said(kim, 'day'), /Joined 2 Left 1 /);
  await town.sweeps();
  await says(kim, 'growth', /Daily digest 2 readers, \d more than on 20 Nov As numbers 21 Nov 2 20 Nov \d/);
  assert.match(await kim.page('/console'), /<polyline points="0,\d+ 480,\d+"\/>/);
});

test('what others have written runs nowhere on Home', async (t) => {
  const town = await newsroom(t, { env: { UNDO_SECONDS: '60' } });
  const kim = await colleague(town, 'admin');
  for (const slug of ['daily', 'breaking']) await town.api('PATCH', `/newsletters/${slug}`, { name: HOSTILE });
  await town.imports('daily', ['ann@example.org']);
  await town.publishes({ headline: HOSTILE, url: 'https://post.example/hostile' });
  await town.api('POST', '/sources', { url: await brokenFeed(t), name: HOSTILE });
  await town.polls();
  await town.alert({ headline: HOSTILE, text: HOSTILE });
  await town.sweeps();
  await says(kim, 'troubles', /Source not read/);
  await says(kim, 'next', /Alert to the readers/);
  const page = await kim.page('/console');
  assert.equal(page.split('&lt;script&gt;alert(1)').length > 6, true, 'it is shown as it was written');
  assert.doesNotMatch(page, /<script>alert|<img src=x/);
});

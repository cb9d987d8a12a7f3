import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'cheerio';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom, onBothQueues } from '../support/newsroom.ts';
import { sentFrom } from '../support/page-form.ts';
import { linkIn, type Reader } from '../support/reader.ts';
import { until } from '../support/until.ts';

const CONFIRM = 'Please confirm your subscription';
const REMINDER = 'Your subscription is waiting for you';
const LINK = 'The link to your newsletters';
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

test('a link confirms what it was sent for, once; scanners and double clicks change nothing', async (t) => {
  const town = await newsroom(t);
  const ann = town.reader('ann@example.org');
  await ann.signsUp();
  const link = await ann.confirmLink();
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    for (let i = 0; i < 2; i += 1) await fetch(link, { method, headers: { Purpose: 'prefetch' } });
  assert.deepEqual(await town.states(ann.email), { daily: 'pending', breaking: 'pending' });

  const pressed = await Promise.all([1, 2, 3].map(() => fetch(link, { method: 'POST' })));
  for (const answer of pressed) {
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /You are subscribed/);
  }
  assert.equal((await consents(town)).filter((kind) => kind === 'confirmed').length, 2, 'one for each newsletter');
  await ann.unsubscribesByOneClick(ann.post[0]);
  await fetch(await town.leavingLink(ann), { method: 'POST' });
  const opened = await page(link);
  assert.equal(opened.status, 410, 'whoever has left is not told of a subscription');
});

test('an old link does not confirm what was asked for after it, and offers a new one', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes();
  const old = await ann.confirmLink();
  await fetch(await town.leavingLink(ann), { method: 'POST' });
  town.clock.advance(HOUR_S);
  await ann.signsUp({ newsletters: ['daily'] });
  await until('another confirmation has come', () => ann.post.length === 2);

  const over = await page(old);
  assert.equal(over.status, 410);
  assert.match(over.html, /Send me a new link/);
  assert.equal((await fetch(old, { method: 'POST' })).status, 410);
  assert.equal((await town.states(ann.email)).daily, 'pending');
  const fresh = linkIn(ann.post[1] as never, '/confirm/');
  assert.match(await (await fetch(fresh, { method: 'POST' })).text(), /You are subscribed/);
  assert.deepEqual(await town.states(ann.email), { daily: 'active', breaking: 'unsubscribed' });
  assert.match((await page(old)).html, /You are subscribed/);
});

test('a reader who is told of what they have, and then asks for more, gets the link to that', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  town.clock.advance(HOUR_S);
  await ann.signsUp({ newsletters: ['daily'] });
  await ann.receives('You are already subscribed');
  town.clock.advance(60);
  await ann.signsUp({ newsletters: ['breaking'] });
  await until('the link has come', () => ann.post.length === 3);
  await fetch(linkIn(ann.post[2] as never, '/confirm/'), { method: 'POST' });
  assert.deepEqual(await town.states(ann.email), { daily: 'active', breaking: 'active' });
});

test('an open page whose newsletters were left meanwhile confirms nothing, and shows what waits now', async (t) => {
  const town = await newsroom(t);
  const ann = town.reader('ann@example.org');
  await ann.signsUp({ newsletters: ['daily'] });
  const link = await ann.confirmLink();
  const pressed = await fetch(link, { method: 'POST', body: new URLSearchParams({ newsletters: 'breaking' }) });
  assert.match(await pressed.text(), /Confirm your subscription.*Daily digest/s);
  assert.deepEqual(await town.states(ann.email), { daily: 'pending' });
});

test('somebody who left before confirming, and came again, is confirmed by the new link alone', async (t) => {
  const town = await newsroom(t);
  const ann = town.reader('ann@example.org');
  await ann.signsUp();
  const old = await ann.confirmLink();
  town.clock.advance(60);
  await fetch(await town.leavingLink(ann), { method: 'POST' });
  await ann.signsUp();
  await until('another confirmation has come', () => ann.post.length === 2);
  await fetch(old, { method: 'POST' });
  assert.deepEqual(await town.states(ann.email), { daily: 'pending', breaking: 'pending' });
});

test('who came back and pressed twice while the mail was under way is confirmed by it', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes();
  await fetch(await town.leavingLink(ann), { method: 'POST' });
  town.clock.advance(HOUR_S);
  town.relay.stallsAt('DATA');
  await ann.signsUp({ newsletters: ['daily'] });
  await town.relay.stalled();
  town.clock.advance(1);
  await ann.signsUp({ newsletters: ['daily'] });
  town.relay.resumes();
  await until('another confirmation has come', () => ann.post.length === 2);
  const link = linkIn(ann.post[1] as never, '/confirm/');
  assert.match(await (await fetch(link, { method: 'POST' })).text(), /You are subscribed/);
  assert.deepEqual(await town.states(ann.email), { daily: 'active', breaking: 'unsubscribed' });
});

test('typed in twice while it waits, either mail confirms', async (t) => {
  const town = await newsroom(t);
  const ann = town.reader('ann@example.org');
  await ann.signsUp({ newsletters: ['daily'] });
  const first = await ann.confirmLink();
  town.clock.advance(HOUR_S);
  await ann.signsUp({ newsletters: ['breaking'] });
  await until('another confirmation has come', () => ann.post.length === 2);
  assert.match(await (await fetch(first, { method: 'POST' })).text(), /You are subscribed/);
  assert.deepEqual(await town.states(ann.email), { daily: 'active', breaking: 'active' });
});

test('the button confirms what its page named, and nothing that somebody asked for since', async (t) => {
  const town = await newsroom(t);
  const ann = town.reader('ann@example.org');
  await ann.signsUp({ newsletters: ['daily'] });
  const link = await ann.confirmLink();
  const { html } = await page(link);
  await ann.signsUp({ newsletters: ['breaking'] });
  await fetch(link, { method: 'POST', body: new URLSearchParams(sentFrom(html)) });
  assert.deepEqual(await town.states(ann.email), { daily: 'active', breaking: 'pending' });
});

test('a confirmation nobody could send for a day is not sent any more', async (t) => {
  const town = await newsroom(t);
  const ann = town.reader('ann@example.org');
  await ann.signsUp();
  await ann.confirmLink();
  const id = (await town.context.readers.idOf(ann.email)) ?? 0;
  town.clock.advance(HOUR_S);
  await town.context.readers.wantConfirmation(id, town.clock.now());
  town.clock.advance(DAY_S + 1);
  await until('it is not owed any more', async () => {
    await town.sweeps();
    return (await town.context.subscribers.owedConfirmations(town.clock.now(), 1)).length === 0;
  });
  assert.deepEqual(subjects(ann), [CONFIRM]);
});

test('a reminder is of the latest wish, and its row is closed before it leaves', async (t) => {
  const town = await newsroom(t);
  await asks(town, 'daily', { reminder: true });
  const ann = town.reader('ann@example.org');
  await ann.signsUp();
  await ann.confirmLink();
  await settled(town, 0);
  town.clock.advance(60);
  await fetch(await town.leavingLink(ann), { method: 'POST' });
  await ann.signsUp();
  await until('another confirmation has come', () => ann.post.length === 2);
  await settled(town, 0);
  town.clock.advance(DAY_S + 60);
  town.relay.stallsAt('RCPT');
  await town.sweeps();
  await town.relay.stalled();
  await until(
    'no reminder is owed',
    async () => (await town.context.optIn.owedMails(town.clock.now(), 9)).length === 0,
  );
  town.relay.resumes();
  await ann.receives(REMINDER);
  await settled(town);
  assert.deepEqual(subjects(ann), [CONFIRM, CONFIRM, REMINDER]);
});

test('a link of seven days ago sends a new one at one press, and says the same to whoever presses', async (t) => {
  const town = await newsroom(t);
  const ann = town.reader('ann@example.org');
  await ann.signsUp();
  const old = await ann.confirmLink();
  town.clock.advance(7 * DAY_S + 1);
  const over = await page(old);
  assert.equal(over.status, 410);
  const action = load(over.html)('main form').attr('action') ?? '';
  const answers = [];
  for (const path of [action, action, '/confirm/AAAA~AAAA/new-link', `${action.replace('~', '~x')}`]) {
    const answer = await fetch(new URL(path, town.url), { method: 'POST', redirect: 'manual' });
    answers.push([answer.status, answer.headers.get('Location')]);
  }
  assert.deepEqual(answers, Array(4).fill([303, '/confirm/sent']));
  await until('one new mail has come', () => ann.post.length === 2);
  const fresh = linkIn(ann.post[1] as never, '/confirm/');
  assert.match(await (await fetch(fresh, { method: 'POST' })).text(), /You are subscribed/);
  assert.equal(ann.post.length, 2, 'two presses, one mail');
  assert.equal((await fetch(`${town.url}${action}`, { redirect: 'manual' })).status, 404, 'opening it sends nothing');
});

test('the page after a sign-up leads back to the form, and knows nobody', async (t) => {
  const town = await newsroom(t);
  const { html } = await page(`${town.url}/forms/1/check-your-inbox`);
  const again = load(html)('main a').first().attr('href') ?? '';
  const form = await page(new URL(again, `${town.url}/forms/1/check-your-inbox`).href);
  assert.match(form.html, /Sign up to our daily news alerts/);
});

onBothQueues('a reminder comes once, a day later, to whoever has not answered', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await asks(town, 'daily', { reminder: true });
  const [ann, bob, cas, dan] = ['ann', 'bob', 'cas', 'dan'].map((name) => town.reader(`${name}@example.org`)) as Four;
  await ann.signsUp();
  await dan.signsUp({ newsletters: ['breaking'] });
  await cas.signsUp();
  await bob.subscribes(['daily']);
  await Promise.all([ann, cas, dan].map((one) => one.receives(CONFIRM)));
  const kim = await colleague(town, 'admin');
  await kim.post('/console/suppressions', { address: cas.email, reason: 'asked us to' });
  await settled(town, 0);

  town.clock.advance(DAY_S - 60);
  await town.sweeps();
  town.clock.advance(120);
  await town.sweeps();
  const mail = await ann.receives(REMINDER);
  await settled(town);
  for (let day = 0; day < 2; day += 1) {
    town.clock.advance(DAY_S);
    await ann.signsUp();
    await until('another confirmation has come', () => ann.post.length === 3 + day);
    await town.sweeps();
    await settled(town);
  }
  assert.deepEqual(subjects(ann), [CONFIRM, REMINDER, CONFIRM, CONFIRM]);
  for (const other of [bob, cas, dan]) assert.deepEqual(subjects(other), [CONFIRM], other.email);
  const pressed = await fetch(linkIn(mail, '/confirm/'), { method: 'POST' });
  assert.match(await pressed.text(), /You are subscribed/);
});

test('a welcome brings the latest edition, once for each confirmation, and a wiped queue loses none', async (t) => {
  const town = await newsroom(t);
  await asks(town, 'daily', { welcome: true });
  await town.imports('daily', ['early@example.org']);
  await town.publishes({ headline: 'Ferry pilots vote <now>' });
  await town.publishes({ headline: 'Library lends seeds' });
  await town.digestNow();
  await town.settles();

  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const mail = await ann.receives('Welcome to Daily digest');
  assert.match(mail.parsed.text ?? '', /Ferry pilots vote <now>/);
  assert.match(mail.parsed.text ?? '', /Library lends seeds/);
  assert.doesNotMatch(String(mail.parsed.html), /<now>/);
  assert.equal((await fetch(onTown(town, linkIn(mail, '/archive/')))).status, 200);
  assert.equal((await fetch(onTown(town, linkIn(mail, '/preferences/')))).status, 200);
  await fetch(await ann.confirmLink(), { method: 'POST' });
  const bob = await town.reader('bob@example.org').subscribes(['breaking']);
  await settled(town);
  assert.deepEqual(subjects(bob), [CONFIRM]);
  assert.deepEqual(subjects(ann), [CONFIRM, 'Welcome to Daily digest']);
  const confirmation = await ann.receives(CONFIRM);
  assert.doesNotMatch(confirmation.parsed.text ?? '', /Ferry/, 'no news before somebody has agreed to any');
});

test('a welcome does not tell what was withdrawn from the latest edition since', async (t) => {
  const town = await newsroom(t);
  await asks(town, 'daily', { welcome: true });
  await town.imports('daily', ['early@example.org']);
  await town.publishes({ headline: 'Library lends seeds' });
  town.clock.advance(60);
  const ferry = await town.publishes({ headline: 'Ferry pilots vote' });
  await town.digestNow();
  await town.settles();
  await town.api('DELETE', `/articles/${ferry}`);

  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const { parsed } = await ann.receives('Welcome to Daily digest');
  // Of one story that is left the edition's name is told, which was the lead's.
  assert.match(parsed.text ?? '', /THE LATEST EDITION\s+Daily digest\s/);
  assert.doesNotMatch(`${parsed.text} ${parsed.html}`, /Ferry pilots/);
});

test('reminder and welcome are ticked in the console and set over the API', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  const form = await kim.page('/console/newsletters/daily');
  await kim.post('/console/newsletters/daily', sentFrom(form, { reminder: 'yes', welcome: 'yes' }));
  const { body } = await town.api('GET', '/newsletters');
  const [daily] = body.items as { reminder: boolean; welcome: boolean }[];
  assert.deepEqual([daily?.reminder, daily?.welcome], [true, true]);
  const { status } = await town.api('PATCH', '/newsletters/daily', { welcome: 'perhaps' });
  assert.equal(status, 400);
});

onBothQueues(
  'whoever lost the link to their newsletters has it mailed, and a stranger learns nothing',
  async (t, queue) => {
    const town = await newsroom(t, { queue });
    const ann = await town.reader('ann@example.org').subscribes();
    const pending = town.reader('pending@example.org');
    await pending.signsUp();
    await pending.receives(CONFIRM);
    for (const [Accept, status] of [
      ['text/html', 303],
      ['application/json', 202],
    ] as const) {
      const answers = [];
      for (const email of [' ANN@example.org', pending.email, 'stranger@example.org', ann.email]) {
        const body = new URLSearchParams({ email });
        const answer = await fetch(`${town.url}/my-link`, {
          ...{ method: 'POST', body, redirect: 'manual', headers: { Accept } },
        });
        answers.push([answer.status, answer.headers.get('Location'), await answer.text()]);
      }
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
      assert.equal(answers[0]?.[0], status);
    }
    const mail = await ann.receives(LINK);
    assert.equal((await fetch(onTown(town, linkIn(mail, '/preferences/')))).status, 200);
    await pending.receives(LINK);
    await settled(town);
    assert.deepEqual(subjects(ann), [CONFIRM, LINK], 'asked for twice, mailed once');
    assert.equal(
      town.relay.mails.some(({ to }) => to === 'stranger@example.org'),
      false,
    );
    const { rows } = await town.context.pool.query('select from link_requests');
    assert.equal(rows.length, 0, 'whoever asked is not remembered');

    town.clock.advance(HOUR_S);
    await fetch(`${town.url}/my-link`, { method: 'POST', body: new URLSearchParams({ email: ann.email }) });
    await until('it has come again', () => ann.post.length === 3);
  },
);

test('a link that is not whole says where to get another; what is no address says so', async (t) => {
  const town = await newsroom(t);
  for (const path of ['/preferences/x', '/confirm/x', '/unsubscribe/x', '/change-of-address/x', '/keep-address/x']) {
    const { status, html } = await page(`${town.url}${path}`);
    assert.equal(status, 404, path);
    assert.equal(load(html)('main a').attr('href'), '/my-link', path);
  }
  for (const email of ['', 'ann', '"><script>alert(1)</script>']) {
    const answer = await fetch(`${town.url}/my-link`, {
      ...{ method: 'POST', body: new URLSearchParams({ email }), headers: { Accept: 'text/html' } },
    });
    assert.equal(answer.status, 400);
    const shown = load(await answer.text());
    assert.equal(shown('#email').val(), email);
    assert.equal(shown('script').length, 0);
  }
  const twice = new URLSearchParams([
    ['email', 'a@example.org'],
    ['email', 'b@example.org'],
  ]);
  assert.equal((await fetch(`${town.url}/my-link`, { method: 'POST', body: twice })).status, 400);
});

type Four = [Reader, Reader, Reader, Reader];

const subjects = (reader: Reader) => reader.post.map(({ parsed }) => parsed.subject);

/** Mails carry the public address; the test's own server answers for it. */
const onTown = (town: Newsroom, url: string): URL => new URL(new URL(url).pathname, town.url);

async function page(url: string): Promise<{ status: number; html: string }> {
  const answer = await fetch(url, { headers: { Accept: 'text/html' } });
  return { status: answer.status, html: await answer.text() };
}

async function asks(town: Newsroom, newsletter: string, change: object): Promise<void> {
  const { status } = await town.api('PATCH', `/newsletters/${newsletter}`, change);
  assert.equal(status, 200);
}

async function consents(town: Newsroom): Promise<string[]> {
  const { rows } = await town.context.pool.query('select kind from consent_events order by id');
  return rows.map(({ kind }) => kind);
}

/** Waits until nothing that is due is owed any more. */
async function settled(town: Newsroom, patienceS = 16): Promise<void> {
  town.clock.advance(patienceS);
  await until('no mail is owed', async () => {
    const now = town.clock.now();
    const owed = await Promise.all([town.context.optIn.owedMails(now, 10), town.context.optIn.waitingLinks(now, 10)]);
    if (owed.flat().length > 0) await town.sweeps();
    return owed.flat().length === 0;
  });
}

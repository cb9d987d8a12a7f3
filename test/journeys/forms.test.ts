import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'cheerio';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { sentFrom, shownIn } from '../support/page-form.ts';

const HOSTILE = '"><script>alert(1)</script>{{ form }}';
const LINK = { consent_link_text: 'Privacy policy', consent_link_url: 'https://post.example/privacy' };

/** Form 1 with everything a form may hold. */
async function fullForm(town: Newsroom, change: object = {}): Promise<void> {
  await town.publishes({ headline: 'Ferry pilots vote', topics: ['politics', 'sport', 'weather'] });
  const success = { success_title: 'One more step', success_text: 'Look into your mail.' };
  const full = { name_field: 'optional', topics: ['sport', 'politics'], ...LINK, ...success, ...change };
  const { status, body } = await town.api('PATCH', '/forms/1', full);
  assert.equal(status, 200, JSON.stringify(body));
}

const inBrowser = (town: Newsroom, fields: [string, string][]) =>
  fetch(`${town.url}/forms/1/sign-ups`, {
    method: 'POST',
    headers: { Accept: 'text/html', Origin: 'https://post.example' },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });

test('what a form asks is kept with the reader, and what it said is kept by its version', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  await fullForm(town);
  const page = await (await fetch(`${town.url}/forms/1`)).text();
  assert.match(page, /<a href="https:\/\/post\.example\/privacy"[^>]*>Privacy policy<\/a>/);
  assert.match(page, /value="sport".*value="politics"/s, 'in the order given');

  const sent = sentFrom(page, { email: 'ann@example.org', name: ' Ann O’Hara ', topics: 'sport' });
  const answer = await inBrowser(town, sent);
  assert.equal(answer.status, 303);
  const next = await (await fetch(new URL(answer.headers.get('Location') ?? '', town.url))).text();
  assert.match(next, /<h1[^>]*>One more step<.*Look into your mail\./s);

  await fullForm(town, { title: 'Other words' });
  const reader = await kim.page('/console/readers/1');
  assert.match(reader, /Ann O’Hara.*sport.*Privacy policy: https:\/\/post\.example\/privacy/is);
  const versions = load(await kim.page('/console/forms/1'))('#versions tbody tr');
  assert.deepEqual(
    versions.get().map((row) => load(row)('td').first().text()),
    ['3', '2', '1'],
  );
  const link = load(reader)('a[href*="#version-"]').attr('href') ?? '';
  assert.equal(link, '/console/forms/1#version-2');
  assert.match(load(await kim.page(link))('#version-2').text(), /Sign up to our daily news alerts.*Privacy policy/s);
});

test('a name is kept only where the form asks for one, and no stranger changes a reader’s', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  const ann = town.reader('ann@example.org');
  await ann.signsUp({ name: 'Unasked' });
  assert.doesNotMatch(await kim.page('/console/readers/1'), /Unasked/);
  await fullForm(town);
  assert.equal((await town.reader('bob@example.org').signsUp({ name: HOSTILE })).status, 202);
  await ann.signsUp({ name: 'Ann' });
  await fetch(await ann.confirmLink(), { method: 'POST' });
  assert.equal((await ann.signsUp({ name: 'Somebody else' })).status, 202);
  assert.match(await kim.page('/console/readers/1'), /Ann</);
  for (const name of ['a\nb', 'x'.repeat(101), ['a', 'b']]) assert.equal((await ann.signsUp({ name })).status, 400);
  assert.doesNotMatch(await kim.page('/console/readers/2'), /<script>alert/);
});

test('no stranger changes what a reader’s mail is about', async (t) => {
  const town = await newsroom(t);
  await fullForm(town);
  const ann = town.reader('ann@example.org');
  await ann.signsUp({ newsletters: ['daily'], topics: ['sport'] });
  await fetch(await ann.confirmLink(), { method: 'POST' });
  assert.equal((await ann.signsUp({ newsletters: ['daily'], topics: ['politics'] })).status, 202);
  const reader = await town.context.subscribers.byId((await town.context.readers.idOf(ann.email)) ?? 0);
  assert.deepEqual(
    reader?.subscriptions.map(({ state, topics }) => [state, ...topics.map(({ slug }) => slug)]),
    [['active', 'sport']],
  );
});

test('a topic that the form does not offer is refused in words, and what was typed stays', async (t) => {
  const town = await newsroom(t);
  await fullForm(town);
  const page = await (await fetch(`${town.url}/forms/1`)).text();
  const answer = await inBrowser(
    town,
    sentFrom(page, { email: 'ann@example.org', name: 'Ann', topics: ['sport', 'weather'] }),
  );
  assert.equal(answer.status, 400);
  const again = await answer.text();
  assert.match(shownIn(again, '#form-1-topics-error'), /does not offer that topic/);
  assert.equal(shownIn(again, '#form-1-name'), 'Ann');
  assert.match(again, /value="sport" checked/);
  assert.equal((await town.reader('ann@example.org').signsUp({ topics: ['weather'] })).status, 400);
});

test('the plain HTML for pages without scripts signs up from where it was pasted', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  await fullForm(town, { title: HOSTILE, newsletters: ['daily', 'breaking'] });
  const html = shownIn(await kim.page('/console/forms/1'), '#plain');
  const pasted = load(html);
  assert.deepEqual([pasted('script').length, pasted('h2').text()], [0, HOSTILE]);
  assert.equal(pasted('form').attr('action'), `${town.url}/forms/1/sign-ups`);
  const answer = await inBrowser(
    town,
    sentFrom(`<main>${html}</main>`, { email: 'ann@example.org', name: 'Ann', newsletters: 'daily' }),
  );
  assert.deepEqual([answer.status, answer.headers.get('Location')], [303, '/forms/1/check-your-inbox']);
  assert.deepEqual(await town.states('ann@example.org'), { daily: 'pending' });
});

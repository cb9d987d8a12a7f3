import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'cheerio';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { sentFrom } from '../support/page-form.ts';
import { linkIn } from '../support/reader.ts';

const asBrowser = { Accept: 'text/html' };
const KEY = /\b(preferences|leaving|my-link|address|my-data|problem)\.[a-z-]+/;
const ENGLISH = /\b(the|your|nothing|you|everything)\b/i;

async function page(url: string, options: RequestInit = {}) {
  const answer = await fetch(url, { headers: asBrowser, ...options });
  const html = await answer.text();
  const $ = load(html);
  $('option, input').remove();
  assert.doesNotMatch($('body').text(), KEY, 'no key is left over');
  const { lang, dir } = $('html').attr() ?? {};
  return { status: answer.status, html, lang, dir, headline: $('h1').text(), text: $('main').text() };
}

const post = (url: string, fields: Record<string, string> | [string, string][]) =>
  page(url, { method: 'POST', body: new URLSearchParams(fields) });

const preferencesOf = async ({ url, context }: Newsroom, email: string): Promise<string> =>
  `${url}/preferences/${context.tokens.seal('preferences', [(await context.readers.idOf(email)) ?? 0])}`;

test('a reader chooses a language: page, mails and record follow, before what the newsletter speaks', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.api('PATCH', '/newsletters/daily', { language: 'fr' });
  const own = await preferencesOf(town, ann.email);
  const before = await page(own);
  assert.deepEqual([before.lang, before.headline], ['fr', 'Ce que vous recevez, et quand']);
  assert.match(before.html, /chaque jour<.*une fois par semaine, le lundi</);

  const saved = await post(own, sentFrom(before.html, { language: 'uk' }));
  assert.deepEqual([saved.status, saved.lang, saved.headline], [200, 'uk', 'Що і коли ви отримуєте']);
  assert.match(saved.text, /Збережено/);
  assert.equal(
    (await town.api('GET', `/subscribers/${await town.context.readers.idOf(ann.email)}`)).body.language,
    'uk',
  );
  const data = JSON.parse((await (await fetch(`${own}/my-data.json`)).text()) as string);
  assert.equal(data.reader.language, 'uk');
  assert.ok(
    data.consents.some(({ wording }: { wording: string }) => wording === 'In українська'),
    'it is written down',
  );

  const wrong = await post(own, { newsletters: 'daily', language: 'tlh' });
  assert.deepEqual([wrong.status, wrong.lang], [400, 'uk']);
  assert.match(wrong.text, /виберіть мову зі списку/);

  await fetch(`${town.url}/my-link`, { method: 'POST', body: new URLSearchParams({ email: ann.email }) });
  const mail = await ann.receives('Посилання на ваші розсилки');
  assert.equal(load(mail.parsed.html || '')('html').attr('lang'), 'uk');

  const back = await post(own, { newsletters: 'daily', language: '' });
  assert.equal(back.lang, 'fr', 'the newsletter’s own again');
});

test('every page behind a reader’s links speaks Arabic to who chose it, from right to left', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily', 'breaking']);
  const own = await preferencesOf(town, ann.email);
  await post(own, sentFrom((await page(own)).html, { language: 'ar' }));
  const leave = await town.leavingLink(ann);
  const pages = [
    await page(own),
    await post(own, { act: 'pause', pause_until: '2020-01-01' }),
    await page(`${own}/address`),
    await post(`${own}/address`, { email: ann.email }),
    await page(`${own}/erase`),
    await page(leave),
    await post(leave, { choice: 'pause', for: 'date', date: 'soon' }),
    await post(leave, { choice: 'less' }),
    await post(leave, { choice: 'pause', for: 'month' }),
    await page(leave),
    await post(leave, { choice: 'this' }),
    await page(leave),
    await post(leave, { choice: 'why', reason: 'other', goodbye: '1' }),
    await post(leave, { choice: 'undo' }),
  ];
  for (const { lang, dir, text } of pages) {
    assert.deepEqual([lang, dir], ['ar', 'rtl']);
    const words = text.replace(/Daily digest|Breaking news|Every morning.*|The moment.*|The Daybreak Post|London/g, '');
    assert.doesNotMatch(words, ENGLISH);
  }
});

test('where nobody is known, the newsroom’s own language is spoken', async (t) => {
  const town = await newsroom(t);
  await town.context.newsletters.changeBrand({ locale: 'fr-CA' });
  const lost = await post(`${town.url}/my-link`, { email: 'nobody' });
  assert.deepEqual([lost.status, lost.lang], [400, 'fr-CA']);
  assert.match(lost.text, /Vous avez perdu le lien.*Cela ne ressemble pas/s);
  const broken = await page(`${town.url}/preferences/none`);
  assert.match(broken.text, /Ce lien|lien/);
});

test('a change of address, and the last page of all, speak the language of the reader', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const own = await preferencesOf(town, ann.email);
  await post(own, sentFrom((await page(own)).html, { language: 'fr' }));
  await post(`${own}/address`, { email: 'ann@work.example' });
  const toNew = await town.reader('ann@work.example').receives('Veuillez confirmer votre nouvelle adresse');
  const toOld = await ann.receives('Votre adresse est sur le point de changer');
  const here = (link: string) => town.url + new URL(link).pathname;
  const [move, keep] = [here(linkIn(toNew, '/change-of-address/')), here(linkIn(toOld, '/keep-address/'))];
  const pages = [await page(move), await post(move, {}), await page(keep), await post(keep, {})];
  const over = await page(move);
  assert.equal(over.status, 410);
  assert.match(over.text, /changement d’adresse/);
  const gone = await post(`${own}/erase`, {});
  assert.equal(gone.status, 200);
  for (const { lang, text } of [...pages, over, gone]) {
    assert.equal(lang, 'fr');
    assert.doesNotMatch(text.replaceAll('The Daybreak Post', ''), ENGLISH);
  }
  const forged = await page(`${town.url}/preferences/erased?language=tlh`);
  assert.deepEqual([forged.status, forged.lang], [200, 'en'], 'what is no language of ours is none');
  const told = await fetch(move, { headers: { Accept: 'application/json' } });
  assert.match(await told.text(), /"detail":"[A-Z][a-z ]+/, 'programs are told in English');
});

test('what comes in another year says in which', async (t) => {
  const town = await newsroom(t, { now: '2026-11-20T12:00:00Z' });
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const own = await preferencesOf(town, ann.email);
  assert.match((await page(own)).text, /Your next one: Saturday 21 November, 07:00/);
  const paused = await post(own, { act: 'pause', pause_until: '2027-11-20' });
  assert.match(paused.text, /Your next one: Saturday, 20 November 2027, 07:00/);
});

test('a language goes along from one newsroom to the next, and staff see it', async (t) => {
  const town = await newsroom(t);
  const csv = 'email,language\nann@example.org,uk\nbob@example.org,fr-CA\ncy@example.org,tlh\ndi@example.org,\n';
  const to = '/subscribers/import?newsletter=daily&consent=the+old+list';
  const type = { 'Content-Type': 'text/csv' };
  const report = await town.api('POST', to, csv, type);
  assert.deepEqual([report.body.imported, report.body.rejected], [4, 0]);
  const exported = await town.command('subscribers', 'export');
  const other = await newsroom(t);
  await other.api('POST', to, exported, type);
  const spoken = async (one: Newsroom, email: string) =>
    (await one.api('GET', `/subscribers/${await one.context.readers.idOf(email)}`)).body.language;
  for (const one of [town, other])
    assert.deepEqual(await Promise.all(['ann', 'bob', 'cy', 'di'].map((name) => spoken(one, `${name}@example.org`))), [
      'uk',
      'fr',
      null,
      null,
    ]);
  // A file is no wish: it changes nothing of a reader who is here.
  await town.api('POST', to, 'email,language\nann@example.org,ar\n', type);
  assert.equal(await spoken(town, 'ann@example.org'), 'uk');

  const viewer = await colleague(town, 'viewer');
  const seen = async (email: string) => viewer.page(`/console/readers/${await town.context.readers.idOf(email)}`);
  assert.match(await seen('ann@example.org'), /Spoken to in Ukrainian/);
  assert.match(await seen('di@example.org'), /Spoken to in each newsletter’s language/);
});

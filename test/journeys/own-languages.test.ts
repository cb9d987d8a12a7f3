import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'cheerio';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { sentFrom } from '../support/page-form.ts';

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
  await town.context.newsletters.changeBrand({ ...(await town.context.newsletters.brand()), locale: 'fr-CA' });
  const lost = await post(`${town.url}/my-link`, { email: 'nobody' });
  assert.deepEqual([lost.status, lost.lang], [400, 'fr-CA']);
  assert.match(lost.text, /Vous avez perdu le lien.*Cela ne ressemble pas/s);
  const broken = await page(`${town.url}/preferences/none`);
  assert.match(broken.text, /Ce lien|lien/);
});

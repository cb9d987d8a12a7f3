import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'cheerio';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { sentFrom, shownIn } from '../support/page-form.ts';
import { linkIn } from '../support/reader.ts';
import { until } from '../support/until.ts';

const asBrowser = { Accept: 'text/html' };
const asProgram = { Accept: 'application/json', 'Content-Type': 'application/json' };
const KEY = /\b(form|problem|embed)\.[a-z-]+/;

async function speaks(town: Newsroom, newsletter: string, language: string): Promise<void> {
  const { status } = await town.api('PATCH', `/newsletters/${newsletter}`, { language });
  assert.equal(status, 200);
}

/** A page's language and direction, its headline, and all it says. */
async function page(town: Newsroom, path: string, options: RequestInit = {}) {
  const answer = await fetch(new URL(path, town.url), { headers: asBrowser, ...options });
  const html = await answer.text();
  const $ = load(html);
  assert.doesNotMatch($('body').text(), KEY, 'no key is left over');
  const { lang, dir } = $('html').attr() ?? {};
  return { url: answer.url, html, lang, dir, headline: $('h1').text(), text: $('main').text() };
}

const post = (town: Newsroom, body: unknown, headers: Record<string, string> = {}, form = 1) =>
  fetch(`${town.url}/forms/${form}/sign-ups`, {
    method: 'POST',
    headers: { ...asProgram, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

test('a form speaks the language of the first newsletter it offers', async (t) => {
  const town = await newsroom(t);
  await speaks(town, 'daily', 'fr');
  await town.api('PATCH', '/forms/1', { name_field: 'optional' });
  const form = await page(town, '/forms/1');
  assert.deepEqual([form.lang, form.dir], ['fr', 'ltr']);
  for (const words of ['Que souhaitez-vous recevoir', 'Votre nom (facultatif)', 'Votre adresse e-mail', 'Envoyé à'])
    assert.ok(form.text.includes(words), words);
  assert.doesNotMatch(form.text, /Your|What would|Already/);

  const refused = await page(town, '/forms/1/sign-ups', {
    method: 'POST',
    body: new URLSearchParams(sentFrom(form.html, { email: 'ann', newsletters: '', name: 'x'.repeat(101) })),
  });
  assert.equal(refused.lang, 'fr');
  assert.match(shownIn(refused.html, '#form-1-email-error'), /^Cela ne ressemble pas à une adresse/);
  assert.match(shownIn(refused.html, '#form-1-name-error'), /^Veuillez indiquer votre nom/);
  const asked = sentFrom(form.html, { email: 'ann@gmial.com' });
  const mistyped = await page(town, '/forms/1/sign-ups', { method: 'POST', body: new URLSearchParams(asked) });
  assert.match(mistyped.text, /Vouliez-vous dire ann@gmail\.com\s\?.*Utiliser ann@gmail\.com.*Non, elle est correcte/s);

  const sent = await page(town, '/forms/1/check-your-inbox');
  assert.equal(sent.lang, 'fr');
  assert.match(sent.text, /Le message vient de The Daybreak Post/);
  assert.equal((await page(town, '/')).lang, 'fr', 'the front page is about this form');

  const kim = await colleague(town, 'admin');
  const console = await kim.page('/console/forms/1');
  assert.match(load(console)('html').attr('lang') ?? '', /^en/);
  const pasted = load(shownIn(console, '#plain'));
  assert.deepEqual([pasted('form').attr('lang'), pasted('form').attr('dir')], ['fr', 'ltr']);
  assert.match(pasted('form').text(), /Votre adresse e-mail/);

  const second = await town.api('POST', '/forms', {
    title: 'x',
    consent_text: 'x',
    newsletters: ['breaking', 'daily'],
  });
  assert.match((await page(town, `/forms/${second.body.id}`)).text, /Your email address/);
});

test('programs that sign somebody up are told what is wrong in the form’s language, in words', async (t) => {
  const town = await newsroom(t);
  await speaks(town, 'daily', 'uk');
  const form = (await (await fetch(`${town.url}/forms/1`, { headers: asProgram })).json()) as {
    words: Record<string, string>;
  };
  assert.partialDeepStrictEqual(form, { language: 'uk', dir: 'ltr', words: { email: 'Ваша електронна адреса' } });
  assert.ok(Object.values(form.words).every((words) => /\p{Script=Cyrillic}/u.test(words)));

  const email = 'ann@example.org';
  const cases: [body: unknown, words: RegExp, headers?: Record<string, string>][] = [
    [{}, /^Будь ласка, введіть/],
    [{ email: 'ann' }, /^Це не схоже на електронну адресу/],
    [{ email, newsletters: [] }, /^Будь ласка, виберіть принаймні одну/],
    [{ email, newsletters: ['weekly'] }, /не пропонує такої розсилки/],
    [{ email, topics: ['chess'] }, /^Такої теми немає/],
    [{ email, name: 'a\nb' }, /одним коротким рядком/],
    [{ email, time_zone: 'Mars' }, /^Це не часовий пояс/],
    [{ email: `${'x'.repeat(40_000)}` }, /більший, ніж приймає/],
  ];
  for (const [body, words] of cases) {
    const answer = await post(town, body);
    const problem = (await answer.json()) as { title: string; detail: string; errors?: Record<string, string>[] };
    assert.match(problem.errors?.[0]?.message ?? problem.detail, words);
    assert.match(problem.title, /\p{Script=Cyrillic}/u);
    assert.doesNotMatch(JSON.stringify(problem), KEY);
    for (const error of problem.errors ?? []) assert.deepEqual(Object.keys(error), ['field', 'message']);
  }
  await town.context.pool.query(
    "update forms set allowed_origins = '{https://post.example}', proof_of_work = 'always'",
  );
  await town.api('PATCH', '/forms/1', { title: 'Новини' });
  const elsewhere = await post(town, { email }, { Origin: 'https://elsewhere.example' });
  assert.match(await elsewhere.text(), /не можна використовувати на тому сайті/);
  assert.match(await (await post(town, { email })).text(), /Нам довелося перевірити ретельніше/);

  const gone = await post(town, { email }, { Origin: 'https://elsewhere.example' }, 99);
  assert.deepEqual([gone.status, gone.headers.get('Access-Control-Allow-Origin')], [404, 'https://elsewhere.example']);
  assert.match(await gone.text(), /no longer offered/, 'the newsroom’s own language');
});

test('what a reader chose goes before what the newsletter speaks, from the first link on', async (t) => {
  const town = await newsroom(t);
  await speaks(town, 'daily', 'fr');
  const [ann, bob] = [town.reader('ann@example.org'), town.reader('bob@example.org')];
  await ann.signsUp({ time_zone: 'Europe/Kyiv' });
  await bob.signsUp();
  await town.context.pool.query("update subscribers set language = 'uk' where email = 'ann@example.org'");
  const linkOf = async (reader: typeof ann) =>
    linkIn(await until('the mail has come', () => reader.post[0]), '/confirm/');
  const [anns, bobs] = [await linkOf(ann), await linkOf(bob)];

  assert.equal((await page(town, bobs)).headline, 'Confirmez votre abonnement');
  assert.equal((await page(town, anns)).headline, 'Підтвердьте підписку');
  const done = await page(town, anns, { method: 'POST' });
  assert.deepEqual([done.lang, done.headline], ['uk', 'Підписку підтверджено']);
  assert.match(done.text, /субота, 21 листопада, 07:00, за часом Kyiv/);

  town.clock.advance(8 * 86_400);
  const over = await page(town, bobs);
  assert.deepEqual([over.lang, over.headline], ['fr', 'Ce lien a expiré']);
  const sent = await page(town, load(over.html)('main form').attr('action') ?? '', { method: 'POST' });
  assert.deepEqual([sent.lang, sent.headline], ['fr', 'Consultez votre boîte de réception']);
  for (const query of ['?language=xx', '?language="><script>', '?language=fr&language=uk'])
    assert.match((await page(town, `/confirm/sent${query}`)).lang ?? '', /^en/);
});

test('what goes wrong is told in the newsroom’s language to readers, in English to programs and staff', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  await town.context.newsletters.changeBrand({ locale: 'ar' });
  for (const [path, words] of [
    ['/nowhere', 'لا توجد صفحة كهذه.'],
    ['/archive/daily/99', 'لا يوجد عدد كهذا.'],
    ['/forms/99', 'لم يعد نموذج الاشتراك هذا متاحًا.'],
    ['/confirm/AAAA~AAAA', 'هذا الرابط غير مكتمل.'],
    ['/forms/%ff', 'صيغة العنوان غير صحيحة.'],
  ] as const) {
    const wrong = await page(town, path);
    assert.deepEqual([wrong.lang, wrong.dir], ['ar', 'rtl'], path);
    assert.ok(wrong.text.includes(words), wrong.text);
    assert.doesNotMatch(wrong.text, /[A-Za-z]/, path);
  }
  const json = await (await fetch(`${town.url}/nowhere`, { headers: asProgram })).json();
  assert.partialDeepStrictEqual(json, { title: 'Not found', detail: 'There is no such page.' });
  assert.partialDeepStrictEqual((await town.api('GET', '/editions/99')).body, { detail: 'There is no such edition.' });
  const inside = await (await kim.get('/console/editions/99')).text();
  assert.equal(load(inside)('html').attr('lang'), 'en');
  assert.match(inside, /Error 404.*Not found.*There is no such edition\..*Back to the console/s);
});

test('the archive names each edition in the language of its newsletter', async (t) => {
  const town = await newsroom(t);
  await speaks(town, 'daily', 'fr');
  await town.reader('ann@example.org').signsUp({ newsletters: ['daily'] });
  await town.imports('daily', ['bob@example.org']);
  await town.publishes({ headline: 'Les pilotes votent' });
  await town.digestNow();
  await town.settles();
  const { html, lang, headline } = await page(town, '/archive');
  assert.match(lang ?? '', /^en/);
  assert.equal(headline, 'Past editions');
  const row = load(html)('main li');
  assert.equal(row.attr('lang'), 'fr');
  assert.match(row.text(), /Les pilotes votent.*vendredi 20 novembre/s);
  assert.match(await (await fetch(`${town.url}/archive/feed.xml`)).text(), /<entry xml:lang="fr">/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'cheerio';
import { simpleParser } from 'mailparser';
import { type Colleague, colleague } from '../support/colleague.ts';
import { newsroom } from '../support/newsroom.ts';

const breakfast = '2026-11-21T07:00:00Z';
const SCRIPT = '"><script>alert(1)</script>';

/** What the frame of a page shows. */
async function framed(who: Colleague, place: string): Promise<{ mail: string; headers: Headers }> {
  const src = load(await who.page(place))('iframe').attr('src') ?? '';
  const answer = await who.get(src);
  return { mail: await answer.text(), headers: answer.headers };
}

test('staff see what each reader gets next, and what they were sent, whatever it is read with', async (t) => {
  const town = await newsroom(t);
  await town.publishes({ headline: 'Rowers win', topics: ['sport'] });
  await town.publishes({ headline: 'Ferry pilots vote', topics: ['harbour'] });
  await town.api('PATCH', '/forms/1', { topics: ['harbour'] });
  const ann = town.reader('ann@example.org');
  await ann.signsUp({ newsletters: ['daily'], topics: ['harbour'], time_zone: 'Europe/Berlin' });
  await fetch(await ann.confirmLink(), { method: 'POST' });
  await town.reader('bob@example.org').subscribes(['daily']);
  const eve = await colleague(town, 'viewer');

  const most = await framed(eve, '/console/previews');
  assert.match(most.mail, /Rowers win.*/s);
  assert.match(most.mail, /Ferry pilots vote/);
  const found = await eve.get(
    `/console/previews?newsletter=daily&look=desktop&address=${encodeURIComponent('Ann@Example.org')}`,
  );
  const place = found.headers.get('Location') ?? '';
  assert.match(place, /^\/console\/previews\?newsletter=daily&reader=\d+&look=desktop$/);
  const page = load(await eve.page(place));
  assert.match(page('main').text(), /The next one\s+for ann@example\.org/);
  assert.match(page('main').text(), /06:00 GMT.*which is .*07:00 CET in Berlin/s);
  const next = await framed(eve, place);
  assert.match(next.mail, /Ferry pilots vote/);
  assert.doesNotMatch(next.mail, /Rowers win|%%/);

  await town.goesTo(breakfast);
  const mail = await ann.receives('Ferry pilots vote');
  await town.settles();
  const past = load(await eve.page(place))('.past a').first();
  assert.equal(past.text(), 'Ferry pilots vote');
  const sent = (past.attr('href') ?? '').replace('&look=desktop', '');
  assert.match((await framed(eve, sent)).mail, /Ferry pilots vote/);
  assert.match(load(await eve.page(place))('main').text(), /nothing new for this reader yet/);

  const text = await framed(eve, `${sent}&look=text`);
  assert.match(text.headers.get('Content-Type') ?? '', /^text\/plain/);
  assert.match(text.mail, /Ferry pilots vote/);
  const source = await simpleParser((await framed(eve, `${sent}&look=source`)).mail);
  assert.equal(source.subject, mail.parsed.subject);
  assert.equal(source.html && load(source.html)('h2').length, load(String(mail.parsed.html))('h2').length);
  const headers = load(await eve.page(`${sent}&look=headers`));
  const named = headers('tbody tr td:first-child')
    .get()
    .map((e) => headers(e).text());
  for (const { key } of mail.parsed.headerLines.filter(({ key }) => !/^(received|delivered)/.test(key)))
    assert.ok(named.map((name) => name.toLowerCase()).includes(key), key);
});

test('nothing that a preview shows lets anybody act as the reader, and looking changes nothing', async (t) => {
  const town = await newsroom(t);
  const article = await town.publishes({ headline: 'Ferry pilots vote' });
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.goesTo(breakfast);
  const mail = await ann.receives('Ferry pilots vote');
  await town.settles();
  const keys = [
    ...`${mail.parsed.text}${mail.parsed.headerLines.map(({ line }) => line).join('')}`.matchAll(/[\w.-]+~[\w-]{22}/g),
  ];
  assert.ok(keys.length >= 2);
  const eve = await colleague(town, 'viewer');
  const [edition] = await town.editions();
  const stored = async () =>
    (await town.context.pool.query('select html, body_text, revisions from edition_variants')).rows;
  const before = await stored();
  await town.api('PATCH', `/articles/${article}`, { headline: 'Ferry pilots do not vote' });
  await town.api('DELETE', `/articles/${article}`);
  const place = `/console/previews?newsletter=daily&reader=1&edition=${edition?.id}`;
  for (const look of ['phone', 'desktop', 'text', 'headers', 'source']) {
    const page = await eve.page(`${place}&look=${look}`);
    const shown = look === 'headers' ? page : (await framed(eve, `${place}&look=${look}`)).mail;
    for (const [key] of keys) assert.ok(!(page + shown.replaceAll('=\r\n', '')).includes(key), `${look} shows ${key}`);
    assert.doesNotMatch(page + shown, /bounce\+|%%[a-z_]+%%/);
    if (look !== 'headers') assert.match(shown, /Ferry pilots vote/, 'as it was sent');
  }
  assert.deepEqual(await stored(), before);
});

test('a mail is shown by day, by night and without pictures, and can do nothing', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', ['ann@example.org']);
  await town.api('POST', '/articles', {
    ...{ url: 'https://post.example/f', headline: SCRIPT, image_url: 'https://post.example/f.jpg', image_alt: SCRIPT },
  });
  const eve = await colleague(town, 'viewer');
  const light = await framed(eve, '/console/previews?look=phone');
  const dark = await framed(eve, '/console/previews?look=desktop&dark=yes&pictures=no');
  assert.match(light.mail, /@media not all/);
  assert.match(dark.mail, /@media all/);
  assert.doesNotMatch(light.mail + dark.mail, /<script|prefers-color-scheme: ?dark/);
  const policy = (headers: Headers) => headers.get('Content-Security-Policy') ?? '';
  assert.match(
    policy(light.headers),
    /default-src 'none';.*img-src 'self' https: data:;.*form-action 'none'.*sandbox$/,
  );
  assert.match(policy(dark.headers), /img-src 'none';/);
  const page = await eve.page('/console/previews?look=desktop&dark=yes&pictures=no');
  assert.doesNotMatch(page, /<script>alert/);
  const current = load(page)('.looks [aria-current]')
    .get()
    .map((e) => load(page)(e).text());
  assert.deepEqual(current, ['Desktop', 'Dark', 'Off']);
});

test('where there is no mail to look at, the page says why', async (t) => {
  const town = await newsroom(t);
  const eve = await colleague(town, 'viewer');
  const says = async (query: string) =>
    load(await eve.page(`/console/previews${query}`))('main')
      .text()
      .replace(/\s+/g, ' ');
  assert.match(await says(''), /Nobody is due.*Nothing yet/);
  assert.match(await says('?newsletter=breaking'), /Alerts have no timetable/);
  const ann = town.reader('ann@example.org');
  await ann.signsUp({ newsletters: ['daily'] });
  await ann.confirmLink();
  assert.match(await says('?reader=1'), /have not confirmed/);
  assert.match(await says('?reader=1&newsletter=breaking'), /Alerts have no timetable/);
  await fetch(await ann.confirmLink(), { method: 'POST' });
  assert.match(await says('?reader=1'), /nothing new for this reader/);
  await town.goesTo(breakfast);
  await town.moveOn('daily', '2026-11-22T07:00:00Z');
  await town.settles();
  assert.match(await says('?reader=1'), /skipped: nothing new/);
  const [edition] = await town.editions();
  assert.match(await says(`?reader=1&edition=${edition?.id}`), /They were sent no mail of this edition/);
  assert.match(await says(`?edition=${edition?.id}`), /It has no mail/);
  await town.api('PATCH', '/newsletters/daily', { min_articles: 3 });
  await town.publishes({ headline: 'Ferry pilots vote' });
  assert.match(await says('?reader=1'), /1 of the 3 articles/);

  await town.reader('bob@example.org').subscribes(['breaking']);
  const alert = await town.alert({ headline: 'Bridge falls', text: 'Into the river.' });
  await town.settles();
  assert.match((await framed(eve, `/console/previews?newsletter=breaking&edition=${alert}`)).mail, /Bridge falls/);
  assert.match(await says(`?newsletter=breaking&edition=${alert}&reader=1`), /They were sent no mail of this edition/);
  assert.match(await says('?reader=2'), /have not subscribed to this newsletter/);

  const unknown = await says(`?address=${encodeURIComponent(`<script>alert(1)</script>@example.org`)}`);
  assert.match(unknown, /No reader has the address “<script>alert/);
  assert.match(await says('?address=zoe%40example.org'), /No reader has the address “zoe@example.org”/);
  for (const nowhere of [
    'newsletter=none',
    'reader=99',
    'reader=x',
    'edition=0',
    'newsletter=daily&newsletter=breaking',
    'before=x',
  ])
    assert.equal((await eve.get(`/console/previews?${nowhere}`)).status, 404, nowhere);
  assert.match(await says('?reader=1&reader=2&look=x&dark=x'), /for a reader of every topic/);
  assert.equal((await eve.get(`/console/previews/mail?newsletter=breaking`)).status, 404);
  assert.equal(
    (await eve.get(`/console/previews/mail?newsletter=daily&edition=${alert}`)).status,
    404,
    'of another one',
  );
});

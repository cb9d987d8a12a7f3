import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'cheerio';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { sentFrom } from '../support/page-form.ts';
import { linkIn, type Reader } from '../support/reader.ts';
import type { RelayedMail } from '../support/relay.ts';

const DAY_S = 86_400;
const MARKED = `Ferry & "pilots" ' vote`;
const SCRIPT = '<script>alert(1)</script>';

test('each newsletter has a place of its own, and a feed that follows it', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', ['ann@example.org']);
  await town.imports('breaking', ['ann@example.org']);
  const digest = await sends(town, MARKED, 'Harbour café reopens');
  const storm = `Storm ${SCRIPT} closes`;
  await town.alert({ headline: storm, text: SCRIPT });
  await town.settles();

  const all = load(await page(town, '/archive'));
  assert.deepEqual(headlines(all), [storm, MARKED]);
  assert.equal(all('script').length, 0);
  const daily = load(await page(town, '/archive/daily'));
  assert.deepEqual(headlines(daily), [MARKED]);
  assert.equal(daily('h1').text(), 'Past editions of Daily digest');
  assert.match(daily('main li').text(), /Harbour café reopens/, 'what else is in it');
  const feed = daily('link[type="application/atom+xml"]').attr('href') ?? '';
  assert.equal(feed, `${town.context.baseUrl}/archive/daily/feed.xml`);

  const atom = load(await page(town, '/archive/daily/feed.xml'), { xml: true });
  const link = `${town.context.baseUrl}/archive/daily/${digest}`;
  assert.deepEqual(
    atom('entry > title')
      .get()
      .map((e) => atom(e).text()),
    [MARKED],
  );
  assert.equal(atom('entry > id').text(), link);
  assert.equal(atom('feed > id').text(), `${town.context.baseUrl}/archive/daily`);
  assert.equal(load(await page(town, '/archive/feed.xml'), { xml: true })('entry').length, 2);
  for (const nowhere of [
    '/archive/nothing',
    '/archive/nothing/feed.xml',
    `/archive/breaking/${digest}`,
    '/archive/daily/0',
  ])
    assert.equal((await fetch(town.url + nowhere)).status, 404, nowhere);
});

test('an edition tells search engines and social networks what it is, and where it stands', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', ['ann@example.org']);
  await town.api('POST', '/articles', {
    ...{ url: 'https://post.example/f', headline: MARKED, image_url: 'https://post.example/"f.jpg' },
  });
  const id = await sends(town, 'Harbour café reopens');
  const $ = load(await page(town, `/archive/daily/${id}`));
  const said = (property: string) => $(`head meta[property="${property}"]`).attr('content');
  const url = `${town.context.baseUrl}/archive/daily/${id}`;
  assert.equal($('head link[rel="canonical"]').attr('href'), url);
  assert.equal(said('og:url'), url);
  assert.equal(said('og:type'), 'article');
  assert.equal(said('og:title'), 'Harbour café reopens');
  assert.equal(said('og:description'), MARKED);
  assert.equal(said('og:image'), 'https://post.example/%22f.jpg');
  assert.equal(said('article:published_time'), '2026-11-20T12:01:00.000Z');
  assert.equal($('script').length, 0);
  assert.equal($('meta[name="robots"]').length, 0);
  assert.equal($('a[href="/archive/daily"], a[href$="/archive/daily"]').length, 1, 'a way to the others');
  assert.doesNotMatch($.html(), /%%/);
});

test('what an admin hides from search engines is still there for whoever knows of it', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  await town.imports('daily', ['ann@example.org']);
  const id = await sends(town, 'Ferry pilots vote');
  const places = ['/archive/daily', '/archive/daily/feed.xml', `/archive/daily/${id}`];
  for (const place of places) assert.equal((await fetch(town.url + place)).headers.get('X-Robots-Tag'), null);

  const settings = await kim.page('/console/newsletters/daily');
  assert.equal((await kim.post('/console/newsletters/daily', sentFrom(settings, { noindex: 'yes' }))).status, 303);
  for (const place of places) {
    const answer = await fetch(town.url + place);
    assert.equal(answer.headers.get('X-Robots-Tag'), 'noindex', place);
    assert.match(await answer.text(), /Ferry pilots vote/);
  }
  for (const place of [places[0], places[2]])
    assert.equal(load(await page(town, place ?? ''))('meta[name="robots"]').attr('content'), 'noindex');
  assert.doesNotMatch((await page(town, '/archive')) + (await page(town, '/archive/feed.xml')), /Ferry pilots/);

  const shown = await town.api('PATCH', '/newsletters/daily', { noindex: false });
  assert.equal(shown.body.noindex, false);
  assert.match(await page(town, '/archive'), /Ferry pilots/);
  assert.equal((await town.api('PATCH', '/newsletters/daily', { noindex: 'no' })).status, 400);
});

test('past editions are found by the beginnings of words in anything they told, page by page', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', ['ann@example.org']);
  await sends(town, 'Ferry pilots vote', 'Der Hafen schläft');
  town.clock.advance(DAY_S);
  await sends(town, 'Мости зачинено', 'Harbour café reopens');
  const found = async (q: string, place = '/archive') =>
    headlines(load(await page(town, `${place}?${new URLSearchParams({ q })}`)));
  assert.deepEqual(await found('pilot'), ['Ferry pilots vote']);
  assert.deepEqual(await found('VOTE ferry'), ['Ferry pilots vote']);
  assert.deepEqual(await found('schlaft', '/archive/daily'), ['Ferry pilots vote']);
  assert.deepEqual(await found('CAFÉ'), ['Мости зачинено']);
  assert.deepEqual(await found('мост'), ['Мости зачинено']);
  assert.deepEqual(await found('cafe pilots'), []);
  assert.deepEqual(await found('pilot', '/archive/breaking'), []);
  for (const hostile of ["' | !x:*", '& ! ()', '\\', 'a\u0000b', '<script>', ':* & :*', '%', 'x'.repeat(5000)])
    assert.deepEqual(await found(hostile), [], hostile);
  const twice = await fetch(`${town.url}/archive?q=a&q=b&before=1&before=2`);
  assert.equal(twice.status, 404);
  const nothing = await page(town, '/archive?q=%3Cscript%3Ealert(1)');
  assert.match(nothing, /No edition fits/);
  assert.equal(load(nothing)('script').length, 0);
  assert.equal(load(nothing)('meta[name="robots"]').attr('content'), 'noindex', 'a page of results is no page');

  await many(town, 120);
  const seen: string[] = [];
  let next: string | undefined = '/archive/daily?q=ferry';
  for (let pages = 0; next && pages < 9; pages += 1) {
    const $ = load(await page(town, new URL(next, town.url).pathname + new URL(next, town.url).search));
    seen.push(...headlines($));
    next = $('a[rel="next"]').attr('href');
  }
  assert.equal(seen.length, 121);
  assert.equal(new Set(seen).size, 121, 'each once');
});

test('a mail opens in the browser as its reader got it, and tells nobody who that is', async (t) => {
  const town = await newsroom(t);
  const [ann, bob] = [town.reader('ann@example.org'), town.reader('bob@example.org')];
  await town.publishes({ headline: 'Rowers win', topics: ['sport'] });
  await town.publishes({ headline: 'Ferry pilots vote', topics: ['harbour'] });
  await town.api('PATCH', '/forms/1', { topics: ['harbour'] });
  await ann.signsUp({ newsletters: ['daily'], topics: ['harbour'] });
  await fetch(await ann.confirmLink(), { method: 'POST' });
  await bob.subscribes(['daily']);
  const id = await town.digestNow();
  await town.settles();

  const [anns, bobs] = [ann, bob].map((reader) => linkIn(digestOf(reader), '/archive/'));
  assert.notEqual(anns, bobs);
  const answer = await fetch(anns ?? '');
  const html = await answer.text();
  assert.match(html, /Ferry pilots vote/);
  assert.doesNotMatch(html, /Rowers win/, 'her own topics');
  assert.doesNotMatch(html, /ann@|%%|\/(unsubscribe|preferences)\//);
  assert.equal(answer.headers.get('X-Robots-Tag'), 'noindex');
  assert.equal(answer.headers.get('Set-Cookie'), null);
  assert.equal(load(html)('link[rel="canonical"]').attr('href'), `${town.context.baseUrl}/archive/daily/${id}`);
  assert.match(await (await fetch(bobs ?? '')).text(), /Rowers win/);

  const { pathname } = new URL(anns ?? '');
  for (const forged of [
    `${pathname}x`,
    pathname.replace(`/${id}/`, `/${id + 1}/`),
    pathname.replace('daily', 'breaking'),
  ])
    assert.equal((await fetch(town.url + forged)).status, 404, forged);
  const unsubscribe = linkIn(digestOf(ann), '/unsubscribe/').split('/').at(-1);
  assert.equal((await fetch(`${town.url}/archive/daily/${id}/${unsubscribe}`)).status, 404, 'made for something else');
});

test('an article that is put right after it was sent is shown as it is now, and says so', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', ['ann@example.org']);
  const wrong = await town.publishes({ headline: 'Three drown in harbour', standfirst: 'All were fishermen.' });
  const id = await sends(town, 'Ferry pilots vote');
  const place = `/archive/daily/${id}`;
  const before = await page(town, place);
  town.clock.advance(DAY_S);
  await town.api('PATCH', `/articles/${wrong}`, {
    ...{
      headline: 'Three rescued in <b>harbour</b>',
      standfirst: 'All are well.',
      correction_note: 'Nobody <i>drowned</i>.',
    },
  });
  const $ = load(await page(town, place));
  assert.match(before, /Three drown.*All were fishermen/s);
  assert.doesNotMatch($.html(), /drown in|fishermen/);
  assert.match($('body').text(), /Three rescued in (<b>)?harbour.*All are well\./s);
  assert.match($('body').text(), /Corrected on 21 November 2026, after this was sent: Nobody (<i>)?drowned/);
  assert.match(await page(town, '/archive'), /Three rescued/);
  assert.doesNotMatch(await page(town, '/archive?q=fishermen'), /class="story"/);
  const atom = load(await page(town, '/archive/daily/feed.xml'), { xml: true });
  assert.match(atom('entry > updated').text(), /^2026-11-21/);
});

test('what is withdrawn is gone from the page, the lists, the feed, the cards and the search', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes({ headline: 'Ferry pilots vote' });
  town.clock.advance(60);
  const libel = await town.publishes({ headline: 'Mayor took bribes', standfirst: 'So we heard.' });
  const id = await town.digestNow();
  await town.settles();
  const places = [`/archive/daily/${id}`, '/archive', '/archive/daily', '/archive/feed.xml', '/archive/daily/feed.xml'];
  const own = new URL(linkIn(digestOf(ann), '/archive/')).pathname;
  assert.equal(ann.post.at(-1)?.parsed.subject, 'Mayor took bribes');
  for (const place of [...places, own]) assert.match(await page(town, place), /Mayor took bribes/, place);
  assert.equal((await town.api('DELETE', `/articles/${libel}`)).status, 204);
  for (const place of [...places, own, '/archive?q=mayor', '/archive/daily?q=heard'])
    assert.doesNotMatch(await page(town, place), /bribes|So we heard/, place);
  const $ = load(await page(town, places[0] ?? ''));
  assert.match($('body').text(), /Withdrawn on 20 November 2026, after this was sent\./);
  assert.match($('body').text(), /Ferry pilots vote/);
  assert.equal($('title').text(), 'Daily digest');
  assert.equal($('meta[property="og:title"]').attr('content'), 'Daily digest');
  await town.api('PATCH', `/articles/${libel}`, { withdrawn: false });
  assert.match(await page(town, '/archive'), /Mayor took bribes/);
});

test('wherever an article stands, under a picture or in a list of links, it alone is taken out or put right', async (t) => {
  const town = await newsroom(t);
  const words = 'Ferry Quay Council Storm School Bridge Mayor Rowers Library Market Lighthouse Museum'.split(' ');
  const ids: number[] = [];
  await town.imports('daily', ['ann@example.org']);
  for (const word of words) {
    town.clock.advance(60);
    const known = {
      url: `https://post.example/${word}`,
      headline: `${word} ${word}s`,
      standfirst: `On ${word} alone.`,
    };
    ids.push(
      (await town.api('POST', '/articles', { ...known, image_url: `${known.url}.jpg`, image_alt: word })).body
        .id as number,
    );
  }
  const id = await town.digestNow();
  await town.settles();
  const shown = async () => load(await page(town, `/archive/daily/${id}`));
  const seen = ($: ReturnType<typeof load>) => words.filter((word) => $.html().includes(`${word}s`));
  assert.deepEqual(seen(await shown()), words);
  // The lead, the one after it, whose headline is the inbox line too, and the last but one of the links.
  const gone = ['Museum', 'Lighthouse', 'Quay'];
  for (const word of gone) await town.api('DELETE', `/articles/${ids[words.indexOf(word)]}`);
  await town.api('PATCH', `/articles/${ids[2]}`, { headline: 'Council puts it right' });
  await town.api('PATCH', `/articles/${ids[8]}`, {
    headline: 'Library puts it right',
    standfirst: 'Quite another thing.',
  });
  const $ = await shown();
  assert.deepEqual(
    seen($),
    words.filter((word) => ![...gone, 'Council', 'Library'].includes(word)),
  );
  for (const word of gone) assert.ok(!$.html().includes(word), word);
  assert.equal($('b:contains("Withdrawn on")').length, 3);
  assert.equal($('b:contains("Updated on")').length, 2);
  assert.match($('body').text(), /Council puts it right\s*Updated on.*Withdrawn on.*Ferry Ferrys/s);
  assert.match($('body').text(), /Library puts it right\s*Quite another thing\./);
  assert.doesNotMatch($.html(), /On Library alone/);
});

test('what is withdrawn is gone also when its page has moved since, or its address looks like a slot', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', ['ann@example.org']);
  const known = { external_id: 'mayor', headline: 'Mayor took 100%% of bribes', standfirst: 'So we heard.' };
  const mayor = await town.api('POST', '/articles', { ...known, url: 'https://post.example/mayor' });
  const odd = await town.publishes({ headline: 'Judge sold verdict', url: 'https://post.example/a%%b' });
  const id = await sends(town, 'Ferry pilots vote');
  await town.api('POST', '/articles', { ...known, url: 'https://post.example/mayor-denies' });
  for (const gone of [mayor.body.id, odd]) await town.api('DELETE', `/articles/${gone}`);
  const $ = load(await page(town, `/archive/daily/${id}`));
  assert.doesNotMatch($.html(), /bribes|So we heard|verdict/);
  assert.equal($('b:contains("Withdrawn on")').length, 2);
  assert.match($('h1').text(), /Ferry pilots vote/);
});

test('a title that names two headlines is put right in both, or not shown', async (t) => {
  const town = await newsroom(t);
  await town.api('PATCH', '/newsletters/daily', { subject_template: '{headline}; {second}' });
  await town.imports('daily', ['ann@example.org']);
  const mayor = await town.publishes({ headline: 'Mayor took bribes' });
  town.clock.advance(60);
  const ferry = await town.publishes({ headline: 'Ferry votes' });
  const id = await town.digestNow();
  await town.settles();
  const titles = async () => {
    const $ = load(await page(town, `/archive/daily/${id}`));
    return [$('title').text(), $('meta[property="og:title"]').attr('content')];
  };
  const put = "Ferry pays $$5 $& $'";
  await town.api('PATCH', `/articles/${ferry}`, { headline: put });
  assert.equal((await titles())[0], `${put}; Mayor took bribes`);
  await town.api('DELETE', `/articles/${mayor}`);
  assert.deepEqual(await titles(), ['Daily digest', 'Daily digest']);
});

test('an alert goes with its article, whatever its own words are and wherever it leads', async (t) => {
  const town = await newsroom(t);
  await town.imports('breaking', ['ann@example.org']);
  const url = 'https://post.example/mayor';
  const article = await town.publishes({ headline: 'Mayor questioned', url });
  const id = await town.alert({ headline: 'Mayor took bribes', text: 'So we heard.', url: `${url}?utm_source=x` });
  await town.settles();
  const places = [`/archive/breaking/${id}`, '/archive', '/archive/breaking/feed.xml'];
  for (const place of places) assert.match(await page(town, place), /bribes/, place);
  await town.api('DELETE', `/articles/${article}`);
  for (const place of places) assert.doesNotMatch(await page(town, place), /bribes|So we heard/, place);
  assert.match(load(await page(town, places[0] ?? ''))('body').text(), /Withdrawn on/);
});

test('an alert that was wrong leads to its correction, and one whose article is withdrawn is silent', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'editor');
  await town.imports('breaking', ['ann@example.org']);
  const article = await town.publishes({ headline: 'Bridge falls', url: 'https://post.example/bridge' });
  const wrong = await town.alert({
    headline: 'Bridge falls',
    text: 'Into the river.',
    url: 'https://post.example/bridge',
  });
  await town.settles();
  const draft = (await kim.post(`/console/editions/${wrong}/correct`)).headers.get('Location') ?? '';
  const form = sentFrom(await kim.page(draft), {
    headline: 'Bridge stands',
    text: 'Nothing fell.',
    wrong: 'It did not fall.',
  });
  await kim.post(draft, form);
  await kim.post(`${draft}/release`, sentFrom(await kim.page(draft)));
  await town.settles();
  const $ = load(await page(town, `/archive/breaking/${wrong}`));
  const correction = $('a:contains("Read the correction")').attr('href') ?? '';
  assert.match(await page(town, new URL(correction).pathname), /Bridge stands/);
  assert.match($('body').text(), /What this said was wrong\./);

  await town.api('PATCH', `/articles/${article}`, { headline: 'Bridge shaken' });
  const developed = load(await page(town, `/archive/breaking/${wrong}`));
  assert.match(developed('title').text() + developed('h1').text(), /Bridge falls.*Bridge falls/s, 'its own words');
  await town.api('DELETE', `/articles/${article}`);
  const silent = load(await page(town, `/archive/breaking/${wrong}`));
  assert.doesNotMatch(silent('html').text(), /falls|Into the river/);
  assert.match(silent('body').text(), /Withdrawn on/);
  assert.match(silent('body').text(), /Read the correction/);
  assert.match(load(await page(town, new URL(correction).pathname))('h1').text(), /Bridge stands/);
});

test('a rehearsal is in no archive', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  await town.imports('daily', ['ann@example.org', kim.email]);
  await kim.post('/console/safety', sentFrom(await kim.page('/console/safety'), { rehearsal: 'yes' }));
  const id = await sends(town, 'Ferry pilots vote');
  assert.doesNotMatch(await page(town, '/archive'), /Ferry pilots/);
  assert.equal((await fetch(`${town.url}/archive/daily/${id}`)).status, 404);
});

const headlines = ($: ReturnType<typeof load>): string[] =>
  $('main .rows h2')
    .get()
    .map((h2) => $(h2).text());
const digestOf = ({ post }: Reader) => post.at(-1) as RelayedMail;

async function page(town: Newsroom, place: string): Promise<string> {
  const answer = await fetch(town.url + place);
  assert.equal(answer.status, 200, place);
  return answer.text();
}

/** Publishes them, the first one last and so leading, and sends a digest. */
async function sends(town: Newsroom, ...titles: string[]): Promise<number> {
  for (const headline of titles.toReversed()) {
    town.clock.advance(60);
    await town.publishes({ headline });
  }
  const id = await town.digestNow();
  await town.settles();
  return id;
}

/** Editions of days gone by. */
async function many({ context: { pool } }: Newsroom, count: number): Promise<void> {
  await pool.query(`
    with made as (
      insert into editions (newsletter_id, kind, status, as_of, subject, created_at)
      select id, 'digest', 'sending', now() - interval '1 day' * n, 'Ferry ' || n, now()
      from newsletters, generate_series(1, ${count}) n where slug = 'daily' returning id, subject)
    insert into edition_variants (edition_id, id, article_ids, subject, html, body_text)
    select id, 1, '{}', subject, '', '' from made`);
  await pool.query(`update editions set status = 'sent' where status = 'sending'`);
}

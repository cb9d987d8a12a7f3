import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'cheerio';
import { type Newsroom, newsroom } from '../support/newsroom.ts';

const SCRIPT = '<script>alert(1)</script>';
const MARKED = `Ferry & "pilots" ' < vote`;

const page = async (town: Newsroom, place: string): Promise<string> => (await fetch(town.url + place)).text();
const headlines = (html: string): string[] => {
  const $ = load(html);
  return $('main h2')
    .get()
    .map((e) => $(e).text());
};
const feedOf = async (town: Newsroom, place = '/archive/daily') => {
  const xml = await page(town, `${place}/feed.xml`);
  return { xml, $: load(xml, { xml: true }) };
};

test('a digest that went to readers in many zones is one past edition, and one entry of the feed', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily'], 'Europe/London');
  await town.reader('bob@example.org').subscribes(['daily'], 'Europe/London');
  const zoe = await town.reader('zoe@example.org').subscribes(['daily'], 'America/New_York');
  await town.publishes({ headline: 'Ferry pilots vote' });
  await town.goesTo('2026-11-21T07:00:00Z');
  await ann.receives('Ferry pilots vote');
  await town.settles();
  const early = await feedOf(town);
  assert.equal(early.$('entry > id').text(), `${town.context.baseUrl}/archive/daily#2026-11-21`);
  await town.publishes({ headline: 'Bridge opens' });
  await town.goesTo('2026-11-21T12:00:00Z');
  await zoe.receives('Bridge opens');
  await town.settles();
  assert.equal((await town.editions()).length, 2);

  for (const place of ['/archive', '/archive/daily', '/archive?q=ferry'])
    assert.deepEqual(
      headlines(await page(town, place)),
      ['Ferry pilots vote'],
      `${place}: what most of its readers got`,
    );
  const late = await feedOf(town);
  assert.equal(late.$('entry > id').text(), early.$('entry > id').text(), 'the same entry');
  assert.equal(late.$('entry > published').text(), '2026-11-21T07:00:00.000Z');
  assert.equal(late.$('entry > updated').text(), '2026-11-21T12:00:00.000Z');

  await town.goesTo('2026-11-22T07:00:00Z');
  await ann.receives('Bridge opens');
  await town.settles();
  assert.deepEqual(headlines(await page(town, '/archive/daily')), ['Bridge opens', 'Ferry pilots vote']);
  assert.equal((await feedOf(town)).$('entry').length, 2);
});

test('each issue stands on one page of the list, wherever the pages are cut', async (t) => {
  const town = await newsroom(t, { workers: 'elsewhere' });
  const zones = ['Pacific/Auckland', 'Asia/Tokyo', 'Europe/London', 'America/New_York', 'Pacific/Honolulu'];
  await pastDays(town, zones, 130);
  for (const place of ['/archive/daily', '/archive', '/archive/daily?q=ferry']) {
    const seen: string[] = [];
    let next: string | undefined = place;
    for (let pages = 0; next && pages < 20; pages += 1) {
      const html = await page(town, next.replace(town.context.baseUrl, ''));
      seen.push(...headlines(html));
      next = load(html)('a[rel="next"]').attr('href');
    }
    assert.equal(seen.length, 130, place);
    assert.equal(new Set(seen).size, 130, `${place}: each once`);
    assert.ok(
      seen.every((headline) => headline.includes('London')),
      'what most of its readers got',
    );
  }
  assert.equal((await feedOf(town)).$('entry').length, 30);
});

test('the feed tells all that an issue told, as it may be told today, in the form of RFC 4287', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', ['ann@example.org']);
  await town.imports('breaking', ['ann@example.org']);
  await town.publishes({ headline: MARKED, standfirst: 'The ballot ]]> closes\u0001 on Friday.' });
  const wrong = await town.publishes({ headline: 'Three drown', url: 'https://post.example/a?b=1&c="2"' });
  const libel = await town.publishes({ headline: 'Mayor took bribes', standfirst: 'So we heard.' });
  await town.digestNow();
  await town.settles();
  await town.alert({
    headline: 'Bridge falls',
    text: `Into the river.\n\n${SCRIPT}`,
    url: 'https://post.example/bridge',
  });
  await town.settles();
  await town.api('PATCH', `/articles/${wrong}`, { headline: 'Three rescued', correction_note: `All are <b>well</b>.` });
  await town.api('DELETE', `/articles/${libel}`);

  for (const place of ['/archive', '/archive/daily', '/archive/breaking']) {
    const answer = await fetch(`${town.url}${place}/feed.xml`);
    assert.match(answer.headers.get('Content-Type') ?? '', /^application\/atom\+xml/);
    const { xml, $ } = await feedOf(town, place);
    // Cheerio reads whatever it is given; this refuses what is ill-formed.
    await town.context.pool.query('select xmlparse(document $1::text)', [xml]);
    for (const one of ['id', 'title', 'updated', 'author > name', 'link[rel="self"]', 'link[rel="alternate"]'])
      assert.equal($(`feed > ${one}`).length, 1, `${place}: ${one}`);
    for (const entry of $('entry').get()) {
      for (const one of ['id', 'title', 'updated', 'published', 'content[type="html"]', 'link[rel="alternate"]'])
        assert.equal($(entry).children(one).length, 1, `${place}: ${one} of an entry`);
      for (const time of ['updated', 'published'])
        assert.match($(entry).children(time).text(), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.ok(URL.canParse($(entry).children('id').text()));
    }
    const ids = $('entry > id')
      .get()
      .map((e) => $(e).text());
    assert.equal(new Set(ids).size, ids.length);
  }
  const { xml, $ } = await feedOf(town);
  assert.doesNotMatch(xml, /bribes|So we heard|<script/);
  const content = load($('content').text());
  assert.equal(content('script').length, 0);
  assert.deepEqual(
    content('h2')
      .get()
      .map((e) => content(e).text())
      .toSorted(),
    [MARKED, 'Three rescued'],
  );
  assert.match(content('body').text(), /The ballot .*closes.*on Friday\./s);
  assert.match(content('body').text(), /Correction All are (<b>)?well/);
  assert.ok(
    content('a[href="https://post.example/a?b=1&c=%222%22"], a[href=\'https://post.example/a?b=1&c="2"\']').length ===
      1,
  );
  const alert = load((await feedOf(town, '/archive/breaking')).$('content').text());
  assert.match(alert('body').text(), /Into the river\.\s*<script>alert/);
  assert.equal(alert('a').attr('href'), 'https://post.example/bridge');
});

/** For each day an edition to each zone at seven there; most readers live in London. */
async function pastDays({ context: { pool } }: Newsroom, zones: string[], days: number): Promise<void> {
  await pool.query(
    `with made as (
       insert into editions (newsletter_id, kind, status, slot, as_of, subject, audience, created_at)
       select n.id, 'digest', 'sending', s.at, s.at, to_char(d.day, 'YYYY-MM-DD') || ' Ferry ' || z.zone,
         case z.zone when 'Europe/London' then 900 else 20 end, now()
       from newsletters n, unnest($1::text[]) z (zone),
         generate_series('2026-03-01'::date, '2026-03-01'::date + $2::int - 1, '1 day') d (day),
         lateral (select (d.day::date + time '07:00') at time zone z.zone as at) s
       where n.slug = 'daily' returning id, subject)
     insert into edition_variants (edition_id, id, article_ids, subject, html, body_text, time_zone)
     select id, 1, '{}', subject, '', '', split_part(subject, ' ', 3) from made`,
    [zones, days],
  );
  await pool.query(`update editions set status = 'sent' where status = 'sending'`);
}

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sql } from 'kysely';
import { type FakeSite, fakeWordPress } from '../support/fake-wordpress.ts';
import { serve, sourceTown } from '../support/source-town.ts';

async function siteOf(t: TestContext, given: Partial<FakeSite>) {
  const site: FakeSite = { posts: [], asked: [], ...given };
  return { site, url: await serve(t, fakeWordPress(site)) };
}

const POSTS = '/wp-json/wp/v2/posts';
const post = (id: number, date = '2026-02-03T06:00:00') => ({ id, title: `Post ${id}`, date });

test('a WordPress site is read with its topics, authors and images, as a reader would see them', async (t) => {
  const town = await sourceTown(t);
  const embedded = {
    author: [{ name: 'Jane &amp; Co' }, { code: 'rest_user_invalid_id', message: 'Invalid user ID.' }],
    'wp:term': [
      [
        { name: 'Food &amp; Drink', slug: 'food-drink', taxonomy: 'category' },
        { name: 'Uncategorized', slug: 'uncategorized', taxonomy: 'category' },
      ],
      [{ name: 'Kale', slug: 'kale', taxonomy: 'post_tag' }, null, { name: 'standard', taxonomy: 'post_format' }],
    ],
    'wp:featuredmedia': [
      {
        source_url: 'https://post.example/camera.jpg',
        alt_text: 'A field of kale',
        media_details: { sizes: { large: { source_url: 'https://post.example/large.jpg' } } },
      },
    ],
  };
  const { url } = await siteOf(t, {
    posts: [
      {
        ...{ id: 7, title: 'Kale &amp; beans &#8211; <em>again</em> &lt;b&gt;', date: '2026-02-03T06:00:00' },
        excerpt: '<p>It&#8217;s back. <a href="/x">Continue reading</a></p>\n',
        _embedded: embedded,
      },
    ],
  });
  const id = await town.add(`${url}${POSTS}`, 'wordpress');
  const read = await town.poll(id);
  assert.deepEqual(
    [read.error, read.name, read.readUntil],
    [null, 'The Post & Herald', new Date('2026-02-03T06:00:00Z')],
  );
  const article = await town.articles.byUrl(`${url}/news/7/`);
  assert.equal(article?.headline, 'Kale & beans – again <b>');
  assert.equal(article?.standfirst, 'It’s back.');
  assert.equal(article?.byline, 'Jane & Co');
  assert.deepEqual([article?.imageUrl, article?.imageAlt], ['https://post.example/large.jpg', 'A field of kale']);
  assert.deepEqual(article?.publishedAt, new Date('2026-02-03T06:00:00Z'));
  const { rows } = await sql<{ slug: string }>`select slug from topics where id = any(${article?.topicIds})`.execute(
    town.db,
  );
  assert.deepEqual(rows.map(({ slug }) => slug).toSorted(), ['food-drink', 'kale']);
});

test('what not everybody may read, and what is no post, is left out; the rest comes', async (t) => {
  const town = await sourceTown(t);
  const { url } = await siteOf(t, {
    posts: [
      { ...post(1), status: 'private' },
      { ...post(2), status: 'draft' },
      { ...post(3), excerpt: 'x' },
      { ...post(7), title: 'Protected: For friends', excerpt: { rendered: '', protected: true } },
      { ...post(4), link: 'javascript:alert(1)' },
      { ...post(5), title: ' ' },
      { ...post(6), guid: 12, title: 'Fine', _embedded: 'no', date: '0000-00-00T00:00:00' },
      { ...post(0) },
    ],
  });
  const id = await town.add(`${url}${POSTS}`, 'wordpress');
  assert.equal((await town.poll(id)).error, null);
  const saved = (await town.articles.page({ after: 0, limit: 10 })).map(({ headline }) => headline);
  assert.deepEqual(saved.toSorted(), ['Fine', 'Post 3']);
});

test('it is read page by page, then only what was published or changed since', async (t) => {
  const town = await sourceTown(t);
  const posts = Array.from({ length: 730 }, (_, n) =>
    post(n + 1, new Date(1_700_000_000_000 + n * 3_600_000).toISOString().slice(0, 19)),
  );
  const { site, url } = await siteOf(t, { posts });
  const id = await town.add(`${url}${POSTS}`, 'wordpress');
  await town.poll(id);
  assert.equal(site.asked.length, 6, 'its name, and of an archive only the newest');
  assert.equal((await town.polls.latest(id))[0]?.items, 500);

  site.asked.length = 0;
  site.posts.push(post(2000, '2026-02-03T06:50:00'));
  // Written last week, planned for this morning: WordPress keeps the day it was written as its last change.
  site.posts.push({ ...post(2001, '2026-02-03T06:55:00'), modified: '2026-01-27T10:00:00' });
  const first = site.posts.find((one) => one.id === 300);
  Object.assign(first ?? {}, { title: 'Corrected', modified: '2026-02-03T06:58:00' });
  await town.poll(id);
  assert.equal(site.asked.length, 2);
  const [poll] = await town.polls.latest(id);
  assert.deepEqual(
    [poll?.items, poll?.fresh, poll?.outcome],
    [6, 3, 'news'],
    'three of them were read before, shortly before the last',
  );
  const [latest] = await town.articles.page({ after: 0, limit: 1 });
  assert.match(latest?.headline ?? '', /Post 200/);
});

test('an old WordPress that knows no changes, a plain one, and one behind noise and caches are read too', async (t) => {
  const town = await sourceTown(t);
  const posts = Array.from({ length: 250 }, (_, n) =>
    post(n + 1, new Date(1_700_000_000_000 + n * 3_600_000).toISOString().slice(0, 19)),
  );
  for (const given of [
    { old: true },
    { plain: true },
    { noise: '\ufeff<br />\n<b>Warning</b>: [x] in y', hidesTotal: true },
  ]) {
    const { site, url } = await siteOf(t, { ...given, posts: [...posts] });
    const id = await town.add(url + (site.plain ? '/index.php?rest_route=/wp/v2/posts' : POSTS), 'wordpress');
    assert.equal((await town.poll(id)).error, null, JSON.stringify(given));
    assert.equal((await town.polls.latest(id))[0]?.items, 250);
    site.asked.length = 0;
    await town.poll(id);
    assert.equal(site.asked.length, 2, 'not all of it again');
  }
});

test('an API that is closed says so in words', async (t) => {
  const town = await sourceTown(t);
  const { site, url } = await siteOf(t, { status: 401 });
  const id = await town.add(`${url}${POSTS}`, 'wordpress');
  assert.match((await town.poll(id)).error ?? '', /API answered 401.*feed may work/);
  site.status = 0;
  site.noise = '<html>';
  assert.equal((await town.poll(id)).error, null, 'noise before an empty list');
  const page = await serve(t, (_, res) => void res.end('<html>Hello [{"x" </html>'));
  const other = await town.add(`${page}${POSTS}`, 'wordpress');
  assert.match((await town.poll(other)).error ?? '', /does not answer with posts/);
});

test('one odd post keeps no other from being read, and is shown with what is wrong', async (t) => {
  const town = await sourceTown(t);
  const { url } = await siteOf(t, {
    posts: [
      { ...post(1), title: 'Fine' },
      { ...post(2), title: 'Long', guid: { rendered: `${'x'.repeat(499)}\u{1f6a2}` } },
      { ...post(0), title: 'Numberless' },
      ...[{ ...post(3), link: null, title: null, guid: null, date: '' }],
    ] as FakeSite['posts'],
  });
  const id = await town.add(`${url}${POSTS}`, 'wordpress');
  assert.equal((await town.poll(id)).error, null);
  const saved = (await town.articles.page({ after: 0, limit: 10 })).map(({ headline }) => headline);
  assert.deepEqual(saved.toSorted(), ['Fine', 'Long']);
  const left = (await town.quarantine.ofSource(id)).map(({ headline, reason }) => [headline, reason]);
  assert.deepEqual(left.toSorted(), [
    [null, 'Its address is none that can be followed.'],
    ['Numberless', 'It has no number, as every post of WordPress has.'],
  ]);
});

test('an answer without end is read as far as the newest, and remarks behind one are passed over', async (t) => {
  const town = await sourceTown(t);
  const whole = (id: number) => ({ id, link: `https://post.example/${id}`, title: { rendered: 'A' } });
  const posts = Array.from({ length: 200_000 }, (_, n) => (n < 700 ? whole(n + 1) : { id: n + 1 }));
  const all = `${JSON.stringify(posts)}\n<!-- kept for an hour -->`;
  const id = await town.add(
    (await serve(t, (_, res) => void res.setHeader('x-wp-totalpages', '1').end(all))) + POSTS,
    'wordpress',
  );
  const { error } = await town.poll(id);
  const [poll] = await town.polls.latest(id);
  assert.deepEqual([error, poll?.items, poll?.fresh], [null, 500, 500]);
});

test('an API that cannot be asked for changes, or counts pages that it has not, is read all the same', async (t) => {
  const town = await sourceTown(t);
  let newest = 1;
  const url = await serve(t, (req, res) => {
    const asked = new URL(req.url ?? '', 'http://x').searchParams;
    if (asked.get('orderby') === 'modified') return void res.writeHead(400).end('{"code":"rest_invalid_param"}');
    if (asked.get('page') !== '1') return void res.writeHead(404).end();
    const one = { id: newest, link: `https://post.example/${newest}`, title: { rendered: `Post ${newest}` } };
    res.setHeader('x-wp-totalpages', '10000').end(JSON.stringify([{ ...one, modified_gmt: '2026-02-03T06:00:00' }]));
  });
  const id = await town.add(`${url}${POSTS}`, 'wordpress');
  await town.poll(id);
  newest = 2;
  assert.equal((await town.poll(id)).error, null);
  const saved = (await town.articles.page({ after: 0, limit: 10 })).map(({ headline }) => headline);
  assert.deepEqual(saved.toSorted(), ['Post 1', 'Post 2']);
});

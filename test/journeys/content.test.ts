import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { cleanUp } from '../support/clean-up.ts';
import { colleague } from '../support/colleague.ts';
import { newsroom } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)>`;

/** Somebody else's web server that gives each address its text; the query does not matter. */
async function site(t: TestContext, pages: Record<string, string>): Promise<string> {
  const server = createServer((req, res) => {
    const text = pages[req.url ?? ''];
    res.writeHead(text === undefined ? 404 : 200, {
      'Content-Type': text?.startsWith('<?xml') ? 'text/xml' : 'text/html',
    });
    res.end(text ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(t, () => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an article is found by its words or address, with its revisions and what carried it', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'editor');
  assert.match(await kim.page('/console/articles'), /No article yet/);
  await town.imports('daily', ['ann@example.org']);
  await town.imports('breaking', ['ann@example.org']);
  const url = 'https://post.example/bridge';
  const article = { headline: 'Storm closes the harbour bridge', url, standfirst: 'Until Friday.', topics: ['local'] };
  const id = await town.publishes(article);
  await town.publishes({ headline: 'Library lends 3.5 million seeds' });
  assert.match(await kim.page('/console/articles'), /Waiting/);

  await town.digestNow();
  const [digest] = await town.settles();
  const begun = await kim.post('/console/alerts', { url, newsletter: 'breaking' });
  await town.publishes({ ...article, headline: 'Storm shuts the harbour bridge' });
  await town.api('POST', '/articles', {
    ...article,
    headline: 'Storm shuts the harbour bridge',
    correction_note: 'Not Thursday.',
  });

  for (const q of ['harb', 'STORM bridge', 'shuts the', url, `${url}/?utm_source=x#top`, 'post.example/bridge']) {
    const page = await kim.page(`/console/articles?q=${encodeURIComponent(q)}`);
    assert.match(page, /Storm shuts the harbour bridge/, q);
    assert.doesNotMatch(page, /Library/, q);
    assert.match(page, new RegExp(`/console/editions/${digest?.id}"`), q);
  }
  assert.match(await kim.page('/console/articles?q=3.5'), /Library/);
  for (const q of ["'", '!!', ' & | ! ', "a':* & b", '\\', 'bridge library', '<->', 'https://post.example/other'])
    assert.match(await kim.page(`/console/articles?q=${encodeURIComponent(q)}`), /No article fits/, q);

  const page = await kim.page(`/console/articles/${id}`);
  for (const word of [
    'Until Friday.',
    'Local',
    'Correction:',
    'Not Thursday.',
    '<del>Storm closes the harbour bridge</del>',
  ])
    assert.ok(page.includes(word), word);
  assert.match(page, new RegExp(`/console/editions/${digest?.id}"`));
  assert.match(page, new RegExp(`${begun.headers.get('Location')}"`), 'the draft about it');
  const viewer = await colleague(town, 'viewer');
  assert.doesNotMatch(await viewer.page(`/console/articles/${id}`), /Withdraw|console\/alerts/);
});

test('older articles follow page by page, newest first, none twice', async (t) => {
  const town = await newsroom(t);
  const viewer = await colleague(town, 'viewer');
  const wanted = Array.from({ length: 120 }, (_, n) => `Story ${n}`);
  const published_at = (n: number) => new Date(Date.UTC(2026, 9, 1 + (n % 7))).toISOString();
  for (const [n, headline] of wanted.entries())
    await town.api('POST', '/articles', { headline, url: `https://post.example/${n}`, published_at: published_at(n) });
  const seen: string[] = [];
  let at: string | undefined = '/console/articles?q=story';
  while (at) {
    const page: string = await viewer.page(at);
    seen.push(...[...page.matchAll(/>(Story \d+)<\/a>/g)].map(([, headline = '']) => headline));
    at = /href="([^"]+)">Older/.exec(page)?.[1]?.replaceAll('&amp;', '&');
  }
  assert.deepEqual(seen.toSorted(), wanted.toSorted());
  const days = seen.map((headline) => Number(headline.slice(6)) % 7);
  assert.deepEqual(
    days,
    days.toSorted((a, b) => b - a),
  );
  assert.equal((await viewer.get('/console/articles?q=a&q=b&cursor=1&cursor=2')).status, 400);
});

test('an article is added by its address, and one withdrawn is in no later digest', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'editor');
  await town.imports('daily', ['ann@example.org']);
  const title = '<meta property="og:title" content="Ferry pilots vote"><title>x</title>';
  const origin = await site(t, { '/ferry': `<html><head>${title}</head></html>`, '/empty': '<html></html>' });
  for (const url of ['', 'ferry', 'javascript:alert(1)', `${origin}/none`, `${origin}/empty`]) {
    const refused = await kim.post('/console/articles', { url });
    assert.equal(refused.status, 400, url);
    const page = await refused.text();
    assert.match(page, /role="alert"/);
    assert.ok(url === '' || page.includes(`value="${url}"`), 'what was typed stays');
    assert.doesNotMatch(page, /headline and text instead/);
  }
  const added = await kim.post('/console/articles', { url: `${origin}/ferry` });
  const place = new URL(added.headers.get('Location') ?? '', town.url).pathname;
  assert.match(await kim.page(place), /Ferry pilots vote/);
  assert.equal((await kim.post(`${place}/withdraw`)).status, 303);
  const page = await kim.page(place);
  assert.match(page, /Withdrawn/);
  assert.doesNotMatch(page, /Write an alert/);
  await town.publishes({ headline: 'Library lends seeds' });
  await town.digestNow();
  const mail = await town.reader('ann@example.org').receives('Library lends seeds');
  assert.doesNotMatch(mail.parsed.text ?? '', /Ferry/);
  const admin = await colleague(town, 'admin');
  const log = await admin.page('/console/audit');
  assert.match(log, /article\.add/);
  assert.match(log, /article\.withdraw/);
});

test('what stands in an article runs nowhere in the console', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'editor');
  const { body } = await town.api('POST', '/articles', {
    ...{ url: `https://post.example/${HOSTILE}`, headline: HOSTILE, standfirst: HOSTILE, byline: HOSTILE },
    ...{ image_url: `https://post.example/${HOSTILE}`, image_alt: HOSTILE, correction_note: HOSTILE },
  });
  await town.api('POST', '/articles', { url: `https://post.example/${HOSTILE}`, headline: `${HOSTILE} again` });
  for (const at of [
    '/console/articles',
    `/console/articles?q=${encodeURIComponent(HOSTILE)}`,
    `/console/articles/${body.id}`,
  ])
    assert.doesNotMatch(await kim.page(at), /<script>alert|<img src=x/, at);
  const twice = await kim.post('/console/articles?url=x', {}, {});
  assert.equal(twice.status, 400);
  assert.equal((await kim.get('/console/articles/0')).status, 404);
});

const feed = (
  title: string,
  link: string,
) => `<?xml version="1.0"?><rss version="2.0"><channel><title>The Harbour Post</title>
<item><title>${title}</title><link>${link}</link><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate></item></channel></rss>`;

test('a feed is added, read when asked to, renamed and switched off', async (t) => {
  const town = await newsroom(t);
  const admin = await colleague(town, 'admin');
  const kim = await colleague(town, 'editor');
  assert.match(await kim.page('/console/sources'), /No source yet/);
  const pages: Record<string, string> = { '/feed': feed('Seeds are lent', 'https://post.example/seeds') };
  const url = `${await site(t, pages)}/feed`;
  const wrong = await admin.post('/console/sources', { url: 'feed', name: 'My feed', poll_seconds: '60' });
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /value="My feed"/, 'what was typed stays');

  const added = await admin.post('/console/sources', { url, name: '', poll_seconds: '600' });
  assert.equal(added.headers.get('Location'), '/console/sources/1');
  const shows = (text: RegExp, page = '/console/sources/1') =>
    until(`the page says ${text}`, async () => text.test(await kim.page(page)));
  await shows(/status-ok">Well/);
  for (const page of ['/console/sources', '/console/sources/1']) {
    const read = await kim.page(page);
    for (const word of ['The Harbour Post', url, 'Seeds are lent', 'in the last 7 days'])
      assert.ok(read.includes(word), `${page}: ${word}`);
  }
  assert.match(await kim.page('/console/sources/1'), /<rect class="poll-news".*The first read brought news/s);

  pages['/feed'] = '<?xml version="1.0"?><nothing/>';
  const polled = await kim.post('/console/sources/1/poll');
  assert.equal(polled.headers.get('Location'), '/console/sources/1');
  await shows(/Failing.*at the last read.*is not a feed.*<rect class="poll-failed"/s);
  await shows(/Failing.*is not a feed/s, '/console/sources');

  for (const poll_seconds of ['', '5', '1e9', '600.5', '99999999999999999999'])
    assert.equal((await admin.post('/console/sources/1', { name: 'x', poll_seconds })).status, 400, poll_seconds);
  const kept = await admin.post('/console/sources/1', { name: 'The new name', poll_seconds: '5', active: 'yes' });
  assert.match(await kept.text(), /Nothing has been saved.*value="The new name"/s);
  assert.equal((await admin.post('/console/sources/1', { name: 'Harbour', poll_seconds: '60' })).status, 303);
  await shows(/Harbour.*Switched off/s);
  const off = await kim.post('/console/sources/1/poll');
  assert.equal(off.status, 409);
  assert.match(await off.text(), /Switch it on first/);
  pages['/feed'] = feed('Kale is lent too', 'https://post.example/kale');
  assert.equal((await admin.post('/console/sources/1', { name: '', poll_seconds: '60', active: 'yes' })).status, 303);
  await shows(/Kale is lent too/);
  await shows(/The Harbour Post/);
  const log = await admin.page('/console/audit?act=source.change');
  assert.match(log, /Harbour/);
  assert.match(log, /&quot;active&quot;: ?false|&#34;active&#34;: ?false/);
  const twice = await admin.post('/console/sources', {}, { 'Content-Type': 'application/x-www-form-urlencoded' });
  assert.equal(twice.status, 400);
  assert.equal((await kim.get('/console/sources/99')).status, 404);
});

test('of a site’s address its feeds are offered, and the chosen one is added', async (t) => {
  const town = await newsroom(t);
  const admin = await colleague(town, 'admin');
  const origin = await site(t, {
    '/': '<html><link rel="alternate" type="application/rss+xml" href="/main"><link rel="alternate" type="application/rss+xml" href="/sport">',
    '/main': feed('Seeds are lent', 'https://post.example/seeds'),
    '/sport': feed('Kale wins', 'https://post.example/kale').replace('Harbour Post', 'Sport <script>alert(1)'),
    '/bare': '<html>Nothing here</html>',
  });
  const offered = await admin.post('/console/sources', { url: `${origin}/`, name: 'Ours', poll_seconds: '90' });
  const offer = await offered.text();
  assert.match(offer, /Nothing has been added yet.*leads to 2 sources.*checked.*value="Ours".*value="90"/s);
  assert.doesNotMatch(offer, /<script>alert/);
  assert.match(await admin.page('/console/sources'), /No source yet/);
  const chosen = { choice: `feed ${origin}/sport`, name: 'Ours', poll_seconds: '90' };
  assert.equal((await admin.post('/console/sources', chosen)).status, 303);
  await until('it is read', async () => /Kale wins/.test(await admin.page('/console/sources/1')));

  for (const choice of ['feed javascript:alert(1)', 'nonsense https://post.example/', 'feed'])
    assert.equal((await admin.post('/console/sources', { choice, poll_seconds: '90' })).status, 400, choice);
  const bare = { url: `${origin}/bare`, name: '', poll_seconds: '90' };
  const refused = await admin.post('/console/sources', bare);
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /This page names no feed.*Add it all the same/s);
  const away = await admin.post('/console/sources', { ...bare, url: 'http://127.0.0.1:1/feed' });
  assert.match(await away.text(), /refuses connections.*Add it all the same/s);
  assert.equal((await admin.post('/console/sources', { ...bare, as_is: 'yes' })).status, 303);
  await until('what is wrong stands there', async () =>
    /it is a web page/.test(await admin.page('/console/sources/2')),
  );

  const added = await town.api('POST', '/sources', { url: `${origin}/`, poll_seconds: 60 });
  assert.deepEqual([added.status, added.body.url, added.body.kind], [201, `${origin}/main`, 'feed']);
  assert.equal((added.body.found as unknown[]).length, 2);
  const wrong = await town.api('POST', '/sources', { url: `${origin}/`, kind: 'podcast' });
  assert.equal(wrong.status, 400);
});

test('what a feed says of itself, or goes wrong with, runs nowhere', async (t) => {
  const town = await newsroom(t);
  const admin = await colleague(town, 'admin');
  const escaped = HOSTILE.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const origin = await site(t, {
    '/feed': feed(escaped, 'https://post.example/x').replace('The Harbour Post', `<![CDATA[${HOSTILE}]]>`),
    '/page': `<html><link rel="alternate" type="application/rss+xml" href="https://post.example/${escaped}"></html>`,
  });
  await admin.post('/console/sources', { url: `${origin}/feed`, name: HOSTILE, poll_seconds: '60' });
  await admin.post('/console/sources', { url: `${origin}/page`, name: '', poll_seconds: '60', as_is: 'yes' });
  await until('both were read', async () => {
    const pages = await Promise.all(['', '/1', '/2'].map((place) => admin.page(`/console/sources${place}`)));
    for (const page of pages) assert.doesNotMatch(page, /<script>alert|<img src=x/);
    const page = pages.join('');
    return /it is a web page/.test(page) && /status-ok">Well/.test(page);
  });
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { discover } from '../../src/articles/sources/discover.ts';
import { fakeWordPress } from '../support/fake-wordpress.ts';
import { fetcher, serve, sourceTown } from '../support/source-town.ts';

const feed = (title: string) =>
  `<rss version="2.0"><channel><title>${title}</title><item><title>One</title><link>/1</link></item></channel></rss>`;

async function site(t: TestContext, pages: Record<string, string>) {
  const asked: string[] = [];
  const url = await serve(t, (req, res) => {
    asked.push(req.url ?? '');
    const page = pages[req.url ?? ''];
    if (page === undefined) return void res.writeHead(404).end();
    res.setHeader('content-type', page.startsWith('<rss') ? 'application/rss+xml' : 'text/html').end(page);
  });
  return {
    url,
    asked,
    found: async (path = '/') => (await discover(url + path, fetcher)).found.map((one) => one.url.replace(url, '')),
  };
}

test('a feed is found as itself', async (t) => {
  const { url, asked } = await site(t, { '/f': feed('The Post') });
  assert.deepEqual(await discover(`${url}/f`, fetcher), {
    found: [{ kind: 'feed', url: `${url}/f`, title: 'The Post', items: 1 }],
    itself: true,
  });
  assert.deepEqual(asked, ['/f']);
});

test('a page’s feeds are found by the links it names, comments last, and only those that are feeds', async (t) => {
  const { found, asked } = await site(t, {
    '/': `<!doctype html><base href="/news/"><!-- <link rel=alternate type=application/rss+xml href=/hidden> -->
      <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments">
      <LINK REL='feed Alternate' TYPE='application/rss+xml; charset=utf-8' HREF=main.xml>
      <link rel="alternate" type="application/rss+xml" href="feed:/sport"><link rel="alternate" hreflang="fr" href="/fr">
      <link rel="alternate" type="application/rss+xml" href="/broken"><link rel="alternate" type="application/atom+xml" href="javascript:x">
      <a href="/opinion/rss.xml">RSS</a><a href="/about">About</a>`,
    '/news/main.xml': feed('Main'),
    '/sport': feed('Sport'),
    '/comments': feed('Comments on The Post'),
    '/broken': '<html>Not here',
    '/opinion/rss.xml': feed('Opinion'),
  });
  assert.deepEqual(await found(), ['/news/main.xml', '/opinion/rss.xml', '/comments']);
  assert.ok(!asked.includes('/hidden'));
});

test('where a page names none, the usual places are tried', async (t) => {
  const { found, asked } = await site(t, { '/news/today': '<html>Hello', '/rss.xml': feed('The Post') });
  assert.deepEqual(await found('/news/today'), ['/rss.xml']);
  assert.deepEqual(asked, ['/news/today', '/feed', '/rss', '/rss.xml']);
  const none = await site(t, { '/': '<html>Hello' });
  assert.deepEqual(await none.found(), []);
});

test('of a WordPress site its API comes first, of a page of it the feed', async (t) => {
  const posts = [{ id: 1, title: 'One', date: '2026-02-03T06:00:00' }];
  for (const plain of [false, true]) {
    const fake = fakeWordPress({ posts, asked: [], plain });
    const url = await serve(t, (req, res) => {
      if (req.url === '/comments/feed/') return void res.end(feed('Comments for The Post'));
      if (req.url === '/category/food/') req.url = '/';
      fake(req, res);
    });
    const collection = plain ? `${url}/index.php?rest_route=/wp/v2/posts` : `${url}/wp-json/wp/v2/posts`;
    const kinds = async (path: string) => (await discover(url + path, fetcher)).found.map(({ kind }) => kind);
    assert.deepEqual((await discover(url, fetcher)).found[0], {
      kind: 'wordpress',
      url: collection,
      title: 'The Post & Herald',
      items: 1,
    });
    assert.deepEqual(await kinds('/'), ['wordpress', 'feed', 'feed']);
    assert.deepEqual(await kinds('/category/food/'), ['feed', 'wordpress', 'feed']);
    const filtered = `${collection}${plain ? '&' : '?'}categories=5`;
    assert.deepEqual((await discover(`${filtered}&per_page=3`, fetcher)).found[0]?.url, filtered);
  }
});

test('a page of a megabyte of tags is looked through at once', async (t) => {
  const { found } = await site(t, { '/': `<html>${'<link rel="'.repeat(90_000)}${'<a href=/x>'.repeat(90_000)}` });
  const started = performance.now();
  assert.deepEqual(await found(), []);
  assert.ok(performance.now() - started < 2000);
});

test('what is added by a program is the best of what is found; what does not answer is taken at its word', async (t) => {
  const town = await sourceTown(t);
  const { url } = await site(t, {
    '/': '<html><link rel=alternate type=application/rss+xml href=/main><link rel=alternate type=application/rss+xml href=/all>',
    '/main': feed('Main'),
    '/all': feed('All'),
    '/bare/': '<html>Hello',
  });
  const added = await town.finds(`${url}/`);
  assert.deepEqual([added.url, added.kind, added.found.length], [`${url}/main`, 'feed', 2]);
  assert.equal((await town.finds(`${url}/missing`)).url, `${url}/missing`);
  assert.equal((await town.finds(`${url}/`, 'feed')).url, `${url}/`, 'as a feed it was asked for');
  await assert.rejects(town.finds(`${url}/`, 'wordpress'), { code: 'no-feed-found' });
  const bare = await site(t, { '/': '<html>Hello' });
  await assert.rejects(town.finds(bare.url), { code: 'no-feed-found', message: /names no feed/ });
});

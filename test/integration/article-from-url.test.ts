import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { articleFromUrl } from '../../src/articles/article-from-url.ts';
import { saveArticle } from '../../src/articles/save-article.ts';
import { createArticleStore } from '../../src/articles/store.ts';
import { createLog } from '../../src/kernel/log.ts';
import { createDb, createPool } from '../../src/platform/db/pool.ts';
import { createFetcher } from '../../src/platform/fetch/guarded-fetch.ts';
import { freshDatabase } from '../support/database.ts';

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function newsroom(t: TestContext) {
  const db = createDb(createPool(await freshDatabase(t), createLog('silent')));
  t.after(() => db.destroy());
  return {
    articles: createArticleStore(db),
    clock: { now: () => new Date('2026-02-03T07:00:00Z') },
    fetcher: createFetcher({ allow: ['127.0.0.1'] }),
    newsletters: { brand: async () => ({ timeZone: 'Europe/London' }) },
  };
}

test('an address becomes the article known there, or what its page says, or words for the editor', async (t) => {
  const town = await newsroom(t);
  let fetched = 0;
  const url = await serve(t, (req, res) => {
    fetched += 1;
    if (req.url === '/short') return void res.writeHead(302, { location: '/story?utm_source=x' }).end();
    if (req.url === '/pdf') return void res.writeHead(200, { 'content-type': 'application/pdf' }).end('%PDF');
    if (req.url === '/empty') return void res.end('<p>nothing</p>');
    res
      .setHeader('content-type', 'text/html; charset=iso-8859-1')
      .end(Buffer.from('<title>Café vote</title>', 'latin1'));
  });
  const first = await articleFromUrl(`${url}/short`, town);
  assert.deepEqual(
    [first.headline, first.url, first.canonicalUrl, first.revision],
    ['Café vote', `${url}/story`, `${url.replace('http:', 'https:')}/story`, 1],
  );
  await saveArticle({ url: `${url}/story`, headline: 'Edited by hand' }, town);
  assert.equal((await articleFromUrl(`${url}/short`, town)).headline, 'Edited by hand');
  fetched = 0;
  assert.equal((await articleFromUrl(`${url}/story/#top`, town)).id, first.id);
  assert.equal(fetched, 0);
  for (const address of [`${url}/pdf`, `${url}/empty`, 'http://10.0.0.1/', 'not an address']) {
    const inWords = { code: 'page-unreadable', message: /[^.]\.$/ };
    await assert.rejects(articleFromUrl(address, town), inWords);
  }
  await town.articles.withdraw(first.id, town.clock.now());
  await assert.rejects(articleFromUrl(`${url}/story`, town), /was withdrawn/);
});

test('a page that is not to be told of, or not yet, is no article; one to be paid for is, and is marked', async (t) => {
  const town = await newsroom(t);
  const head: Record<string, string> = {
    '/draft': '<meta name="robots" content="nofollow, noindex">',
    '/tagged': '',
    '/early': '<meta name="embargo" content="2026-07-01 00:01">',
    '/over': '<meta name="embargo" content="2026-02-01 00:01">',
    '/paid':
      '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Ferry vote","isAccessibleForFree":"False"}</script>',
  };
  const url = await serve(t, (req, res) => {
    if (req.url === '/tagged') res.setHeader('x-robots-tag', 'noindex');
    if (req.url === '/over') res.setHeader('x-robots-tag', 'otherbot: noindex, nofollow');
    res
      .setHeader('content-type', 'text/html')
      .end(`${head[req.url ?? '']}<title>Ferry vote</title><h1>Ferry vote</h1>`);
  });
  for (const path of ['/draft', '/tagged']) await assert.rejects(articleFromUrl(url + path, town), /not to be found/);
  const untilThen = /under embargo until Wednesday,? 1 July 2026 at 00:01 \(Europe\/London\)\.$/;
  await assert.rejects(articleFromUrl(`${url}/early`, town), untilThen);
  assert.equal((await articleFromUrl(`${url}/over`, town)).paywall, undefined);
  assert.equal((await articleFromUrl(`${url}/paid`, town)).paywall, true);
});

test('a time without a zone on the page is the newsroom’s', async (t) => {
  const town = await newsroom(t);
  const url = await serve(t, (_, res) =>
    res
      .setHeader('content-type', 'text/html')
      .end(
        '<h1>Ferry pilots vote</h1><p>by Some Desk Reporter<br>29th Mar 22 2:12 pm<p>They said yes to all of it at last.',
      ),
  );
  const { byline, publishedAt, standfirst } = await articleFromUrl(`${url}/a`, town);
  assert.deepEqual([byline, publishedAt.toISOString()], ['Some Desk Reporter', '2022-03-29T13:12:00.000Z']);
  assert.equal(standfirst, 'They said yes to all of it at last.');
});

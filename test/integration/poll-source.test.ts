import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { addSource } from '../../src/articles/add-source.ts';
import { articleFromUrl } from '../../src/articles/article-from-url.ts';
import { pollSource } from '../../src/articles/poll-source.ts';
import { saveArticle } from '../../src/articles/save-article.ts';
import { createArticleStore } from '../../src/articles/store.ts';
import { createTopicRuleStore } from '../../src/articles/topics/rule-store.ts';
import { createTopicStore } from '../../src/articles/topics/topic-store.ts';
import { createLog } from '../../src/kernel/log.ts';
import { createDb, createPool } from '../../src/platform/db/pool.ts';
import { createFetcher, FetchRefused } from '../../src/platform/fetch/guarded-fetch.ts';
import { freshDatabase } from '../support/database.ts';

const log = createLog('silent');
const fetcher = createFetcher({ allow: ['127.0.0.1'] });
const feed = (headline: string, link = '/a') =>
  `<rss version="2.0"><channel><title>The Post</title><item><title>${headline}</title><link>${link}</link><guid>1</guid>
    <pubDate>Tue, 03 Feb 2037 07:00:00 GMT</pubDate></item></channel></rss>`;

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function newsroom(t: TestContext) {
  const db = createDb(createPool(await freshDatabase(t), log));
  t.after(() => db.destroy());
  const articles = createArticleStore(db);
  const time = Date.parse('2026-02-03T07:00:00Z');
  const clock = { now: () => new Date(time) };
  const woken: number[] = [];
  const jobs = { wake: async (_: unknown, { sourceId }: { sourceId: number }) => void woken.push(sourceId) };
  const needs = { articles, clock, log, fetcher, topics: createTopicStore(db), topicRules: createTopicRuleStore(db) };
  return {
    ...needs,
    woken,
    add: async (url: string) => (await addSource({ url }, { articles, clock, jobs: jobs as never })).id,
    poll: async (id: number) => {
      await pollSource(id, needs);
      const source = await articles.source(id);
      if (!source) throw new Error('no source');
      return { ...source, waitSeconds: (source.nextPollAt.getTime() - time) / 1000 };
    },
  };
}

test('a feed is read once and asked for news afterwards', async (t) => {
  const town = await newsroom(t);
  const asked: (string | undefined)[] = [];
  let headline = 'Ferry pilots vote';
  const url = await serve(t, (req, res) => {
    asked.push(req.headers['if-none-match']);
    const etag = `"${headline}"`;
    if (req.headers['if-none-match'] === etag) return void res.writeHead(304).end();
    res.writeHead(200, { etag, 'last-modified': 'Tue, 03 Feb 2026 06:00:00 GMT' }).end(feed(headline));
  });
  const id = await town.add(`${url}/feed`);
  assert.deepEqual(town.woken, [id]);
  const first = await town.poll(id);
  assert.deepEqual([first.error, first.name, first.waitSeconds], [null, 'The Post', 300]);
  const second = await town.poll(id);
  assert.deepEqual([second.error, second.etag], [null, '"Ferry pilots vote"']);
  headline = 'Ferry pilots vote no';
  await town.poll(id);
  assert.deepEqual(asked, [undefined, '"Ferry pilots vote"', '"Ferry pilots vote"']);
  const article = await town.articles.byUrl(`${url}/a`);
  assert.deepEqual([article?.headline, article?.revision], ['Ferry pilots vote no', 2]);
  assert.deepEqual(article?.publishedAt, town.clock.now(), 'a date from the future is taken as now');
});

test('a feed that cannot be reached is left alone for longer and longer, then forgiven', async (t) => {
  const town = await newsroom(t);
  let broken = true;
  const url = await serve(t, (req, res) => (broken ? req.destroy() : res.end(feed('Back'))));
  const id = await town.add(url);
  const waits: number[] = [];
  for (let i = 0; i < 6; i += 1) waits.push((await town.poll(id)).waitSeconds);
  assert.deepEqual(waits, [300, 600, 1200, 2400, 3600, 3600]);
  assert.match((await town.articles.source(id))?.error ?? '', /could not be read: the server broke/);
  broken = false;
  const healed = await town.poll(id);
  assert.deepEqual([healed.error, healed.failures, healed.waitSeconds], [null, 0, 300]);
});

test('a page, an error page and a stranger’s port end on the source, in words', async (t) => {
  const town = await newsroom(t);
  const url = await serve(t, (req, res) => {
    if (req.url === '/gone') return void res.writeHead(404).end();
    res.end('<!doctype html><link rel="alternate" type="application/atom+xml" href="/atom">');
  });
  const errorOf = async (address: string) => (await town.poll(await town.add(address))).error ?? '';
  assert.match(await errorOf(`${url}/page`), /web page.*\/atom/);
  assert.match(await errorOf(`${url}/gone`), /answered 404/);
  assert.match(await errorOf('http://127.0.0.1:1/'), /refuses connections/);
  assert.match(await errorOf('http://no-such-host.invalid/'), /could not be read/);
  assert.match(await errorOf('http://[::1]:8080/'), /private address.*PRIVATE_FETCH_ALLOW/);
});

test('the address is checked at every hop, of which there are five', async (t) => {
  let hops = 0;
  const url = await serve(t, (req, res) => {
    hops += 1;
    const to = req.url === '/circle' ? '/circle' : new URL(req.url ?? '', 'http://x').searchParams.get('to');
    if (to) return void res.writeHead(302, { location: to }).end();
    res.end('arrived');
  });
  const go = (to: string) => fetcher.fetch(`${url}/?to=${encodeURIComponent(to)}`);
  const port = new URL(url).port;
  assert.equal((await go('/relative')).url, `${url}/relative`);
  const refused = [`http://[::1]:${port}/`, 'http://169.254.169.254/', 'http://127.0.0.2/', 'http://0x7f000002/'];
  for (const to of [...refused, 'file:///etc/passwd', 'http://[::ffff:127.0.0.2]/', `http://u:p@127.0.0.1:${port}/`]) {
    await assert.rejects(go(to), FetchRefused, to);
  }
  const hopsBefore = hops;
  await assert.rejects(fetcher.fetch(`${url}/circle`), /more than 5 redirects/);
  assert.equal(hops - hopsBefore, 6);
  const strict = createFetcher({ allow: [] });
  for (const to of [url, url.replace('127.0.0.1', 'localhost')]) await assert.rejects(strict.fetch(to), FetchRefused);
});

test('too large an answer is cut off, packed or not', async (t) => {
  let sent = 0;
  function* endless() {
    for (; ; sent += 65_536) yield Buffer.alloc(65_536);
  }
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
  const url = await serve(t, (req, res) => {
    if (req.url === '/bomb') return void res.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    Readable.from(endless()).pipe(res);
  });
  await assert.rejects(fetcher.fetch(`${url}/endless`, { maxBytes: 1_000_000 }), /larger than 1000000 bytes/);
  assert.ok(sent < 20_000_000, `${sent} bytes were taken`);
  await assert.rejects(fetcher.fetch(`${url}/bomb`), /unpacks to more than/);
});

test('packed answers are unpacked, broken ones refused', async (t) => {
  const packed: Record<string, Buffer> = {
    gzip: gzipSync('hello'),
    br: brotliCompressSync('hello'),
    deflate: deflateSync('hello'),
    'deflate ': deflateRawSync('hello'),
    zstd: Buffer.from('hello'),
    'gzip ': gzipSync('hello').subarray(0, 12),
  };
  const url = await serve(t, (req, res) => {
    const name = decodeURIComponent(req.url?.slice(1) ?? '');
    res.writeHead(200, { 'content-encoding': name }).end(packed[name]);
  });
  for (const name of ['gzip', 'br', 'deflate', 'deflate ']) {
    assert.equal((await fetcher.fetch(`${url}/${encodeURIComponent(name)}`)).body.toString(), 'hello', name);
  }
  await assert.rejects(fetcher.fetch(`${url}/zstd`), /encoding zstd is unknown/);
  await assert.rejects(fetcher.fetch(`${url}/gzip%20`), /broken gzip/);
});

test('a server that drips or says nothing meets the deadline', async (t) => {
  const url = await serve(t, (req, res) => {
    if (req.url === '/silent') return;
    const timer = setInterval(() => res.write('.'), 20);
    res.on('close', () => clearInterval(timer));
  });
  for (const path of ['/silent', '/drip']) {
    const started = performance.now();
    await assert.rejects(fetcher.fetch(url + path, { deadlineMs: 300 }), /no whole answer in 300 ms/);
    assert.ok(performance.now() - started < 1500, path);
  }
});

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
  assert.deepEqual([first.headline, first.canonicalUrl, first.revision], ['Café vote', `${url}/story`, 1]);
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

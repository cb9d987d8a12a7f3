import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { createFetcher, FetchRefused } from '../../src/platform/fetch/guarded-fetch.ts';
import { fetcher, serve, sourceTown } from '../support/source-town.ts';

const feed = (headline: string, link = '/a') =>
  `<rss version="2.0"><channel><title>The Post</title><item><title>${headline}</title><link>${link}</link><guid>1</guid>
    <pubDate>Tue, 03 Feb 2037 07:00:00 GMT</pubDate></item></channel></rss>`;

/** A little more than asked for, so that feeds added together do not come together. */
const about = (seconds: number, wanted: number) =>
  assert.ok(seconds >= wanted && seconds <= wanted * 1.1 + 1, `${seconds} s are about ${wanted} s`);

test('a feed is read once and asked for news afterwards', async (t) => {
  const town = await sourceTown(t);
  const asked: (string | undefined)[] = [];
  let headline = 'Ferry pilots vote';
  const url = await serve(t, (req, res) => {
    asked.push(req.headers['if-none-match']);
    const etag = `"${headline}"`;
    if (req.headers['if-none-match'] === etag) return void res.writeHead(304).end();
    res.writeHead(200, { etag, 'last-modified': 'Tue, 03 Feb 2026 06:00:00 GMT' }).end(feed(headline));
  });
  const id = await town.add(`${url}/feed`);
  assert.deepEqual(town.woken, [{ sourceId: id }]);
  const first = await town.poll(id);
  assert.deepEqual([first.error, first.name], [null, 'The Post']);
  about(first.waitSeconds, 300);
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
  const town = await sourceTown(t);
  let broken = true;
  const url = await serve(t, (req, res) => (broken ? req.destroy() : res.end(feed('Back'))));
  const id = await town.add(url);
  const waits: number[] = [];
  for (let i = 0; i < 6; i += 1) waits.push((await town.poll(id)).waitSeconds);
  for (const [i, wait] of [300, 600, 1200, 2400, 3600, 3600].entries()) about(waits[i] ?? 0, wait);
  assert.match((await town.source(id)).error ?? '', /could not be read: the server broke/);
  broken = false;
  const healed = await town.poll(id);
  assert.deepEqual([healed.error, healed.failures], [null, 0]);
  about(healed.waitSeconds, 300);
});

test('a page, an error page and a stranger’s port end on the source, in words', async (t) => {
  const town = await sourceTown(t);
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

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cleanUp } from '../support/clean-up.ts';
import { newsroom, onBothQueues } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

const feed = `<?xml version="1.0"?>
<rss version="2.0"><channel><title>The Harbour Post</title><link>https://post.example/</link>
<item><guid>seeds</guid><title>Library lends seeds</title><link>https://post.example/seeds</link>
<description><![CDATA[<p>Packets of <em>kale</em> &amp; beans.</p>]]></description></item></channel></rss>`;

onBothQueues('a feed is polled, its articles reach the digest, and it is not fetched whole again', async (t, queue) => {
  const asked: (string | undefined)[] = [];
  const server = createServer((req, res) => {
    asked.push(req.headers['if-none-match']);
    if (req.headers['if-none-match'] === '"v1"') return res.writeHead(304).end();
    return res.writeHead(200, { ETag: '"v1"', 'Content-Type': 'application/rss+xml' }).end(feed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(t, () => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed`;

  const town = await newsroom(t, { queue });
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  assert.equal((await town.api('POST', '/sources', { url })).status, 201);
  await until('the article is there', async () => {
    const { items } = (await town.api('GET', '/articles')).body as { items: unknown[] };
    return items.length === 1;
  });
  await town.digestNow();
  const mail = await ann.receives('Library lends seeds');
  assert.match(mail.parsed.text ?? '', /Packets of kale & beans\./);

  town.clock.advance(331);
  await town.polls();
  await until('the feed was asked again', () => asked.length === 3);
  assert.deepEqual(
    asked,
    [undefined, undefined, '"v1"'],
    'looked at when it was added, then read, then asked for news',
  );
});

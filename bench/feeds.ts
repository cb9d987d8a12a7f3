import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';

const MB = 1024 * 1024;

/** Somebody else's web server. */
export interface Site {
  url: string;
  close(): void;
}

export async function openSite(listener: RequestListener): Promise<Site> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close().closeAllConnections(),
  };
}

const HEAD = `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Harbour Post</title><link>https://post.example/</link>`;

/** About 1.2 kB, as blog software writes them. */
const item = (n: number, at: Date) => `<item><title>Harbour pilots agree timetable no. ${n} &amp; sail</title>
<link>https://post.example/news/${n}/?utm_source=rss</link><guid isPermaLink="false">post-${n}</guid><dc:creator><![CDATA[Jane Doe]]></dc:creator>
<pubDate>${at.toUTCString()}</pubDate><category><![CDATA[Local news]]></category><category>Topic ${n % 30}</category>
<description><![CDATA[<p>The pilots&#8217; union voted on Tuesday, ${n} to nothing. <a href="https://post.example/news/${n}">Read more</a></p>]]></description>
<content:encoded><![CDATA[${`<p>The pilots’ union voted on Tuesday. They sail again on Friday, “weather permitting”, said <b>Jane Doe</b>.</p>`.repeat(5)}]]></content:encoded></item>`;

export const feedOf = (items: number): string =>
  `${HEAD}${Array.from({ length: items }, (_, n) => item(n, new Date(Date.now() - n * 60_000))).join('\n')}</channel></rss>`;

/** 10 MB that unpack to 10 GB. */
const bomb = () => {
  const member = gzipSync(Buffer.alloc(100 * MB), { level: 9 });
  return Buffer.concat(Array.from({ length: Math.floor((9.9 * MB) / member.length) }, () => member));
};

const GIGABYTE = 1024 * MB;
let items = 0;

function* endless(sent: { bytes: number }): Generator<Buffer> {
  yield Buffer.from(HEAD);
  while (sent.bytes < GIGABYTE) {
    const chunk = Buffer.from(Array.from({ length: 50 }, () => item(items++, new Date())).join('\n'));
    sent.bytes += chunk.length;
    yield chunk;
  }
}

/** What hostile sources answer, and how the poll must end. */
export function hostileAnswers() {
  const sent = { bytes: 0 };
  const packed = bomb();
  const gzipped = { 'content-encoding': 'gzip', 'content-type': 'application/rss+xml' };
  const answers: Record<string, (res: ServerResponse) => void> = {
    bomb: (res) => void res.writeHead(200, gzipped).end(packed),
    endless: (res) => void pipeline(Readable.from(endless(sent)), res).catch(() => undefined),
    drip: (res) => {
      res.writeHead(200);
      const timer = setInterval(() => res.write(' '), 1000);
      res.on('close', () => clearInterval(timer));
    },
  };
  return { answers, sent };
}

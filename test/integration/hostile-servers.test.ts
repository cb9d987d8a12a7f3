import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { createFetcher, FetchFailed, FetchRefused } from '../../src/platform/fetch/guarded-fetch.ts';

const MB = 1024 * 1024;
const fetcher = createFetcher({ allow: ['127.0.0.1'] });
const SHORT = { deadlineMs: 4000, idleMs: 300 };

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createHttp(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Says whatever it likes once a request has come. */
async function raw(t: TestContext, talk: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcp((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('data', () => talk(socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Writes for as long as it is listened to. */
function pour(socket: Socket, begin: string, text: string): void {
  socket.write(begin);
  const more = () => {
    while (!socket.destroyed && socket.write(text));
  };
  socket.on('drain', more);
  more();
}

test('no spelling of a private address gets through', async () => {
  const strict = createFetcher({ allow: [] });
  const hosts = [
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0x7f.1', '017700000001', '0177.0.0.1', '127.0.0.1.', '0'],
    ...[
      '１２７.０.０.１',
      '①②⑦.⓪.⓪.①',
      '127。0。0。1',
      '%31%32%37.0.0.1',
      '169.254.169.254',
      '2852039166',
      '0xa9fea9fe',
    ],
    ...['localhost', 'LOCALHOST', 'ⓛocalhost', 'loc\u00adalhost'],
    ...[
      '[::1]',
      '[::]',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[fd00:ec2::254]',
    ],
    ...['[64:ff9b::127.0.0.1]', '[64:ff9b::a9fe:a9fe]', '[64:ff9b:1::a00:1]', '[2002:7f00:1::]', '[2002:a9fe:a9fe::1]'],
    ...['[2001:0:5ef5:79fd:0:0:80ff:fffe]', '[fe80::1]', '[ff02::1]', '[2001:db8::1]', '[3fff::1]', '[5f00::1]'],
    ...['0.0.0.0', '10.0.0.1', '100.64.0.1', '172.31.0.1', '192.168.0.1', '192.0.2.1', '198.18.0.1', '224.0.0.1'],
  ];
  for (const host of hosts) await assert.rejects(strict.fetch(`http://${host}/`), /private address/, host);
  const nonsense = [
    'http://[fe80::1%25lo]/',
    'http://[::1%lo]/',
    'http://127.0.0.1:99999/',
    'http://256.1.1.1/',
    'http://a b/',
  ];
  const others = [
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:,x',
    'ftp://e.example/',
    'gopher://e.example',
    'x',
    '',
  ];
  for (const url of [...nonsense, ...others, 'http://user:secret@8.8.8.8/', 'http://user@8.8.8.8/']) {
    await assert.rejects(strict.fetch(url), FetchRefused, url);
  }
  await assert.rejects(strict.fetch('http://8.8.8.8:22/'), /port 22 is not a web port/);
});

test('a redirect is judged like an address of its own, and remembered only while it is for good', async (t) => {
  const cookies: unknown[] = [];
  const url = await serve(t, (req, res) => {
    cookies.push(req.headers.cookie);
    const [, status, to] = /^\/(\d+)\/(.*)$/.exec(req.url ?? '') ?? [];
    if (!status) return void res.writeHead(200, { 'set-cookie': 'id=2' }).end(req.url);
    const location = Buffer.from(decodeURIComponent(to ?? '')).toString('latin1');
    res.writeHead(Number(status), { location, 'set-cookie': 'id=1' }).end('moved');
  });
  const via = (status: number, to: string) => fetcher.fetch(`${url}/${status}/${encodeURIComponent(to)}`);
  for (const to of [
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://[::1]/',
    '//169.254.169.254/',
    '\\\\0x7f000002\\',
  ]) {
    await assert.rejects(via(302, to), FetchRefused, to);
  }
  await assert.rejects(via(301, `http://u:p@${new URL(url).host}/`), (error: Error) => !error.message.includes('u:p'));
  assert.equal((await via(307, '/caf\u00e9')).body.toString(), '/caf%C3%A9');
  assert.equal((await via(301, '/new')).movedTo, `${url}/new`);
  assert.equal((await via(302, '/new')).movedTo, undefined);
  const further = await via(308, `/302/${encodeURIComponent('/today')}`);
  assert.equal(further.movedTo, `${url}/302/${encodeURIComponent('/today')}`);
  assert.equal(further.url, `${url}/today`);
  assert.equal((await via(302, `/301/${encodeURIComponent('/x')}`)).movedTo, undefined);
  assert.ok(
    cookies.every((cookie) => cookie === undefined),
    'a cookie goes to nobody',
  );
  assert.equal(further.headers['set-cookie'], undefined);
});

test('a bomb ends after 30 MB, in memory as well', async (t) => {
  const member = gzipSync(Buffer.alloc(10 * MB), { level: 9 });
  const packed: Record<string, Buffer> = {
    gzip: Buffer.concat(Array.from({ length: 400 }, () => member)),
    'gzip, gzip': gzipSync(Buffer.concat(Array.from({ length: 400 }, () => member))),
    br: brotliCompressSync(Buffer.alloc(400 * MB), { params: { 1: 5 } }),
    deflate: deflateSync(Buffer.alloc(400 * MB)),
  };
  const url = await serve(t, (req, res) => {
    const coding = decodeURIComponent(req.url?.slice(1) ?? '');
    res.writeHead(200, { 'content-encoding': coding }).end(packed[coding]);
  });
  let most = 0;
  const before = process.memoryUsage().rss;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss - before);
  }, 5);
  t.after(() => clearInterval(watch));
  for (const coding of Object.keys(packed)) {
    await assert.rejects(
      fetcher.fetch(`${url}/${encodeURIComponent(coding)}`),
      /unpacks to more than 31457280 bytes/,
      coding,
    );
  }
  assert.ok(most < 150 * MB, `it took ${Math.round(most / MB)} MB`);
});

test('layers of packing are few, and nothing is not a broken archive', async (t) => {
  const twice = gzipSync(brotliCompressSync('twice'));
  const url = await serve(t, (req, res) => {
    const coding = decodeURIComponent(req.url?.slice(1) ?? '');
    res.writeHead(200, { 'content-encoding': coding }).end(coding === 'br, gzip' ? twice : '');
  });
  const get = (coding: string) => fetcher.fetch(`${url}/${encodeURIComponent(coding)}`);
  assert.equal((await get('br, gzip')).body.toString(), 'twice');
  assert.equal((await get('gzip')).body.length, 0);
  await assert.rejects(get('gzip, gzip, gzip'), /packed 3 times over/);
  await assert.rejects(get('__proto__'), /encoding __proto__ is unknown/);
  await assert.rejects(get(`gzip${', gzip'.repeat(1000)}`), /packed 1001 times over/);
});

test('who says next to nothing is not waited for', async (t) => {
  const answer = 'HTTP/1.1 200 OK\r\n';
  const packed = gzipSync(randomBytes(1000));
  const drip = (socket: Socket, text: string | (() => Buffer)) => {
    const timer = setInterval(() => socket.write(typeof text === 'string' ? text : text()), 20);
    socket.on('close', () => clearInterval(timer));
  };
  const servers: Record<string, (socket: Socket) => void> = {
    silent: () => undefined,
    'drips headers': (socket) => {
      socket.write(`${answer}X: `);
      drip(socket, 'x');
    },
    'drips a body': (socket) => {
      socket.write(`${answer}\r\n`);
      drip(socket, 'x');
    },
    'drips a packed body': (socket) => {
      socket.write(`${answer}Content-Encoding: gzip\r\n\r\n`);
      let sent = 0;
      drip(socket, () => packed.subarray(sent, ++sent));
    },
    'always about to answer': (socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'),
    'one long chunk extension': (socket) => {
      socket.write(`${answer}Transfer-Encoding: chunked\r\n\r\n1;x=`);
      drip(socket, 'x'.repeat(2000));
    },
  };
  for (const [name, talk] of Object.entries(servers)) {
    const url = await raw(t, talk);
    const started = performance.now();
    await assert.rejects(fetcher.fetch(url, SHORT), /next to nothing came in 300 ms/, name);
    assert.ok(performance.now() - started < 2500, name);
  }
});

test('who goes on saying something meets the deadline', async (t) => {
  const url = await raw(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const timer = setInterval(() => socket.write('x'.repeat(2000)), 20);
    socket.on('close', () => clearInterval(timer));
  });
  await assert.rejects(fetcher.fetch(url, { deadlineMs: 1200, idleMs: 300 }), /no whole answer in 1200 ms/);
});

test('floods end in words, and soon', async (t) => {
  const answer = 'HTTP/1.1 200 OK\r\n';
  const chunked = `${answer}Transfer-Encoding: chunked\r\n\r\n`;
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n';
  const servers: [string, RegExp, (socket: Socket) => void][] = [
    ['headers', /headers are too long/, (socket) => pour(socket, answer, 'X-Filler: y\r\n'.repeat(1000))],
    ['a header', /headers are too long/, (socket) => pour(socket, `${answer}X: `, 'y'.repeat(60_000))],
    ['trailers', /headers are too long/, (socket) => pour(socket, `${chunked}0\r\n`, 'X-Filler: y\r\n'.repeat(1000))],
    ['a body', /larger than 10485760 bytes/, (socket) => pour(socket, `${answer}\r\n`, 'y'.repeat(60_000))],
    ['no HTTP', /not HTTP/, (socket) => pour(socket, '', 'SSH-2.0-OpenSSH_9.9\r\n'.repeat(1000))],
    ['shorter than it says', /broke|not as long/, (socket) => socket.end(`${answer}Content-Length: 9\r\n\r\nshort`)],
    [
      'two lengths',
      /not as long|not HTTP/,
      (socket) => socket.end(`${answer}Content-Length: 1\r\nContent-Length: 9\r\n\r\nx`),
    ],
    ['a length below nothing', /not as long|not HTTP/, (socket) => socket.end(`${answer}Content-Length: -5\r\n\r\nx`)],
    ['nothing at all', /broke the connection off/, (socket) => socket.end()],
    ['another protocol', /could not be read/, (socket) => socket.write(switching)],
  ];
  for (const [name, says, talk] of servers) {
    const url = await raw(t, talk);
    const error: Error = await fetcher.fetch(url, SHORT).then(
      () => assert.fail(name),
      (failed) => failed,
    );
    assert.ok(error instanceof FetchFailed, `${name}: ${error}`);
    assert.match(error.message, says, name);
  }
});

test('what a server says by its status is heard, however bad the page it says it with', async (t) => {
  const endless = (socket: Socket) => pour(socket, 'HTTP/1.1 503 Busy\r\nRetry-After: 900\r\n\r\n', 'y'.repeat(60_000));
  const packed = (status: number, coding: string) => (socket: Socket) =>
    socket.end(`HTTP/1.1 ${status} X\r\nRetry-After: 900\r\nContent-Encoding: ${coding}\r\nContent-Length: 1\r\n\r\nx`);
  for (const [status, talk] of [
    [503, endless],
    [429, packed(429, 'gzip')],
    [410, packed(410, 'zstd')],
    [304, packed(304, 'zstd')],
  ] as const) {
    const answer = await fetcher.fetch(await raw(t, talk), SHORT);
    assert.deepEqual([answer.status, answer.headers['retry-after'], answer.body.length], [status, '900', 0]);
  }
  const none = await raw(t, (socket) => socket.end('HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n'));
  await assert.rejects(fetcher.fetch(none, SHORT), /its answer is not HTTP/);
});

test('a name that is never found holds up nobody else', async (t) => {
  const url = await serve(t, (_, res) => res.end('here'));
  const nowhere = Array.from({ length: 8 }, (_, n) => fetcher.fetch(`http://n${n}.invalid/`, { deadlineMs: 500 }));
  const failed = Promise.allSettled(nowhere);
  assert.equal((await fetcher.fetch(url)).body.toString(), 'here');
  for (const { status } of await failed) assert.equal(status, 'rejected');
});

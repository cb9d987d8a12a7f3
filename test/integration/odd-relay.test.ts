import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createLog } from '../../src/kernel/log.ts';
import { classify } from '../../src/platform/mail/classify.ts';
import { createMailer } from '../../src/platform/mail/mailer.ts';
import { compileTemplate } from '../../src/platform/mail/message-template.ts';
import { cleanUp } from '../support/clean-up.ts';

interface Conduct {
  /** Of the n-th connection, from 1. */
  greets?: (connection: number) => string;
  /** How long each but the first waits for its greeting. */
  greetsOthersAfterMs?: number;
  /** Null for the usual answer; after '' nothing more is said on that connection. */
  answers?: (command: string, of: { connection: number; messages: number }) => string | null;
}

const usual: Record<string, string> = {
  EHLO: '250-odd\r\n250 PIPELINING',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go',
  '.': '250 ok',
};

/** A relay of few words, some of them wrong. @returns its port, and whose messages it took */
async function oddRelay(
  t: TestContext,
  { greets = () => '220 odd', greetsOthersAfterMs = 0, answers = () => null }: Conduct,
) {
  const taken: string[] = [];
  const sockets = new Set<Socket>();
  const silent = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket.on('error', () => undefined));
    const greeting = greets(connections);
    const greet = () => {
      socket.write(`${greeting}\r\n`);
      if (greeting.startsWith('421')) socket.end();
    };
    if (connections === 1 || greetsOthersAfterMs === 0) greet();
    else setTimeout(greet, greetsOthersAfterMs);
    if (greeting.startsWith('421')) return;
    const state = { connection: connections, messages: 0 };
    let [rest, inBody, to] = ['', false, ''];
    socket.on('data', (bytes) => {
      rest += bytes.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (inBody && line !== '.') continue;
        if (silent.has(socket)) continue;
        const command = inBody ? '.' : line.slice(0, 4).toUpperCase();
        if (command === 'RCPT') to = line;
        const reply = answers(command, state) ?? usual[command] ?? '250 ok';
        if (reply === '') {
          silent.add(socket);
          continue;
        }
        if (inBody && reply.startsWith('250')) taken.push(to);
        if (inBody) state.messages += 1;
        inBody = command === 'DATA' && reply.startsWith('354');
        socket.write(`${reply}\r\n`);
        if (reply.startsWith('421')) return socket.end();
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp(t, () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, taken };
}

const template = await compileTemplate({
  ...{
    from: { name: 'P', address: 'p@post.example' },
    subject: 'Storm',
    html: '<p>Storm</p>',
    text: 'Storm',
    headers: {},
  },
});

async function outcomes(t: TestContext, port: number, count: number, connections = 20, timeout = 2) {
  const mailer = createMailer(
    [`smtp://127.0.0.1:${port}?timeout=${timeout}`],
    async () => '',
    { connections },
    createLog('silent'),
  );
  cleanUp(t, () => mailer.close());
  let ended = 0;
  const one = async (n: number) => {
    const to = `r${n}@example.org`;
    const personal = {
      to: { address: to },
      date: new Date(),
      messageId: `${n}@post.example`,
      unsubscribe: [],
      slots: {},
    };
    const outcome = classify(await mailer.send(template.fill(personal), { from: 'b@post.example', to }));
    ended += 1;
    return { ...outcome, place: ended };
  };
  return Promise.all(Array.from({ length: count }, (_, n) => one(n)));
}

const states = (all: { state: string }[]) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(all, ({ state }) => state)).map(([state, list]) => [state, list?.length]),
  );

const outOfStep: [what: string, answers: NonNullable<Conduct['answers']>][] = [
  ['DATA answered with 250', (command) => (command === 'DATA' ? '250 thanks' : null)],
  ['RCPT answered with 354', (command) => (command === 'RCPT' ? '354 go' : command === 'DATA' ? '503 no' : null)],
  ['an answer too many after RCPT', (command) => (command === 'RCPT' ? '250 ok\r\n250 ok' : null)],
];

for (const [what, answers] of outOfStep) {
  test(`${what}: nothing counts as accepted that the relay has not taken`, async (t) => {
    const { port, taken } = await oddRelay(t, { answers });
    const all = await outcomes(t, port, 6, 2);
    assert.equal(states(all).accepted ?? 0, taken.length);
    assert.equal(all.length, 6);
  });
}

test('a second 354 in the place of the last answer leaves it open whether the message was taken', async (t) => {
  const { port } = await oddRelay(t, { answers: (command) => (command === '.' ? '354 go' : null) });
  assert.deepEqual(states(await outcomes(t, port, 4, 2)), { uncertain: 4 });
});

test('a relay that takes three connections gets everything over three', async (t) => {
  const { port, taken } = await oddRelay(t, { greets: (n) => (n > 3 ? '421 too many connections' : '220 odd') });
  assert.deepEqual(states(await outcomes(t, port, 200)), { accepted: 200 });
  assert.equal(new Set(taken).size, 200);
});

test('a relay that takes five messages a connection gets everything, over many', async (t) => {
  const { port, taken } = await oddRelay(t, {
    answers: (command, { messages }) => (command === 'MAIL' && messages >= 5 ? '421 enough for one connection' : null),
  });
  assert.deepEqual(states(await outcomes(t, port, 60, 4)), { accepted: 60 });
  assert.equal(new Set(taken).size, 60);
});

test('what a relay says is made fit for the ledger', async (t) => {
  const { port } = await oddRelay(t, {
    answers: (command) => (command === 'RCPT' ? '550 5.1.1 no\0 such\u0007 user' : null),
  });
  const [outcome] = await outcomes(t, port, 1);
  assert.equal(outcome?.reply, '550 5.1.1 no  such  user');
  assert.equal(outcome?.addressDead, true);
});

test('a message behind the answer of a relay that falls silent goes over another connection', async (t) => {
  const { port, taken } = await oddRelay(t, {
    greetsOthersAfterMs: 1000,
    answers: (command, { connection }) => (command === '.' && connection === 1 ? '' : null),
  });
  const all = await outcomes(t, port, 2, 2, 5);
  assert.deepEqual(
    all.map(({ state, place }) => [state, place]),
    [
      ['uncertain', 2],
      ['accepted', 1],
    ],
  );
  assert.deepEqual(taken, ['RCPT TO:<r1@example.org>']);
});

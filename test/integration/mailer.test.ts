import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createLog } from '../../src/kernel/log.ts';
import { freePort } from '../../src/platform/db/free-port.ts';
import { createMailer } from '../../src/platform/mail/mailer.ts';
import { compileTemplate } from '../../src/platform/mail/message-template.ts';
import { cleanUp } from '../support/clean-up.ts';

interface Seen {
  port: number;
  mails: { to: string; secure: boolean; user: string | undefined; raw: string }[];
  /** The most connections that were open at once. */
  most: number;
}

/** Somebody's SMTP server, with what it has seen. */
async function relay(t: TestContext, options: SMTPServerOptions = {}): Promise<Seen> {
  let open = 0;
  const seen: Seen = { port: 0, mails: [], most: 0 };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    onConnect: (_session, done) => {
      open += 1;
      seen.most = Math.max(seen.most, open);
      done();
    },
    onClose: () => {
      open -= 1;
    },
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('gone') ? Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 }) : null),
    onData: async (stream, session, done) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      const [to = { address: '' }] = session.envelope.rcptTo;
      const raw = Buffer.concat(chunks).toString();
      seen.mails.push({ to: to.address, secure: session.secure, user: session.user as string | undefined, raw });
      done(null);
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(t, () => new Promise<void>((resolve) => server.close(() => resolve())));
  seen.port = (server.server.address() as AddressInfo).port;
  return seen;
}

const template = await compileTemplate({
  from: { name: 'The Post', address: 'news@post.example' },
  subject: 'Storm closes the bridge',
  html: '<p>.Both ways.</p>',
  text: 'Both ways.\n.\n',
  headers: {},
});

function mailerTo(
  t: TestContext,
  urls: string[],
  { connections = 5, mayGo = () => true as boolean, urgent = false } = {},
) {
  const mailer = createMailer(urls, async () => '', { connections }, createLog('silent'));
  mailer.share({ place: 0, of: 1 });
  cleanUp(t, () => mailer.close());
  const send = (to: string) => {
    const message = template.fill({
      to: { address: to },
      date: new Date(),
      messageId: `${to}.1`,
      unsubscribe: [],
      slots: {},
    });
    return mailer.send(message, { from: 'bounce@post.example', to }, { mayGo, urgent });
  };
  return { mailer, send, sendAll: (addresses: string[]) => Promise.all(addresses.map(send)) };
}

const addresses = (count: number, domain = 'example.org') => Array.from({ length: count }, (_, n) => `r${n}@${domain}`);
const accepted = (replies: { phase: string; code?: number }[]) => replies.filter(({ code }) => code === 250).length;

for (const [how, options] of Object.entries({
  'with pipelining': {},
  'without pipelining': { hidePIPELINING: true },
})) {
  test(`${how}: a refused reader spoils no other, and every mail arrives as it left`, async (t) => {
    const server = await relay(t, options);
    const { sendAll } = mailerTo(t, [`smtp://127.0.0.1:${server.port}`], { connections: 2 });
    const everybody = addresses(30).flatMap((address, n) =>
      n % 3 === 0 ? [`gone${n}@example.org`, address] : [address],
    );
    const replies = await sendAll(everybody);
    replies.forEach((reply, n) => {
      const gone = everybody[n]?.startsWith('gone');
      assert.deepEqual(
        reply.phase === 'answered' && [reply.code, reply.command],
        gone ? [550, 'RCPT TO'] : [250, 'DATA'],
        everybody[n],
      );
    });
    assert.deepEqual(server.mails.map(({ to }) => to).toSorted(), addresses(30).toSorted());
    assert.ok(server.mails.every(({ raw }) => /\r\n=2E\r\n[\s\S]*--\s*$/.test(raw)));
    assert.equal(server.most, 2);
  });
}

test('STARTTLS and smtps, each with a sign-in', async (t) => {
  // The server's certificate is nobody's; whether certificates are checked is nodemailer's business, not ours.
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  t.after(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  });
  const signIn: SMTPServerOptions = {
    authOptional: false,
    disabledCommands: [],
    onAuth: ({ username, password }, _session, done) =>
      password === 'p@ss word' ? done(null, { user: username ?? '' }) : done(new Error('535 5.7.8 no')),
  };
  const [starttls, smtps] = [await relay(t, signIn), await relay(t, { ...signIn, secure: true })];
  for (const [scheme, server] of [
    ['smtp', starttls],
    ['smtps', smtps],
  ] as const) {
    const { sendAll } = mailerTo(t, [`${scheme}://ann:p%40ss%20word@127.0.0.1:${server.port}`]);
    assert.equal(accepted(await sendAll(addresses(8))), 8, scheme);
    assert.ok(
      server.mails.every(({ secure, user }) => secure && user === 'ann'),
      scheme,
    );
  }
  const { send } = mailerTo(t, [`smtps://ann:wrong@127.0.0.1:${smtps.port}`]);
  assert.equal((await send('ann@example.org')).phase, 'not-sent', 'a sign-in that fails sends nothing');
});

test('a message larger than the relay takes, and an address it cannot spell, never leave', async (t) => {
  const small = await relay(t, { size: 100, hideSMTPUTF8: true });
  const { send } = mailerTo(t, [`smtp://127.0.0.1:${small.port}`]);
  assert.match(JSON.stringify(await send('ann@example.org')), /552.*5\.3\.4/);
  assert.match(JSON.stringify(await send('düne@example.org')), /553.*5\.6\.7/);
  assert.equal(small.mails.length, 0);
  const able = await relay(t);
  const other = mailerTo(t, [`smtp://127.0.0.1:${able.port}`]);
  assert.equal(accepted([await other.send('düne@example.org')]), 1);
  assert.match(able.mails[0]?.raw ?? '', /^To: .*düne@example\.org/m);
});

test('relays share the work by weight', async (t) => {
  const [one, two] = [await relay(t), await relay(t)];
  const urls = [`smtp://127.0.0.1:${one.port}?weight=3`, `smtp://127.0.0.1:${two.port}`];
  const { sendAll } = mailerTo(t, urls);
  assert.equal(accepted(await sendAll(addresses(40))), 40);
  assert.deepEqual([one.mails.length, two.mails.length], [30, 10]);
});

test('what a relay that is away cannot take, the next one gets; with all of them away nothing is lost', async (t) => {
  const away = `smtp://127.0.0.1:${await freePort()}`;
  const there = await relay(t);
  const { sendAll } = mailerTo(t, [away, `smtp://127.0.0.1:${there.port}`]);
  assert.equal(accepted(await sendAll(addresses(20))), 20);
  assert.equal(there.mails.length, 20);

  const alone = mailerTo(t, [away]);
  const replies = await alone.sendAll(addresses(20));
  assert.ok(replies.every(({ phase }) => phase === 'not-sent'));
  await assert.rejects(alone.mailer.verify());
});

test('a number of connections is shared by all workers, and a newcomer makes do with one', async (t) => {
  const server = await relay(t);
  const url = `smtp://127.0.0.1:${server.port}?connections=5`;
  const { mailer, sendAll } = mailerTo(t, [url]);
  mailer.share({ place: 0, of: 2 });
  assert.equal(mailer.connections, 3);
  assert.equal(accepted(await sendAll(addresses(30))), 30);
  assert.equal(server.most, 3);
  mailer.share({ place: 1, of: 2 });
  assert.equal(mailer.connections, 2);
  mailer.share({ place: 7, of: 8 });
  assert.equal(mailer.connections, 0);
  const fresh = createMailer([url], async () => '', { connections: 20 }, createLog('silent'));
  assert.equal(fresh.connections, 1);
  const confirmations = createMailer([url], async () => '', { connections: 2, unlimited: true }, createLog('silent'));
  assert.equal(confirmations.connections, 2);
});

test('beyond a domain’s rate a message waits in the ledger, each for a time of its own; other domains do not wait', async (t) => {
  const server = await relay(t);
  const { sendAll } = mailerTo(t, [`smtp://127.0.0.1:${server.port}?domain_rate=2`]);
  const [one, other] = await Promise.all([sendAll(addresses(12, 'one.example')), sendAll(['ann@other.example'])]);
  assert.equal(accepted(other), 1);
  const held = one.flatMap((reply) => (reply.phase === 'held' ? [reply.seconds] : []));
  assert.ok(held.length >= 8, `${held.length} held`);
  assert.equal(accepted(one) + held.length, 12);
  assert.ok(Math.max(...held) > Math.min(...held), `spread over time: ${held}`);
});

test('a worker that may not trust its claims hands nothing over', async (t) => {
  const server = await relay(t);
  let may = false;
  const { send } = mailerTo(t, [`smtp://127.0.0.1:${server.port}`], { mayGo: () => may });
  assert.equal((await send('ann@example.org')).phase, 'held');
  may = true;
  assert.equal(accepted([await send('ann@example.org')]), 1);
  assert.equal(server.mails.length, 1);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createSpamCheck } from '../../src/platform/mail/spam-check.ts';

/** What comes of a spamd that answers this. */
async function answered(t: TestContext, answer: string) {
  const server = createServer((socket) => socket.on('error', () => undefined).end(answer)).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return createSpamCheck({ host: '127.0.0.1', port })(Buffer.from('x'), new AbortController().signal);
}

test('a score is read, and what is none is told in few words and at once', async (t) => {
  const head = 'SPAMD/1.1 0 EX_OK\r\n';
  const read = await answered(t, `${head}Content-length: 3\r\nSpam: False ; -0.1 / 5.0\r\n\r\nA,B\r\n`);
  assert.deepEqual(read, { score: -0.1, limit: 5, rules: ['A', 'B'] });
  for (const lie of [`${head}Spam: True ; . / -.\r\n\r\n`, `${head}${'Spam:\n'.repeat(10_000)}`])
    await assert.rejects(answered(t, lie), /spamd gave no score/);
  await assert.rejects(answered(t, `SPAMD/1.1 5 a\0b${'y'.repeat(9000)}`), ({ message }: Error) => message.length < 60);
});

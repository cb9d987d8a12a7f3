import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { createSigner } from '../../src/platform/mail/dkim.ts';
import { compileTemplate } from '../../src/platform/mail/message-template.ts';
import { tempDir } from '../support/temp-dir.ts';

const SIGNED = [
  ...['From', 'Reply-To', 'To', 'Subject', 'Date', 'Message-ID', 'List-ID', 'List-Unsubscribe'],
  ...['List-Unsubscribe-Post', 'Feedback-ID', 'Auto-Submitted', 'MIME-Version', 'Content-Type'],
];

/** A signed mail, and the answers a name server would give about its keys. */
async function signedMail(t: TestContext, kinds: ('rsa' | 'ed25519')[]) {
  const folder = await tempDir(t);
  const records = new Map<string, string>();
  const keys = await Promise.all(
    kinds.map(async (kind) => {
      const { privateKey, publicKey } =
        kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
      const keyFile = path.join(folder, `${kind}.pem`);
      await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
      const der = publicKey.export({ type: 'spki', format: 'der' });
      const p = (kind === 'rsa' ? der : der.subarray(-32)).toString('base64');
      records.set(`${kind}._domainkey.post.example`, `v=DKIM1; k=${kind}; p=${p}`);
      return { selector: kind, keyFile };
    }),
  );
  const template = await compileTemplate({
    from: { name: 'The Post', address: 'news@post.example' },
    replyTo: 'desk@post.example',
    subject: 'Größe überall: ein sehr langer Betreff, der über mehr als eine Zeile hinausgeht',
    html: '<p>.Storm  closes the bridge 🦭</p>\n<a href="%%unsubscribe_url%%">Leave</a>',
    text: 'Storm closes the bridge\n\n%%unsubscribe_url%%\n',
    headers: {
      'List-Id': '<daily.post.example>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Feedback-ID': '1:daily:digest:daybreak',
    },
  });
  const message = template.fill({
    to: { address: 'ann@example.org' },
    date: new Date(),
    messageId: '1-2-abc@post.example',
    unsubscribe: ['https://alerts.post.example/unsubscribe/abc', 'mailto:unsubscribe@post.example?subject=abc'],
    slots: { unsubscribe_url: `https://alerts.post.example/unsubscribe/${'abc'.repeat(40)}` },
  });
  const signatures = await createSigner({ domain: 'post.example', keys })(message);
  const head = `${signatures}${message.fields.map(({ line }) => line).join('')}`;
  return { head, body: message.body.map(String).join(''), records };
}

async function verdicts(mail: string, records: Map<string, string>): Promise<string[]> {
  const resolver = async (name: string) => [[records.get(name) ?? '']];
  const { results } = await dkimVerify(Buffer.from(mail, 'latin1'), { resolver });
  return results.map(({ status }: { status: { result: string } }) => status.result);
}

for (const kinds of [['rsa'], ['ed25519'], ['rsa', 'ed25519']] as ('rsa' | 'ed25519')[][]) {
  test(`a mail signed with ${kinds.join(' and ')} holds for somebody else’s verifier`, async (t) => {
    const { head, body, records } = await signedMail(t, kinds);
    assert.deepEqual(
      await verdicts(`${head}\r\n${body}`, records),
      kinds.map(() => 'pass'),
    );
  });
}

test('OpenDKIM finds it good, and finds out that a word was changed', async (t) => {
  const { head, body, records } = await signedMail(t, ['rsa']);
  const program = process.env.TEST_OPENDKIM;
  if (!program) throw new Error('TEST_OPENDKIM is unset: run tests as `npm test -- <file>`.');
  const folder = await tempDir(t);
  const file = (name: string) => path.join(folder, name);
  await writeFile(file('dns'), [...records].map((record) => record.join(' ')).join('\n'));
  await writeFile(file('conf'), `Mode v\nTestDNSData file:${file('dns')}\n`);
  await writeFile(file('good'), `${head}\r\n${body}`, 'latin1');
  await writeFile(file('bad'), `${head}\r\n${body.replace('Storm', 'Sturm')}`, 'latin1');
  const said = async (name: string) => {
    const { stdout, stderr } = await promisify(execFile)(program, ['-x', file('conf'), '-t', file(name)]);
    return stdout + stderr;
  };
  assert.match(await said('good'), /verification \(s=rsa, d=post\.example, 2048-bit key\) succeeded/);
  assert.match(await said('bad'), /failed: signature verification failed|body has been altered/);
});

test('one changed byte in any signed header, or in the body, breaks the signature', async (t) => {
  const { head, body, records } = await signedMail(t, ['rsa']);
  for (const name of SIGNED) {
    const at = new RegExp(`^${name}: .`, 'm').exec(head);
    assert.ok(at, `the mail has ${name}`);
    const last = at.index + at[0].length - 1;
    const changed = `${head.slice(0, last)}${head[last] === 'x' ? 'y' : 'x'}${head.slice(last + 1)}`;
    assert.notDeepEqual(await verdicts(`${changed}\r\n${body}`, records), ['pass'], name);
  }
  assert.notDeepEqual(await verdicts(`${head}\r\n${body.replace('Storm', 'Sturm')}`, records), ['pass']);
});

test('a second header of a kind that matters breaks the signature', async (t) => {
  const { head, body, records } = await signedMail(t, ['rsa']);
  for (const name of ['From', 'Subject', 'To', 'List-Unsubscribe', 'List-Unsubscribe-Post']) {
    assert.notDeepEqual(await verdicts(`${name}: another\r\n${head}\r\n${body}`, records), ['pass'], name);
  }
});

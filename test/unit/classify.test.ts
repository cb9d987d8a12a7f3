import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { classify, MOST_ATTEMPTS, waitBefore } from '../../src/platform/mail/classify.ts';

const answered = (code: number, text: string, command = 'RCPT TO') =>
  classify({ phase: 'answered', code, text, command });

const verdicts: [code: number, text: string, command: string, state: string, addressDead: boolean][] = [
  [250, '2.0.0 Ok: queued as 4F1', 'DATA', 'accepted', false],
  [250, '5.1.1 is what the message was about', 'DATA', 'accepted', false],
  [421, '4.7.0 too many connections', 'RCPT TO', 'deferred', false],
  [450, '4.2.1 mailbox busy', 'RCPT TO', 'deferred', false],
  [451, '4.7.1 greylisted', 'RCPT TO', 'deferred', false],
  [452, '4.2.2 mailbox full', 'RCPT TO', 'deferred', false],
  [452, '5.1.1 a code that contradicts itself', 'RCPT TO', 'deferred', false],
  [550, '5.1.1 no such user', 'RCPT TO', 'failed', true],
  [550, '5.1.2 no such domain', 'RCPT TO', 'failed', true],
  [556, '5.1.10 the domain takes no mail', 'RCPT TO', 'failed', true],
  [550, '5.2.1 mailbox disabled', 'RCPT TO', 'failed', true],
  [552, '5.2.2 mailbox full', 'RCPT TO', 'failed', false],
  [550, '5.7.1 blocked by policy', 'RCPT TO', 'failed', false],
  [550, '5.1.100 no code we know', 'RCPT TO', 'failed', false],
  [550, '15.1.1 no code at all', 'RCPT TO', 'failed', false],
  [550, 'no such user', 'RCPT TO', 'failed', false],
  // Only what is said about the recipient counts: the same words after DATA or MAIL are about us.
  [550, '5.1.1 spam', 'DATA', 'failed', false],
  [550, '5.1.1 sender unknown', 'MAIL FROM', 'failed', false],
  [554, '5.7.1 message refused', 'DATA', 'failed', false],
  [535, '5.7.8 authentication failed', 'AUTH', 'failed', false],
];

test('each answer of a relay means one thing', () => {
  for (const [code, text, command, state, addressDead] of verdicts) {
    const outcome = answered(code, text, command);
    assert.deepEqual({ state: outcome.state, addressDead: outcome.addressDead }, { state, addressDead }, text);
    assert.equal(outcome.reply, text);
    assert.notEqual(outcome.reason, '');
  }
});

test('no answer after the last byte is uncertain; before it, try again', () => {
  assert.equal(classify({ phase: 'lost-after-data', text: 'socket hang up' }).state, 'uncertain');
  assert.equal(classify({ phase: 'not-sent', text: 'connection refused' }).state, 'deferred');
});

test('only a permanent refusal of the recipient ever condemns an address', () => {
  const command = fc.constantFrom('EHLO', 'MAIL FROM', 'RCPT TO', 'DATA', 'AUTH', '');
  const text = fc.oneof(fc.string(), fc.constantFrom('5.1.1 gone', '550-5.1.1 gone', '4.1.1 wait'));
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), text, command, (code, words, at) => {
      const { state, addressDead } = answered(code, words, at);
      assert.equal(state, code < 300 ? 'accepted' : code < 500 ? 'deferred' : 'failed');
      if (addressDead) assert.ok(code >= 500 && at === 'RCPT TO' && words.includes('5.1.1'));
    }),
  );
});

test('a relay’s endless words are cut before they reach the ledger', () => {
  assert.equal(answered(550, 'x'.repeat(100_000)).reply?.length, 500);
});

test('the wait doubles from a minute to an hour, and trying ends after about a day', () => {
  assert.deepEqual([1, 2, 3, 6, 7, 8, 20].map(waitBefore), [60, 120, 240, 1920, 3600, 3600, 3600]);
  const all = Array.from({ length: MOST_ATTEMPTS - 1 }, (_, i) => waitBefore(i + 1)).reduce((a, b) => a + b, 0);
  assert.ok(all > 20 * 3600 && all < 30 * 3600, `${all} s`);
});

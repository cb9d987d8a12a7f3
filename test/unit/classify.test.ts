import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { classify, notComposed } from '../../src/platform/mail/classify.ts';
import type { Command } from '../../src/platform/mail/reply.ts';

const answered = (code: number, text: string, command: Command = 'RCPT TO') =>
  classify({ phase: 'answered', code, text, command });

const verdicts: [code: number, text: string, command: Command, state: string, reason: RegExp][] = [
  [250, '2.0.0 Ok: queued as 4F1', 'DATA', 'accepted', /accepted/],
  [250, '5.1.1 is what the message was about', 'DATA', 'accepted', /accepted/],
  [250, 'an answer that fits no question', 'RCPT TO', 'deferred', /relay is at fault/],
  [421, '4.7.0 too many connections', 'RCPT TO', 'deferred', /slow down/],
  [421, 'service not available', 'MAIL FROM', 'deferred', /relay is at fault/],
  [450, '4.2.1 mailbox busy', 'RCPT TO', 'deferred', /try later/],
  [451, '4.7.1 greylisted', 'RCPT TO', 'deferred', /slow down/],
  [451, 'try again', 'MAIL FROM', 'deferred', /relay is at fault/],
  [451, '4.3.0 out of disk', 'DATA', 'deferred', /relay is at fault/],
  [452, '4.2.2 mailbox full', 'RCPT TO', 'deferred', /mailbox is full/],
  [452, '5.1.1 a code that contradicts itself', 'RCPT TO', 'deferred', /try later/],
  [550, '5.1.1 no such user', 'RCPT TO', 'failed', /does not exist/],
  [550, '5.1.2 no such domain', 'RCPT TO', 'failed', /does not exist/],
  [556, '5.1.10 the domain takes no mail', 'RCPT TO', 'failed', /does not exist/],
  [550, '5.2.1 mailbox disabled', 'RCPT TO', 'failed', /does not exist/],
  [552, '5.2.2 mailbox full', 'RCPT TO', 'failed', /mailbox is full/],
  [550, '5.7.1 blocked by policy', 'RCPT TO', 'deferred', /policy/],
  [550, '5.7.515 access denied', 'DATA', 'deferred', /policy/],
  [554, '5.7.1 message refused', 'DATA', 'deferred', /policy/],
  [535, '5.7.8 authentication failed', 'CONN', 'deferred', /policy/],
  [550, '5.1.100 no code we know', 'RCPT TO', 'failed', /relay refused/],
  [550, '15.1.1 no code at all', 'RCPT TO', 'failed', /relay refused/],
  [550, 'no such user', 'RCPT TO', 'failed', /relay refused/],
  [552, '5.3.4 too large', 'MAIL FROM', 'failed', /content/],
  [554, 'transaction failed', 'DATA', 'failed', /content/],
  [553, '5.6.7 no SMTPUTF8', 'MAIL FROM', 'failed', /relay refused/],
  // Only what is said about the recipient counts: the same words after DATA or MAIL are about us.
  [550, '5.1.1 spam', 'DATA', 'failed', /relay refused/],
  [550, '5.1.1 sender unknown', 'MAIL FROM', 'deferred', /relay is at fault/],
];

test('each answer of a relay means one thing', () => {
  for (const [code, text, command, state, reason] of verdicts) {
    const outcome = answered(code, text, command);
    assert.equal(outcome.state, state, text);
    assert.match(outcome.reason, reason, text);
    assert.equal(outcome.addressDead, outcome.reason === 'address does not exist', text);
    assert.equal(outcome.reply, `${code} ${text}`);
  }
});

test('what is about us or the relay is told from what is about a reader', () => {
  const aboutUs = verdicts.filter(([code, text, command]) => answered(code, text, command).aboutUs);
  for (const [, text, , , reason] of aboutUs) assert.match(String(reason), /policy|at fault|content/, text);
  assert.equal(classify({ phase: 'not-sent', text: 'connection refused' }).aboutUs, true);
  assert.equal(classify({ phase: 'lost-after-data', text: 'socket hang up' }).aboutUs, false);
});

test('no answer after the last byte is uncertain; before it, try again; a limit of ours is no attempt', () => {
  assert.equal(classify({ phase: 'lost-after-data', text: 'socket hang up' }).state, 'uncertain');
  assert.equal(classify({ phase: 'not-sent', text: 'connection refused' }).state, 'deferred');
  const held = classify({ phase: 'held', text: 'too many', seconds: 7 });
  assert.deepEqual([held.state, held.counts, held.waitAfter(1)], ['deferred', false, 7]);
});

test('only a permanent refusal of the recipient ever condemns an address', () => {
  const command = fc.constantFrom<Command>('CONN', 'MAIL FROM', 'RCPT TO', 'DATA');
  const text = fc.oneof(fc.string(), fc.constantFrom('5.1.1 gone', '550-5.1.1 gone', '4.1.1 wait', '5.7.1 no'));
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), text, command, (code, words, at) => {
      const { state, addressDead } = answered(code, words, at);
      if (code < 300 && at === 'DATA') assert.equal(state, 'accepted');
      else if (code < 400) assert.equal(state, 'deferred');
      else if (code < 500) assert.equal(state, 'deferred');
      else assert.notEqual(state, 'accepted');
      if (addressDead) assert.ok(code >= 500 && at === 'RCPT TO' && words.startsWith('5.1.1'));
    }),
  );
});

test('a relay’s endless words are cut before they reach the ledger', () => {
  assert.equal(answered(550, 'x'.repeat(100_000)).reply?.length, 500);
});

test('the wait doubles from a minute to an hour, and trying ends after about a day', () => {
  for (const { waitAfter } of [answered(451, '4.3.0 later'), notComposed()]) {
    assert.deepEqual([1, 2, 3, 6, 7, 8, 20].map(waitAfter), [60, 120, 240, 1920, 3600, 3600, 3600]);
    assert.equal(waitAfter(30), null);
    const all = Array.from({ length: 29 }, (_, i) => waitAfter(i + 1) ?? 0).reduce((a, b) => a + b, 0);
    assert.ok(all > 20 * 3600 && all < 30 * 3600, `${all} s`);
  }
});

test('a refusal by policy is tried again seldom, and not for ever', () => {
  const { waitAfter } = answered(550, '5.7.1 blocked');
  assert.deepEqual([1, 2, 5, 7, 8].map(waitAfter), [900, 1800, 14_400, 14_400, null]);
});

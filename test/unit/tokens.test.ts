import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DomainError } from '../../src/kernel/errors.ts';
import { type Purpose, TokenExpired, TokenForged, Tokens } from '../../src/kernel/tokens.ts';
import { MailIdentity } from '../../src/platform/mail/identity.ts';

const tokens = new Tokens('a secret of at least thirty-two bytes, for tests');
const now = new Date('2026-11-20T12:00:00Z');
const purposes: Purpose[] = ['confirm', 'unsubscribe', 'preferences', 'bounce'];
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

const purpose = fc.constantFrom(...purposes);
const ids = fc.array(fc.nat({ max: Number.MAX_SAFE_INTEGER }), { minLength: 1, maxLength: 4 });

test('what was sealed is what is opened, and a link needs no escaping', () => {
  fc.assert(
    fc.property(purpose, ids, (why, numbers) => {
      const token = tokens.seal(why, numbers);
      assert.match(token, /^[A-Za-z0-9_~-]+$/);
      assert.deepEqual(tokens.open(why, token, now), numbers);
    }),
  );
});

test('a token opens nothing but what it was made for, and only under its own secret', () => {
  const others = new Tokens('another secret of at least thirty-two bytes');
  fc.assert(
    fc.property(purpose, ids, (why, numbers) => {
      const token = tokens.seal(why, numbers);
      for (const other of purposes.filter((one) => one !== why)) {
        assert.throws(() => tokens.open(other, token, now), TokenForged);
      }
      assert.throws(() => others.open(why, token, now), TokenForged);
    }),
  );
});

test('a token ends at its second, and one without an end lasts', () => {
  const token = tokens.seal('confirm', [7], later(60));
  assert.deepEqual(tokens.open('confirm', token, later(59)), [7]);
  assert.deepEqual(tokens.open('confirm', token, later(60)), [7]);
  assert.throws(() => tokens.open('confirm', token, later(61)), TokenExpired);
  assert.deepEqual(tokens.open('unsubscribe', tokens.seal('unsubscribe', [7]), later(20 * 365 * 86_400)), [7]);
});

test('one bit changed anywhere, in the numbers or in the seal, and it is forged', () => {
  const [id = '', body = '', mac = ''] = tokens.seal('unsubscribe', [123_456, 7, 89], later(60)).split('~');
  for (const [at, part] of [body, mac].entries()) {
    const bytes = Buffer.from(part, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const parts = [body, mac].with(at, changed.toString('base64url'));
      assert.throws(
        () => tokens.open('unsubscribe', [id, ...parts].join('~'), now),
        TokenForged,
        `part ${at}, bit ${bit}`,
      );
    }
  }
});

test('cut short at any place it is forged', () => {
  const token = tokens.seal('unsubscribe', [123_456, 7]);
  for (let length = 0; length < token.length; length += 1) {
    assert.throws(() => tokens.open('unsubscribe', token.slice(0, length), now), TokenForged, token.slice(0, length));
  }
});

test('numbers cannot be moved from one token into another', () => {
  const [id = '', mine = '', seal = ''] = tokens.seal('preferences', [1]).split('~');
  const [, theirs = ''] = tokens.seal('preferences', [2]).split('~');
  assert.deepEqual(tokens.open('preferences', `${id}~${mine}~${seal}`, now), [1]);
  assert.throws(() => tokens.open('preferences', `${id}~${theirs}~${seal}`, now), TokenForged);
});

// Made by the version that knew no key ids, under the secret of this file: a mail somebody has kept.
const KEPT = {
  unsubscribe: 'MC4ybjljLjcuMmg~XO6iOMZqOvNT6SGmzEYVCg',
  secret: 'a secret of at least thirty-two bytes, for tests',
};

test('a link in a mail from before there were key ids still works, after any number of new secrets', () => {
  assert.deepEqual(tokens.open('unsubscribe', KEPT.unsubscribe, now), [123_456, 7, 89]);
  const rotated = new Tokens('the newest secret of at least thirty-two bytes', [
    'another of more than 32 bytes',
    KEPT.secret,
  ]);
  assert.deepEqual(rotated.open('unsubscribe', KEPT.unsubscribe, now), [123_456, 7, 89]);
  assert.throws(() => rotated.open('preferences', KEPT.unsubscribe, now), TokenForged);
});

test('a new secret opens what was made under the old one, makes nothing under it, and without it opens nothing old', () => {
  const fresh = 'the newest secret of at least thirty-two bytes';
  const rotated = new Tokens(fresh, [KEPT.secret]);
  fc.assert(
    fc.property(purpose, ids, (why, numbers) => {
      assert.deepEqual(rotated.open(why, tokens.seal(why, numbers), now), numbers);
      assert.throws(() => tokens.open(why, rotated.seal(why, numbers), now), TokenForged);
      assert.throws(() => new Tokens(fresh).open(why, tokens.seal(why, numbers), now), TokenForged);
    }),
  );
});

test('the key id belongs to what is signed: left out, or another’s, it is forged', () => {
  const rotated = new Tokens('the newest secret of at least thirty-two bytes', [KEPT.secret]);
  const [, body = '', mac = ''] = rotated.seal('preferences', [1]).split('~');
  const [other = ''] = tokens.seal('preferences', [1]).split('~');
  for (const token of [`${body}~${mac}`, `${other}~${body}~${mac}`, `~${body}~${mac}`, `x~x~${body}~${mac}`])
    assert.throws(() => rotated.open('preferences', token, now), TokenForged, token);
});

test('a token past its time can still be read by whoever asks for another', () => {
  const token = tokens.seal('confirm', [7, 2], later(60));
  assert.deepEqual(tokens.read('confirm', token, later(59)), { ids: [7, 2], expired: false });
  assert.deepEqual(tokens.read('confirm', token, later(61)), { ids: [7, 2], expired: true });
});

test('whatever else is given ends in the same clear error', () => {
  const hostile = [
    '',
    '~',
    '~~',
    '.',
    'a~b',
    '\0',
    '%00',
    '../../etc',
    'NaN~',
    '💥~💥',
    'a'.repeat(100_000),
    '~'.repeat(9),
  ];
  for (const token of hostile) assert.throws(() => tokens.open('confirm', token, now), TokenForged, token.slice(0, 20));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (token) => {
      assert.throws(() => tokens.open('confirm', token, now), TokenForged);
    }),
  );
  assert.ok(new TokenForged() instanceof DomainError);
});

test('the hash of a suppressed address says nothing without the secret, and differs from every seal', () => {
  const hash = tokens.mac('suppression', 'ann@example.org');
  assert.equal(hash.length, 16);
  assert.deepEqual(hash, tokens.mac('suppression', 'ann@example.org'));
  assert.notDeepEqual(hash, tokens.mac('suppression', 'bob@example.org'));
  assert.notDeepEqual(hash, tokens.mac('confirm', 'ann@example.org'));
  assert.notDeepEqual(hash, new Tokens('another secret').mac('suppression', 'ann@example.org'));
});

test('a suppressed address is known again after any number of new secrets, and a bounce of a mail from before them', () => {
  const rotated = new Tokens('the newest secret of at least thirty-two bytes', [
    'another of more than 32 bytes',
    KEPT.secret,
  ]);
  assert.deepEqual(rotated.mac('suppression', 'ann@example.org'), tokens.mac('suppression', 'ann@example.org'));
  const [before, after] = [tokens, rotated].map((known) => new MailIdentity('https://post.example', undefined, known));
  const address = before?.bounceAddress(before.stamp({ editionId: 7, subscriberId: 123_456 })) ?? '';
  assert.deepEqual(after?.openBounceAddress(address), { editionId: 7, subscriberId: 123_456 });
  assert.equal(after?.openBounceAddress(address.replace('-', '-0')), null);
});

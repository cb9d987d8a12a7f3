import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DomainError } from '../../src/kernel/errors.ts';
import { type Purpose, TokenExpired, TokenForged, Tokens } from '../../src/kernel/tokens.ts';

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
  const [body = '', mac = ''] = tokens.seal('unsubscribe', [123_456, 7, 89], later(60)).split('~');
  for (const [at, part] of [body, mac].entries()) {
    const bytes = Buffer.from(part, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const parts = [body, mac].with(at, changed.toString('base64url'));
      assert.throws(() => tokens.open('unsubscribe', parts.join('~'), now), TokenForged, `part ${at}, bit ${bit}`);
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
  const [mine = '', seal = ''] = tokens.seal('preferences', [1]).split('~');
  const [theirs = ''] = tokens.seal('preferences', [2]).split('~');
  assert.deepEqual(tokens.open('preferences', `${mine}~${seal}`, now), [1]);
  assert.throws(() => tokens.open('preferences', `${theirs}~${seal}`, now), TokenForged);
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressKey, type EmailAddress, parseEmailAddress } from '../../src/kernel/email-address.ts';

const sound: [string, string][] = [
  ['ann@example.org', 'ann@example.org'],
  ['  ann@example.org ', 'ann@example.org'],
  ['Ann.Reader+news@EXAMPLE.Org', 'Ann.Reader+news@example.org'],
  ["o'brien!#$%&*/=?^_`{|}~-@example.org", "o'brien!#$%&*/=?^_`{|}~-@example.org"],
  ['ann@sub.sub.example.co.uk', 'ann@sub.sub.example.co.uk'],
  ['ann@münchen.example', 'ann@xn--mnchen-3ya.example'],
  ['ann@xn--mnchen-3ya.example', 'ann@xn--mnchen-3ya.example'],
  ['ann@例え．テスト', 'ann@xn--r8jz45g.xn--zckzah'],
  ['jos\u0065\u0301@example.org', 'jos\u00e9@example.org'],
  [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
];

test('what mail can be sent to is accepted, the domain in lower-case A-labels', () => {
  for (const [text, address] of sound) assert.equal(parseEmailAddress(text), address, text);
});

const unsound = [
  '',
  ' ',
  '@',
  'ann',
  'ann@',
  '@example.org',
  'ann@@example.org',
  'ann@bob@example.org',
  'ann@localhost',
  'ann@example.o',
  'ann@example.123',
  'ann@example.org.',
  'ann@.example.org',
  'ann@example..org',
  'ann@-example.org',
  'ann@example-.org',
  'ann@127.0.0.1',
  'ann@[127.0.0.1]',
  'ann@[IPv6:::1]',
  'ann@0x7f.1',
  '.ann@example.org',
  'ann.@example.org',
  'a..b@example.org',
  'a b@example.org',
  '"a b"@example.org',
  'Ann <ann@example.org>',
  '<ann@example.org>',
  'ann@example.org,bob@example.org',
  'ann@example.org;bob@example.org',
  'ann(comment)@example.org',
  'ann\\@example.org',
  // A parser of URLs would read these as a host and something after it, or strip what is in the middle.
  'ann@example.org/path',
  'ann@example.org?query',
  'ann@example.org#fragment',
  'ann@example.org\\path',
  'ann@example.org:25',
  'ann@%65xample.org',
  'ann@user:password@example.org',
  `${'a'.repeat(65)}@example.org`,
  `${'é'.repeat(33)}@example.org`,
  `ann@${'a'.repeat(64)}.org`,
  `ann@${'abcdefgh.'.repeat(28)}org`,
  `${'a'.repeat(60)}@${'abcdefgh.'.repeat(22)}org`,
];

test('what is no address is refused', () => {
  for (const text of unsound) assert.equal(parseEmailAddress(text), null, JSON.stringify(text));
});

const controls = [...Array.from({ length: 0x20 }, (_, i) => i), ...Array.from({ length: 0x21 }, (_, i) => 0x7f + i)];
const invisible = [0xad, 0x200b, 0x200e, 0x202e, 0x2028, 0x2029, 0xfeff];
const places = [
  ...['^ann@example.org', 'a^nn@example.org', 'ann^@example.org'],
  ...['ann@^example.org', 'ann@exam^ple.org', 'ann@example^.org', 'ann@example.org^'],
];

test('a control or invisible character is refused wherever it stands', () => {
  for (const code of [...controls, ...invisible]) {
    const character = String.fromCodePoint(code);
    for (const at of places) {
      assert.equal(parseEmailAddress(at.replace('^', character)), null, `U+${code.toString(16)} in ${at}`);
    }
  }
});

test('whatever is accepted is accepted again as it is, and can stand in an SMTP command and a header', () => {
  const piece = fc.string({ unit: fc.constantFrom(...'aZ9é日.+-_@<> ,;:"()[]\\\r\n\t\0%/#?\u202e'), maxLength: 12 });
  const likely = fc.tuple(piece, piece).map(([local, domain]) => `a${local}@b${domain}.example`);
  const text = fc.oneof(likely, fc.emailAddress(), fc.string({ unit: 'binary' }));
  let accepted = 0;
  fc.assert(
    fc.property(text, (given) => {
      const address = parseEmailAddress(given);
      if (address === null) return;
      accepted += 1;
      assert.equal(parseEmailAddress(address), address);
      assert.match(address, /^[^\p{Cc}\p{Cf}\s<>()[\],;:\\"@]+@[a-z0-9.-]+$/u);
      assert.ok(Buffer.byteLength(address) <= 254);
    }),
    { numRuns: 2000 },
  );
  assert.ok(accepted > 200, `only ${accepted} were accepted`);
});

test('case does not make a second reader', () => {
  const key = (text: string) => addressKey(parseEmailAddress(text) as EmailAddress);
  assert.equal(key('Ann@Example.ORG'), key('ann@example.org'));
  assert.notEqual(key('ann+news@example.org'), key('ann@example.org'));
});

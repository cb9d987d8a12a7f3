import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressKey, type EmailAddress, parseEmailAddress } from '../../src/kernel/email-address.ts';

/** What is typed, what it is stored as (null: refused), and the rule that says so. */
type Case = [text: string, address: string | null, why: string];

const octets = (count: number, letter = 'a') => letter.repeat(count / Buffer.byteLength(letter));
/** A domain of so many octets, in labels of at most 63. */
const domainOf = (count: number) =>
  `${'abcdefghi.'
    .repeat(30)
    .slice(0, count - 4)
    .replace(/\.$/, 'x')}.org`;

const table: Record<string, Case[]> = {
  'dot-atom local parts (RFC 5322 §3.2.3, RFC 5321 §4.1.2)': [
    ['ann@example.org', 'ann@example.org', 'the plainest'],
    ['  ann@example.org ', 'ann@example.org', 'blanks that came with pasting'],
    ['Ann.Reader+news@EXAMPLE.Org', 'Ann.Reader+news@example.org', 'the local part is the host’s to read (§2.4)'],
    ["!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org", 'every atext'],
    ['1@example.org', '1@example.org', 'one character is enough'],
    ['.ann@example.org', null, 'no dot at the beginning'],
    ['ann.@example.org', null, 'nor at the end'],
    ['a..b@example.org', null, 'nor two together'],
    ['a b@example.org', null, 'a blank is no atext'],
    ['ann\\@example.org', null, 'nor is a backslash'],
    ['ann@bob@example.org', null, 'nor an @'],
    ['@example.org', null, 'nothing before it'],
    ['ann', null, 'no domain'],
    ['ann@', null, 'an empty one'],
    ['', null, 'nothing at all'],
  ],
  // Legal, and refused on purpose: RFC 5321 §4.1.2 asks that nobody make such a mailbox, relays rewrite or reject them, and
  // a bounce may give one back otherwise than it went out.
  'quoted local parts (RFC 5321 §4.1.2): refused, all of them': [
    ['"ann"@example.org', null, 'the same mailbox as without quotes'],
    ['"a b"@example.org', null, 'a blank'],
    ['"a@b"@example.org', null, 'an @'],
    ['"a\\"b"@example.org', null, 'a quoted pair'],
    ['""@example.org', null, 'empty'],
    ['ann."b".c@example.org', null, 'in part (RFC 5322 obs-local-part)'],
    ['"ann@example.org', null, 'never closed'],
  ],
  'comments, folding, display names, lists (RFC 5322 §3.2.2, §3.4): a message has them, an envelope has not': [
    ['ann(comment)@example.org', null, 'after the local part'],
    ['ann@(comment)example.org', null, 'before the domain'],
    ['ann@example.org (Ann)', null, 'behind'],
    ['ann @ example.org', null, 'blanks around the @ (obs-addr-spec)'],
    ['ann@\r\n example.org', null, 'folded'],
    ['Ann <ann@example.org>', null, 'a name'],
    ['<ann@example.org>', null, 'brackets'],
    ['ann@example.org,bob@example.org', null, 'two'],
    ['ann@example.org;bob@example.org', null, 'two, as Outlook writes them'],
    ['friends:ann@example.org;', null, 'a group'],
    ['@relay.example:ann@example.org', null, 'a source route (RFC 5321 appendix C)'],
  ],
  'domains (RFC 1035 §2.3.1, RFC 5321 §2.3.5)': [
    ['ann@sub.sub.example.co.uk', 'ann@sub.sub.example.co.uk', 'many labels'],
    ['ann@3com.example', 'ann@3com.example', 'a digit first (RFC 1123 §2.1)'],
    ['ann@a-b--c.example', 'ann@a-b--c.example', 'hyphens inside'],
    ['ann@localhost', null, 'no domain of the public'],
    ['ann@example.o', null, 'no top level has one letter'],
    ['ann@example.123', null, 'nor is one all digits (RFC 3696 §2)'],
    ['ann@example.org.', null, 'a final dot is not of SMTP'],
    ['ann@.example.org', null, 'an empty label'],
    ['ann@example..org', null, 'another'],
    ['ann@-example.org', null, 'a hyphen first'],
    ['ann@example-.org', null, 'a hyphen last'],
    ['ann@exam_ple.org', null, 'an underline is of no host'],
    ['ann@127.0.0.1', null, 'an address without brackets'],
    ['ann@0x7f.1', null, 'one a URL parser would read as 127.0.0.1'],
  ],
  'domain literals (RFC 5321 §4.1.3): legal, and never a reader’s': [
    ['ann@[127.0.0.1]', null, 'this machine'],
    ['ann@[192.0.2.1]', null, 'IPv4'],
    ['ann@[IPv6:2001:db8::1]', null, 'IPv6'],
    ['ann@[x-tag:content]', null, 'a general one'],
  ],
  // A parser of URLs would read these as a host and something after it, or strip what is in the middle.
  'what is no domain but may be read as one': [
    ['ann@example.org/path', null, 'a path'],
    ['ann@example.org?query', null, 'a query'],
    ['ann@example.org#fragment', null, 'a fragment'],
    ['ann@example.org\\path', null, 'a backslash'],
    ['ann@example.org:25', null, 'a port'],
    ['ann@%65xample.org', null, 'percent-encoding'],
    ['ann@user:password@example.org', null, 'a password'],
  ],
  'internationalised domains (RFC 5890, UTS 46): kept as A-labels': [
    ['ann@münchen.example', 'ann@xn--mnchen-3ya.example', 'a U-label'],
    ['ann@MÜNCHEN.example', 'ann@xn--mnchen-3ya.example', 'in capitals'],
    ['ann@mu\u0308nchen.example', 'ann@xn--mnchen-3ya.example', 'decomposed'],
    ['ann@XN--Mnchen-3ya.example', 'ann@xn--mnchen-3ya.example', 'an A-label'],
    ['ann@例え．テスト', 'ann@xn--r8jz45g.xn--zckzah', 'a wide dot'],
    ['ann@straße.example', 'ann@xn--strae-oqa.example', 'ß is a letter of its own'],
    ['ann@xn--a.example', null, 'an A-label that stands for nothing'],
    ['ann@exa\u200dmple.org', null, 'a joiner where nothing joins'],
  ],
  'local parts beyond ASCII (RFC 6531 §3.3): letters, composed; the relay must know SMTPUTF8': [
    ['josé@example.org', 'josé@example.org', 'a letter'],
    ['jos\u0065\u0301@example.org', 'jos\u00e9@example.org', 'composed, so that one is not two (RFC 6532 §3.1)'],
    ['用户@例え.テスト', '用户@xn--r8jz45g.xn--zckzah', 'both sides'],
    ['अजय@example.org', 'अजय@example.org', 'marks that belong to a letter'],
    ['ann😀@example.org', null, 'a picture is no letter, and nobody’s mailbox'],
    ['a\u00a0b@example.org', null, 'a blank in disguise'],
    ['ann\u202e@example.org', null, 'what turns the line round'],
    ['ann＠example.org', null, 'a wide @'],
    ['a\ud800@example.org', null, 'half a character'],
  ],
  'lengths in octets (RFC 5321 §4.5.3.1, RFC 3696 erratum 1690)': [
    [`${octets(64)}@example.org`, `${octets(64)}@example.org`, '64 before the @'],
    [`${octets(65)}@example.org`, null, 'one more'],
    [`${octets(64, 'é')}@example.org`, `${octets(64, 'é')}@example.org`, '32 letters of two octets'],
    [`${octets(66, 'é')}@example.org`, null, '33 of them'],
    [`ann@${octets(63)}.org`, `ann@${octets(63)}.org`, 'a label of 63'],
    [`ann@${octets(64)}.org`, null, 'one of 64'],
    [`${octets(64)}@${domainOf(189)}`, `${octets(64)}@${domainOf(189)}`, '254 in all'],
    [`${octets(64)}@${domainOf(190)}`, null, '255'],
    [`a@${domainOf(252)}`, `a@${domainOf(252)}`, '254, most of it domain'],
    [`a@${domainOf(253)}`, null, '255'],
    [octets(100_000), null, 'a flood'],
    [`ann@${octets(100_000)}`, null, 'another'],
  ],
};

for (const [rule, cases] of Object.entries(table)) {
  test(rule, () => {
    for (const [text, address, why] of cases)
      assert.equal(parseEmailAddress(text), address, `${JSON.stringify(text.slice(0, 80))}: ${why}`);
  });
}

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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { articleInput } from '../../src/articles/article.ts';
import { cleanLine, plainText, standfirstOf } from '../../src/articles/text/clean.ts';
import { instantOf } from '../../src/articles/text/instant.ts';
import { truncate } from '../../src/articles/text/truncate.ts';

test('entities are decoded exactly once', () => {
  assert.equal(plainText('Tom &amp; Jerry &#8217;s &eacute;'), 'Tom & Jerry ’s é');
  assert.equal(plainText('how to write &amp;lt;b&amp;gt;'), 'how to write &lt;b&gt;');
  assert.equal(plainText('5 < 6 and 7 > 6'), '5 < 6 and 7 > 6');
});

test('blocks, line breaks and table cells are kept apart by one blank', () => {
  assert.equal(
    plainText('<h2>Tides</h2><p>High<br>water</p><ul><li>a<li>b</ul><td>c</td><td>d</td>'),
    'Tides High water a b c d',
  );
});

test('what a reader does not read on the page is not in the text', () => {
  const html =
    '<script>alert(1)</script><style>p{}</style><figure><img alt="x"><figcaption>c</figcaption></figure><p>Text</p>';
  assert.equal(plainText(html), 'Text');
});

test('the trailer of blog software is left off', () => {
  const html =
    '<p>Pilots voted. [&hellip;]</p><p>The post <a href="/x">Vote</a> appeared first on <a href="/">The Post</a>.</p>';
  assert.equal(standfirstOf(html), 'Pilots voted.');
});

test('a hostile body costs no stack and little time', () => {
  assert.equal(plainText(`<p>ok</p>${'<b>'.repeat(100_000)}`), 'ok');
  assert.equal(plainText('<'.repeat(100_000)).length, 50_000);
});

test('a long text ends at a sentence when one fits, else at a word', () => {
  const sentences = truncate('The council met on Tuesday to vote on it. '.repeat(20));
  assert.match(sentences, /vote on it\.$/);
  assert.match(truncate('word '.repeat(200)), /word…$/);
  assert.doesNotMatch(truncate(`${'and so on '.repeat(20)}they asked Dr. ${'Smith-'.repeat(60)}`), /Dr\.$/);
});

test('a cut text is never longer than asked and never splits a character', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 0, maxLength: 900 });
  fc.assert(fc.property(text, (any) => truncate(any).length <= 300 && truncate(any).isWellFormed()));
  assert.equal(truncate(`${'a'.repeat(300)} and more`).length, 300);
  assert.ok(truncate('👩‍👩‍👧'.repeat(200)).endsWith('👩‍👩‍👧…'));
});

test('a line holds no control, private-use or bidi characters', () => {
  assert.equal(cleanLine('Vote\r\nBcc: x\u2028y\u0000z'), 'Vote Bcc: x y z');
  assert.equal(cleanLine('a\ue000b\uf8ffc\u202ed\u2066e'), 'abcde');
  const nasty = /[\p{Cc}\u2028\u2029\uE000-\uF8FF\u202A-\u202E\u2066-\u2069]/u;
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (any) => !nasty.test(cleanLine(any))));
});

test('dates mean the same on every machine, or nothing', (t) => {
  const { TZ = 'UTC' } = process.env;
  t.after(() => {
    process.env.TZ = TZ;
  });
  process.env.TZ = 'America/New_York';
  const read = (text: string) => instantOf(text)?.toISOString();
  assert.equal(read('2026-02-03T10:00:00'), '2026-02-03T10:00:00.000Z');
  assert.equal(read('2026-02-03'), '2026-02-03T00:00:00.000Z');
  assert.equal(read('2026-02-03T10:00:00+0100'), '2026-02-03T09:00:00.000Z');
  assert.equal(read('Tue, 03 Feb 2026 10:00:00'), '2026-02-03T10:00:00.000Z');
  assert.equal(read('Tue, 03 Feb 2026 10:00:00 EST'), '2026-02-03T15:00:00.000Z');
  assert.equal(read('Tue, 03 Feb 2026 10:00:00 CET'), '2026-02-03T09:00:00.000Z');
  for (const junk of [
    '',
    'junk 5',
    'article 12',
    '0000-00-00 00:00:00',
    '2026-13-45',
    '9999-01-01T00:00:00Z',
    '1'.repeat(1e6),
  ]) {
    assert.equal(read(junk), undefined, junk.slice(0, 30));
  }
});

test('an article from outside is cleaned, or refused field by field in words', () => {
  const good = articleInput.parse({
    url: ' https://e.example/a ',
    headline: 'A\r\nB',
    standfirst: null,
    topics: ['Local'],
  });
  assert.deepEqual(
    [good.url, good.headline, good.standfirst, good.topics],
    ['https://e.example/a', 'A B', undefined, ['local']],
  );
  const bad = articleInput.safeParse({
    url: 'javascript:alert(1)',
    headline: ' \u202e ',
    topics: ['a b'],
    published_at: 'soon',
  });
  assert.deepEqual(
    bad.error?.issues.map(({ path }) => path[0]),
    ['url', 'headline', 'topics', 'published_at'],
  );
  assert.equal(articleInput.safeParse({ url: `https://e.example/${'é'.repeat(1000)}`, headline: 'x' }).success, false);
});

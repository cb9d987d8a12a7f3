import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanLine, plainText, standfirstOf } from '../../src/articles/text/clean.ts';
import { fits, truncate } from '../../src/articles/text/truncate.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const graphemes = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);
const stays = (...texts: string[]) => {
  for (const text of texts) assert.equal(cleanLine(text), text.normalize('NFC'), text);
};
const becomes = (pairs: Record<string, string>) => {
  for (const [text, clean] of Object.entries(pairs)) assert.equal(cleanLine(text), clean, JSON.stringify(text));
};

test('every script is kept, with the joiners its words need', () => {
  stays(
    'Größe, Œuvre, Łódź, İstanbul, Tiếng Việt, naïve',
    'Η ψηφοφορία των πλοηγών',
    'Лоцмани проголосували',
    'Հայերեն',
  );
  stays('می‌خواهم', 'ه‍', 'العَرَبِيَّةُ الفُصْحَىٰ', 'שָׁלוֹם עֲלֵיכֶם', 'ܫܠܡܐ', 'ދިވެހި', 'ߒߞߏ');
  stays('हिन्दी क्‍ष क्‌ष', 'র‍্যাব', 'ශ්‍රී ලංකා', 'ಕನ್‌ನಡ', 'മലയാളം ന്‍', 'தமிழ்', 'తెలుగు', 'ਪੰਜਾਬੀ', 'བོད་སྐད་བསྒྲུབས');
  stays('ภาษาไทย', 'ភាសាខ្មែរ', 'မြန်မာဘာသာ', 'ລາວ', 'አማርኛ', 'ᏣᎳᎩ', 'ᠮᠣᠩᠭᠣᠯ\u180b', 'ꦗꦮ', '𞤀𞤣𞤤𞤢𞤥', '𐌰𐌱');
  stays('新聞の見出し', '뉴스 제목', '葛\u{e0100}城', '𠮷野家', 'か\u3099'.normalize('NFC'), '１２３', '𝕏');
});

test('every emoji is kept, however it is put together', () => {
  stays(
    '👩‍👩‍👧‍👦',
    '👨🏻‍❤️‍💋‍👨🏿',
    '🏳️‍🌈',
    '🏴‍☠️',
    '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}',
    '❤️',
    '✈︎',
    '1️⃣',
    '🇺🇦',
    '👍🏽',
    '🧑🏾‍🚀',
    '🐻‍❄️',
    '⛓️‍💥',
    '🙂‍↔️',
    '©️',
  );
});

test('what nobody sees is gone', () => {
  becomes({
    'Vote\u200b \u200bno\ufeff': 'Vote no',
    'in\u00advis\u2060i\u034fble\u180e': 'invisible',
    'a\u200db\u200cc\u200d\u200d': 'abc',
    '\u202eevil\u202c \u2066x\u2069 \u200e\u200f\u061c': 'evil x',
    'hidden\u{e0068}\u{e0069}\u{e007f} 🏴\u{e0041}\u{e0042}': 'hidden 🏴',
    'a\ufe0f\ufe0e\ufe01\u{e0101} \ufe0f': 'a\ufe0f',
    '\u3164\u115f\uffa0': '',
    'x\ud800y\udc00': 'xy',
    '\ue000a\u{f0000}b\u{10fffd}': 'ab',
    '\ufffea\uffffb\u{1ffff}\ufdd0': 'ab',
    'caf\u0065\u0301 \u212b': 'café Å',
    '\ufff9base\ufffanote\ufffb\ufffc': 'basenote',
    'A\r\nB\tC\u0085D\u2028E\u0000F\u001b[31m': 'A B C D E F [31m',
    'می\u200c\u200c\u200bخواهم': 'می‌خواهم',
    '👩\u200d\u200d👧 👩\u200d': '👩‍👧 👩',
  });
});

test('towers of marks are low', () => {
  assert.equal(cleanLine(`h${'\u0335\u0322\u0321'.repeat(40)}e`).length, 5);
  assert.equal(
    cleanLine(`e${'\u0301\u0302\u0303\u0304'.repeat(9)}`),
    'e\u0301\u0302\u0303\u0304'.normalize('NFC').slice(0, 4),
  );
  assert.ok(cleanLine(`ب${'\u064e\u200d'.repeat(500)}`).length < 10);
  assert.ok(cleanLine(`ཀ${'\u0fb2'.repeat(500)}`).length < 10);
  assert.equal(cleanLine(`👍${'🏽'.repeat(9)}`), '👍🏽');
  assert.ok(graphemes(cleanLine('👩\u200d'.repeat(100))).every(({ length }) => length < 40));
});

test('markup that leaked into a text is gone, and what only looks like it stays', () => {
  becomes({
    '<b>Bold</b> news': 'Bold news',
    'One<br>two<br/>three<p>four': 'One two three four',
    'x <script>alert(1)</script> y <STYLE a="b">p{}</STYLE >z': 'x y z',
    'a <img src=x onerror=alert(1)> b <img src=x onerror=alert(2)': 'a b',
    'one <a href="https://e.example/?a=1&b=2">link</a>': 'one link',
    '<!-- hidden --> a <!doctype html> <?xml version="1.0"?> <![CDATA[b]]>': 'a',
    '<scr<b></b>ipt>alert(1)</script>': 'alert(1)',
    '<scr\u200bipt>x</scr\u200bipt>': '',
    '</div></div>x': 'x',
    '<b>a</b> <i>b': 'a b',
    'x <script>alert(1)</script y': 'x y',
  });
  stays(
    'How to write <b> in HTML',
    '5 < 6 and 7 > 6',
    'I <3 trains',
    'Array<T> and <unknown>',
    'a <- b',
    '&lt;b&gt; &amp;',
  );
});

test('entities are decoded once, in whatever they stand', () => {
  assert.equal(
    plainText('AT&amp;T &amp;amp; &#38;amp; &lt;3 &hellip; &#x1F6A2; &nbsp;x'),
    'AT&T &amp; &amp; <3 … 🚢 x',
  );
  assert.equal(plainText('&#0;&#xD800;&#x202E;a&#8203;b&shy;c'), '\ufffd\ufffdabc');
  assert.equal(plainText('plain & simple'), 'plain & simple');
});

test('an element may have any name', () => {
  assert.equal(plainText('<p>a <CONSTRUCTOR x>b</constructor> c <__proto__>d <tostring>e'), 'a b c <__proto__>d e');
});

test('what is hidden on the page, counts its readers or runs is not in the text', () => {
  const html = `<p hidden>x</p><div style="color:red;display: none">y</div><span aria-hidden="true">z</span><p>Text</p>
    <img src="https://track.example/pixel.gif" alt="pixel" width=1><object>o</object><svg><text>s</text></svg>
    <noscript><img src=t></noscript><button>Share</button><select><option>Pick</select><iframe>i</iframe>`;
  assert.equal(plainText(html), 'Text');
  assert.equal(plainText(`<img src="data:image/png;base64,${'A'.repeat(90_000)}">Behind it`), 'Behind it');
});

test('a standfirst is the same whether a little or a lot comes after it', () => {
  const begin = '<p>Pilots <b>voted</b> on Tuesday. The harbour is shut.</p>'.repeat(40);
  const whole = begin + '<p>More of it.</p>'.repeat(20_000);
  assert.equal(standfirstOf(whole), standfirstOf(begin));
  assert.equal(standfirstOf(`<script>${'x'.repeat(20_000)}</script><p>Text</p>`), 'Text');
});

// What is rare in random text and common in attacks.
const pieces = [
  ...[
    '<',
    '>',
    '</',
    '<b>',
    '</b>',
    '<script>',
    '</script>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<img src=x onerror=y',
    '&amp;',
    '&lt;',
  ],
  ...[
    '\u200d',
    '\u200c',
    '\u200b',
    '\ufe0f',
    '\u{e0101}',
    '\u202e',
    '\u2066',
    '\u00ad',
    '\ufeff',
    '\u{e0041}',
    '\u{e007f}',
    '\u{1f3f4}',
    '\u180b',
  ],
  ...[
    '\u0301',
    '\u0335',
    '\u064e',
    '\u0fb2',
    '\u094d',
    '\u{1f3fb}',
    '👩',
    '❤',
    '🇬',
    '\u1100',
    '\u1161',
    '\u11a8',
    '\u0344',
    '\u0958',
  ],
  ...[
    'ب',
    'क',
    'র',
    'e',
    'A',
    ' ',
    '\u00a0',
    '\r\n',
    '\0',
    '\ud800',
    '\udfff',
    '\ue000',
    '\uffff',
    '。',
    '؟',
    '. ',
    'Dr. ',
    '“',
    '…',
  ],
];
const nasty = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 8 })), {
  maxLength: 60,
});
const text = fc.oneof(
  nasty.map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
);
const FORBIDDEN =
  /[\p{Cc}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;
const MARKUP = /<\/(b|script)\s*>|<[a-z][^<>]*\s[a-z]+\s*=|<!--|<!\[CDATA|<br|<p>/i;

test('cleaning twice changes nothing, leaves nothing nasty and never makes a text longer', () => {
  fc.assert(
    fc.property(text, (given) => {
      const clean = cleanLine(given);
      assert.equal(cleanLine(clean), clean);
      assert.doesNotMatch(clean, FORBIDDEN);
      assert.doesNotMatch(clean, MARKUP);
      assert.equal(clean.normalize('NFC'), clean);
      assert.ok(graphemes(clean).length <= graphemes(given).length);
      assert.ok(graphemes(clean).every(({ length }) => length < 60));
    }),
    { numRuns: 3000 },
  );
});

test('a cut text is at its limit or below, ends between characters, and is not cut again', () => {
  const most = fc.integer({ min: 2, max: 40 });
  fc.assert(
    fc.property(text, most, (given, limit) => {
      const cut = truncate(given, limit);
      const all = graphemes(given);
      assert.ok(fits(cut, limit));
      assert.ok(cut.length <= given.length);
      assert.ok(graphemes(cut).length <= limit);
      assert.equal(truncate(cut, limit), cut);
      if (cut === given) return;
      const ends = new Set(all.map((_, i) => all.slice(0, i).join('').length));
      const isBeginning = (part: string) => given.startsWith(part) && ends.has(part.length);
      assert.ok(isBeginning(cut) || (cut.endsWith('…') && isBeginning(cut.slice(0, -1))), 'a character was cut in two');
    }),
    { numRuns: 2000 },
  );
});

test('limits count characters as people do', () => {
  const family = '👩‍👩‍👧';
  assert.equal(truncate(family.repeat(300)), family.repeat(300));
  assert.equal(truncate(family.repeat(301)), `${family.repeat(299)}…`);
  assert.equal(graphemes(truncate('é'.normalize('NFD').repeat(400))).length, 300);
  assert.ok(truncate('\u1100'.repeat(90_000), 10).length < 200);
  assert.equal(truncate(`${'a'.repeat(300)} and more`).length, 300);
});

test('a text is cut at the end of a sentence, in any language', () => {
  const cases: [string, string][] = [
    [
      'The council met on Tuesday. ',
      'Dr. Smith, of No. 7 St. James St., was told at 9 a.m. by Mr. Jones that the U.S. Navy',
    ],
    [
      'Der Rat tagte am Dienstag. ',
      'Am 3. Oktober wird z. B. die Brücke in der Hauptstr. gesperrt, wie Dr. Meier usw. sagten und',
    ],
    [
      'Le conseil s’est réuni mardi. ',
      'M. Dupont et Mme. Durand ont voté contre, selon J.-C. Martin et av. Petit, qui',
    ],
    ['El consejo se reunió el martes. ', 'El Sr. García y la Dra. López, de EE. UU., votaron que no porque'],
    ['Совет собрался во вторник. ', 'В 2026 г. по ул. Ленина и т. д. пройдут работы на 3 млн. руб., и'],
    ['Rada zebrała się we wtorek. ', 'Przy ul. Długiej, np. o godz. siódmej, prof. Nowak mówił o tym, że'],
    ['Ett råd möttes i tisdags. ', 'Kl. åtta på kvällen sade t.ex. prof. Berg att bron m.fl. saker'],
    ['市議会は火曜日に開かれた。', '新しい橋について議員たちが長い時間をかけて話し合い'],
    ['هل اجتمع المجلس يوم الثلاثاء؟ ', 'قال الأعضاء إن الجسر الجديد سيكون جاهزا في الربيع المقبل وإن'],
    ['परिषद की बैठक मंगलवार को हुई। ', 'सदस्यों ने कहा कि नया पुल अगले वसंत तक तैयार हो जाएगा और'],
    ['کیا کونسل منگل کو ملی؟ ', 'ارکان نے کہا کہ نیا پل اگلی بہار تک تیار ہو جائے گا اور'],
  ];
  for (const [sentence, rest] of cases) {
    const whole = sentence.repeat(8);
    const most = graphemes(whole).length + Math.floor(graphemes(rest).length * 0.9);
    assert.equal(truncate(whole + rest.repeat(3), most), whole.trim());
  }
});

test('where no sentence fits, a text is cut between words, with nothing loose at its end', () => {
  assert.equal(truncate('The pilots (of the harbour) voted', 13), 'The pilots…');
  assert.equal(truncate('She said: “Never again will we', 13), 'She said…');
  assert.equal(truncate('นักบินท่าเรือลงคะแนนเสียงเมื่อวันอังคาร', 20).at(-1), '…');
  assert.equal(truncate('Donaudampfschifffahrtsgesellschaft', 10), 'Donaudamp…');
});

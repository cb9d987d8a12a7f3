/** What attackers, and broken programs, put where a word should be. */
export const fragments: readonly string[] = [
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<b>',
    '</b>',
    '<br>',
    '<p>',
  ],
  ...['&lt;script&gt;alert(1)&lt;/script&gt;', '&amp;lt;b&amp;gt;x&amp;lt;/b&amp;gt;', '&#60;i&#62;x&#60;/i&#62;'],
  ...[
    '<![CDATA[',
    ']]>',
    '<![CDATA[<b>x</b>]]>',
    '<!--',
    '-->',
    '<?xml version="1.0"?>',
    '<?php',
    '?>',
    '<!DOCTYPE html>',
  ],
  ...['</item>', '<item>', '</channel>', '</rss>', '<entry>', '</entry>', '<title>', '</title>', '</script>', '<head>'],
  ...[
    '&',
    '&amp;',
    '&amp;amp;',
    '&nbsp;',
    '&hellip;',
    '&#0;',
    '&#x0;',
    '&#xD800;',
    '&#x202E;',
    '&#1114112;',
    '&#xFFFFFFFF;',
  ],
  ...[
    '&lol9;',
    '&xxe;',
    '&#;',
    '&#x;',
    '&bogus;',
    '&NotEqualTilde;',
    '%00',
    '%%unsubscribe_url%%',
    '{{ brand }}',
    '{% raw %}',
  ],
  ...[
    '\u202e',
    '\u2066',
    '\u200f',
    '\u200b',
    '\u200d',
    '\u200c',
    '\ufeff',
    '\u00ad',
    '\u{e0041}',
    '\u{e007f}',
    '\ufe0f',
  ],
  ...[
    '\u0000',
    '\u0007',
    '\u001b[31m',
    '\u0085',
    '\u2028',
    '\ufffe',
    '\ue000',
    '\ud800',
    '\udc00',
    '\u0301\u0302\u0303\u0304\u0305',
  ],
  ...['👩‍👩‍👧', '🇺🇦', '🏴\u{e0067}\u{e007f}', 'می‌خواهم', '新聞。', 'ཀྵྨླྺྼྻྂ', '\u1100'.repeat(40), 'é'],
  ...['"', "'", '<', '>', '\\', '\r\n', '\t', ' '.repeat(50), '=', '/', '#', ';', ':'],
];

export const addresses: readonly string[] = [
  ...['javascript:alert(1)', 'data:text/html,<b>x</b>', 'file:///etc/passwd', 'vbscript:x', 'feed:https://e.example/'],
  ...[
    '//e.example/x',
    '/x',
    'x',
    '?x=1',
    '#x',
    '',
    ' https://e.example/ ',
    'https://e.example/\n\tx',
    'http://[::1',
    'http://',
  ],
  ...[
    'https://user:secret@e.example/',
    'https://e.example:99999/',
    'https://例え.テスト/記事',
    'HTTPS://E.EXAMPLE/\u202e/x',
  ],
  ...[
    `https://e.example/${'a'.repeat(3000)}`,
    'https://e.example/<script>',
    'mailto:a@e.example',
    'https:e.example',
    'ht tp://x',
  ],
];

export const dates: readonly string[] = [
  ...[
    '2026-02-31T25:61:61Z',
    '0000-00-00',
    '9999-12-31T23:59:59Z',
    '-2026-01-01',
    'yesterday',
    '29th Mar 22 2:12 pm',
    '1',
  ],
  ...[
    'Tue, 03 Feb 2026 10:00:00 +2500',
    'Tue, 99 Foo 2026',
    '1e999',
    '٢٠٢٦-٠٢-٠٣',
    '2026-W06-2',
    '1700000000',
    '2026-02-03T10:00:00',
  ],
  ...[
    '9'.repeat(400),
    'Mon Feb 3 10:00:00 PST 2026',
    '３ 二月 2026',
    '03/02/26 10:00',
    '',
    '2026-02-03T10:00:00+99:99',
    '12 12 12 12 12 12',
  ],
];

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

/** Bombs: small where they stand, large in what they do. */
export const bombs: readonly ((depth: number) => string)[] = [
  (depth) => nested('<div>', '</div>', depth),
  (depth) => nested('<b><i>', '', depth),
  (depth) => nested('[', ']', depth),
  (depth) => nested('{"a":', '}', depth),
  (depth) => '<'.repeat(depth),
  (depth) => '&'.repeat(depth),
  (depth) => '&amp;'.repeat(depth),
  (depth) => '<!--'.repeat(depth),
  (depth) => '<![CDATA['.repeat(depth),
  (depth) => `<a ${'x="y" '.repeat(depth)}>`,
  (depth) => `<a ${'x'.repeat(depth)}`,
  (depth) => `<a href="${"'".repeat(depth)}`,
  (depth) => ' '.repeat(depth),
  (depth) => '\n\t'.repeat(depth),
  (depth) => 'a.'.repeat(depth),
  (depth) => '-'.repeat(depth),
  (depth) => '1'.repeat(depth),
  (depth) => '"'.repeat(depth),
  (depth) => `\u0301\u200d`.repeat(depth),
  (depth) => '<title>'.repeat(depth),
  (depth) => '<meta property="og:title" content="x">'.repeat(depth >> 2),
  (depth) => '<script type="application/ld+json">{"@type":"NewsArticle"}</script>'.repeat(depth >> 3),
  (depth) => '<item><title>x</title><link>https://e.example/</link></item>'.repeat(depth >> 3),
  (depth) => 'By Jane Doe and '.repeat(depth >> 1),
  (depth) => '29 Mar 2022 '.repeat(depth >> 1),
];

/** Ten times ten times ten …: a gigabyte of laughter, were it let out. */
export const doctype = (external: boolean): string => {
  const levels = Array.from({ length: 9 }, (_, n) => `<!ENTITY lol${n + 1} "${`&lol${n};`.repeat(10)}">`);
  const outside = '<!ENTITY xxe SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://169.254.169.254/"> %p;';
  return `<!DOCTYPE rss [<!ENTITY lol0 "lol">${levels.join('')}${external ? outside : ''}]>`;
};

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Brand } from '../../src/platform/view/brand.ts';
import { createEmails } from '../../src/platform/view/emails.ts';
import { createMessages } from '../../src/platform/view/messages.ts';

const GMAIL_CLIPS_AT = 102_400; // bytes of HTML
const HOSTILE = `<script>alert("1")</script> & '"><img src=x onerror=alert(1)> </mj-text><mj-include path="x" /> مرحبا \u202e 🦭 {{ brand.name }}`;
const HOSTILE_URL = 'https://example.org/?a=1&b="><script>alert(1)</script>';

const emails = createEmails(createMessages(), systemClock);

const brandNamed = (name: string): Brand => ({
  name,
  accent: '#b3261e',
  postalAddress: `${name}, 1 Harbour Street`,
  timeZone: 'Europe/London',
  rehearsal: false,
  confirmAbove: 10_000,
  locale: 'en',
  logo: { url: 'https://example.org/logo.png', width: 180, alt: name.slice(0, 100) },
  social: [{ label: name.slice(0, 30), url: 'https://example.org/@desk' }],
  headlines: 'serif',
});

/** The data of each template, with every free text set to the same words. */
function data(words: string, url: string) {
  const brand = brandNamed(words);
  const newsletter = { slug: 'daily', name: words };
  const newsletters = [
    { name: words, description: words },
    { name: 'Breaking news', description: words },
  ];
  const article = {
    headline: words,
    standfirst: words,
    url,
    kicker: words,
    byline: words,
    time: '06:12, London time',
    imageUrl: url,
    imageAlt: words,
    updated: true,
    correctionNote: words,
  };
  const common = { brand, newsletter, baseUrl: 'https://news.example.org', subject: words };
  return {
    digest: {
      ...common,
      preheader: words,
      dateLine: 'Tuesday 24 November 2026',
      late: true,
      lead: article,
      stories: Array(20).fill(article),
      more: Array(40).fill(article),
    },
    breaking: { ...common, headline: words, body: [words, words], url, timeLine: '14:02 GMT, Monday 23 November' },
    confirmation: { ...common, confirmUrl: url, newsletters, expiresDays: 7 },
    'already-subscribed': { ...common, preferencesUrl: url, newsletters },
    goodbye: { ...common, backUrl: url, everything: false },
    reminder: { ...common, confirmUrl: url, newsletters, expiresDays: 7 },
    welcome: {
      ...common,
      newsletters: [{ name: words, next: '2026-11-24T07:00:00Z' }, { name: words }],
      timeZone: 'Europe/London',
      preferencesUrl: url,
      unsubscribeUrl: url,
      editions: [
        { subject: words, url, stories: Array(6).fill({ headline: words, url }) },
        { subject: words, url, stories: [] },
      ],
    },
    'my-link': { ...common, preferencesUrl: url, newsletters },
    'new-address': { ...common, moveUrl: url, expiresDays: 2 },
    'old-address': { ...common, keepUrl: url, newAddress: words, expiresDays: 14 },
  };
}

type Name = keyof ReturnType<typeof data>;
const LISTS: Name[] = ['digest', 'breaking'];
const ACCOUNT: Name[] = [
  ...(['confirmation', 'already-subscribed', 'reminder', 'welcome', 'goodbye'] as const),
  ...(['my-link', 'new-address', 'old-address'] as const),
];
const NAMES = [...LISTS, ...ACCOUNT];
const REALISTIC =
  'Ferry pilots vote on a winter timetable that nobody had asked them about, and the tide agrees with them';

for (const [kind, words, url] of [
  ['realistic', REALISTIC, 'https://example.org/ferry?utm_source=mail&x=1'],
  ['hostile', HOSTILE, HOSTILE_URL],
  ['unbroken', '港町'.repeat(60), 'https://example.org/harbour'],
] as const) {
  suite(`mails with ${kind} words`, () => {
    for (const name of NAMES) {
      test(`${name} is whole, titled, in a language, and small enough not to be clipped`, async () => {
        const { html } = await emails.render(name, data(words, url)[name]);
        assert.match(html, /<html lang="en" dir="ltr"/);
        assert.match(html, /<title>[^<]+<\/title>/);
        assert.match(html, /<\/html>$/);
        assert.ok(Buffer.byteLength(html) < GMAIL_CLIPS_AT, `${Buffer.byteLength(html)} bytes`);
      });

      test(`${name} has a text part of 72 columns, but for addresses`, async () => {
        const { text } = await emails.render(name, data(words, url)[name]);
        const long = text.split('\n').filter((line) => line.length > 78 && !line.startsWith('https://'));
        assert.deepEqual(long, []);
        assert.doesNotMatch(text, /&(amp|lt|quot|#39);/);
      });
    }
  });
}

test('what stands in an article can neither open a tag nor leave an attribute', async () => {
  for (const name of NAMES) {
    const { html } = await emails.render(name, data(HOSTILE, HOSTILE_URL)[name]);
    assert.doesNotMatch(html, /<script|<img src=x|<mj-|<include|="[^"]*"[^\s>/?]/i);
    assert.match(html, /&lt;script&gt;alert\(&#34;1&#34;\)&lt;\/script&gt; &amp; /);
    assert.match(html, /\?a=1&amp;b=&#34;&gt;&lt;script/);
    assert.match(html, /\{\{ brand\.name \}\}/);
  }
});

test('a newsletter always carries the two ways out; a mail nobody subscribed to carries none', async () => {
  const all = data(REALISTIC, 'https://example.org/');
  for (const name of LISTS) {
    for (const part of Object.values(await emails.render(name, all[name]))) {
      assert.match(part, /%%unsubscribe_url%%/);
      assert.match(part, /%%preferences_url%%/);
    }
  }
  for (const name of ACCOUNT) {
    for (const part of Object.values(await emails.render(name, all[name]))) assert.doesNotMatch(part, /%%/);
  }
});

test('nothing but article images and links points outside', async () => {
  const { html } = await emails.render('digest', data(REALISTIC, 'https://example.org/a').digest);
  const hosts = new Set(Array.from(html.matchAll(/(?:src|href)="https?:\/\/([^/"]+)/g), ([, host]) => host));
  assert.deepEqual([...hosts], ['example.org']);
  assert.doesNotMatch(html, /@import|fonts\.googleapis/);
});

test('one story alone has one rule below it in the text, and more stories another', async () => {
  const { digest } = data('HARBOUR', 'https://example.org/a');
  const { text } = await emails.render('digest', { ...digest, stories: [], more: [] });
  assert.equal(text.match(/^-{72}$/gm)?.length, 2, 'below the masthead, and above the footer');
  const { text: longer } = await emails.render('digest', { ...digest, stories: [] });
  assert.equal(longer.match(/^-{72}$/gm)?.length, 3);
  const { text: whole } = await emails.render('digest', digest);
  assert.equal(whole.match(/^-{72}$/gm)?.length, 4);
});

test('words in the place of a small picture begin where the mail does', async () => {
  for (const [locale, side] of [
    ['en', 'left'],
    ['ar', 'right'],
  ] as const) {
    const { digest } = data('HARBOUR', 'https://example.org/a');
    const { html } = await emails.render('digest', { ...digest, brand: { ...digest.brand, locale } });
    assert.match(html, new RegExp(`text-align:${side}`));
    assert.doesNotMatch(html, new RegExp(`<td[^>]* align="${side === 'left' ? 'right' : 'left'}"`));
  }
});

test('a picture that says nothing is no second link for those who hear the mail', async () => {
  const { digest } = data('HARBOUR', 'https://example.org/a');
  const mute = { ...digest.lead, imageAlt: '' };
  const { html } = await emails.render('digest', { ...digest, lead: mute, stories: [mute, digest.lead] });
  const around = Array.from(html.matchAll(/<a ([^>]*)><img[^>]* alt="([^"]*)"/g), ([, link = '', alt]) => ({
    alt,
    heard: !/aria-hidden="true" tabindex="-1"/.test(link),
  }));
  assert.deepEqual(around, [
    { alt: '', heard: false },
    { alt: '', heard: false },
    { alt: 'HARBOUR', heard: true },
  ]);
});

test('a pale accent is darkened until white text on it can be read', async () => {
  const { breaking } = data(REALISTIC, 'https://example.org/');
  const { html } = await emails.render('breaking', { ...breaking, brand: { ...breaking.brand, accent: '#ffe600' } });
  assert.doesNotMatch(html, /background:#ffe600/);
});

for (const [locale, dir] of [
  ['fr', 'ltr'],
  ['uk', 'ltr'],
  ['ar', 'rtl'],
] as const) {
  test(`every mail speaks ${locale}, in both its parts, and keeps to 72 columns`, async () => {
    const all = data('HARBOUR', 'https://example.org/');
    const wrong = { headline: 'HARBOUR', time: '07:12', wrong: ['HARBOUR'] };
    for (const name of NAMES) {
      const given = { ...all[name], ...(name === 'breaking' && { correction: wrong }) };
      const { html, text } = await emails.render(name, { ...given, brand: { ...given.brand, locale } });
      assert.match(html, new RegExp(`<html lang="${locale}" dir="${dir}"`), name);
      assert.deepEqual(
        text.split('\n').filter((line) => line.length > 72 && !line.startsWith('https://')),
        [],
        name,
      );
      // MJML gives every column a direction of its own.
      assert.equal(html.includes('direction:ltr'), dir === 'ltr', name);
      assert.doesNotMatch(text, /^[:;?!»،]/m, name);
      // French shares too many letters with English to tell a word that was forgotten.
      if (locale === 'fr') continue;
      const shown = html.replaceAll(/<style.*?<\/style>|<[^>]+>|&[\w#]+;/gs, ' ');
      const said = `${shown} ${text}`.replaceAll(/https:\S+|%%\w+%%/g, '');
      const english = said.match(/[a-z]{2,}/gi)?.filter((word) => !JSON.stringify(given).includes(word));
      assert.deepEqual(english ?? [], [], name);
    }
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NothingToRead } from '../../src/articles/pages/page.ts';
import { readPage as read } from '../../src/articles/pages/read-page.ts';

const at = 'https://www.post.example/news/ferry?utm_source=mail';
const own = 'https://www.post.example/news/ferry';
const now = new Date('2026-05-01T07:00:00Z');
const readPage = (html: string | Buffer, url: string, zone = 'UTC') => read(html, url, { now, zone });
const marks = { related: [], paywall: false, noindex: false };
const page = (head: string) => `<!doctype html><html><head>${head}</head><body></body></html>`;
const ld = (data: unknown) => `<script type="application/ld+json">${JSON.stringify(data)}</script>`;

const article = {
  '@type': ['Thing', 'ReportageNewsArticle'],
  headline: 'Ferry &amp; pilots vote',
  description: '<p>They vote on Thursday.</p>',
  image: [{ '@type': 'ImageObject', url: '/ferry.jpg' }],
  author: [{ name: 'Mara Quill' }, 'Jon Reed', { name: 'https://post.example/staff' }],
  datePublished: '2026-02-03T10:00:00+01:00',
};

test('JSON-LD is believed first, alone, in an array or in a graph', () => {
  for (const data of [
    article,
    [{ '@type': 'WebSite' }, article],
    { '@graph': [{ '@type': 'Person', name: 'x' }, article] },
  ]) {
    assert.deepEqual(readPage(page(`${ld(data)}<meta property="og:title" content="Other"><title>Third</title>`), at), {
      headline: 'Ferry & pilots vote',
      standfirst: 'They vote on Thursday.',
      image_url: 'https://www.post.example/ferry.jpg',
      byline: 'Mara Quill, Jon Reed',
      published_at: new Date('2026-02-03T09:00:00Z'),
      canonical_url: own,
      ...marks,
    });
  }
});

test('OpenGraph comes next, and broken JSON-LD does not stop it', () => {
  const html =
    page(`<script type="application/ld+json">{"@type":"NewsArticle",</script>${ld(null)}${ld([[[[[[[article]]]]]]])}
    <meta property="og:title" content="Tom &amp; Jerry"><meta property="og:description" content="What &lt; happened">
    <meta property="og:image" content="https://img.example/1.png"><meta property="article:published_time" content="2026-02-03">
    <title>Third</title>`);
  assert.deepEqual(readPage(html, at), {
    headline: 'Tom & Jerry',
    standfirst: 'What < happened',
    image_url: 'https://img.example/1.png',
    published_at: new Date('2026-02-03T00:00:00Z'),
    canonical_url: own,
    ...marks,
  });
});

test('the title comes last, without the name of the site', () => {
  const html = page('<meta property="og:site_name" content="The Post"><title>Ferry vote | The Post</title>');
  assert.equal(readPage(html, at).headline, 'Ferry vote');
});

test('a page names its own address, but never that of another site', () => {
  const canonical = (href: string) =>
    readPage(page(`<title>T</title><link rel="canonical" href="${href}">`), at).canonical_url;
  assert.equal(canonical('/news/ferry'), 'https://www.post.example/news/ferry');
  assert.equal(canonical('https://post.example/ferry'), 'https://post.example/ferry');
  for (const href of ['https://other.example/ferry', 'javascript:alert(1)', '/']) assert.equal(canonical(href), own);
});

test('a page in another encoding is read in it', () => {
  const html = Buffer.from(page('<meta charset="iso-8859-1"><title>Café</title>'), 'latin1');
  assert.equal(readPage(html, at).headline, 'Café');
});

test('what stands in a comment or in a script does not speak of the page', () => {
  const html = page(`<!-- <title>Old</title> --><script>write('<title>Ad</title>')</script><title>New < Old</title>`);
  assert.equal(readPage(html, at).headline, 'New < Old');
});

test('a hostile page takes no minutes', () => {
  for (const part of [
    '<div>',
    '<meta ',
    '<meta "',
    '<h1>x y z',
    '<p>by A B 29 March 2022 14:12<br>',
    '<a rel=author class=byline href=/x>Jane Doe</a>',
    '</p>',
    '<li>',
    '<title>',
    '<script>',
    '<!--',
    '<meta name=a content=b>',
    '<script ',
  ]) {
    const before = process.cpuUsage();
    assert.equal(readPage(`<title>Deep</title>${part.repeat(1_000_000 / part.length)}`, at).headline, 'Deep');
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 1_500_000, part);
  }
});

test('a page without a headline is nothing to read', () => {
  for (const html of [
    '',
    page(''),
    page('<title> \u202e </title>'),
    '\u0000\u0001',
    page(ld({ '@type': 'NewsArticle', headline: 5 })),
  ]) {
    assert.throws(() => readPage(html, at), NothingToRead);
  }
});

test('a page says more than its headline: section, language, size of the picture, what to read beside it', () => {
  const data = { ...article, articleSection: ['Transport', 'News'], inLanguage: 'en-GB', author: undefined };
  const html = `<html lang="en-GB"><head>${ld({ ...data, image: { url: '/f.jpg', width: 800, height: '450' } })}</head>
    <body><h1>Ferry &amp; pilots vote</h1><figure><img src="/f-300x200.jpg" alt="The ferry at dusk"></figure>
    <div class="related-stories"><a href="/news/pier?utm_source=x">Pier to reopen in May</a><a href="/news/pier">Pier to reopen</a>
    <a href="https://ads.example/x">Lose weight with this trick</a><a href="/news/ferry">Ferry and pilots vote</a></div></body></html>`;
  const { section, language, image_size, image_alt, related } = readPage(html, at);
  assert.deepEqual(
    { section, language, image_size, image_alt, related },
    {
      section: 'Transport',
      language: 'en-GB',
      image_size: { width: 800, height: 450 },
      image_alt: 'The ferry at dusk',
      related: [{ url: 'https://www.post.example/news/pier?utm_source=x', headline: 'Pier to reopen in May' }],
    },
  );
});

test('marks: to be paid for, not to be found, not to be told yet', () => {
  const read = (head: string, body = '') =>
    readPage(
      `<html><head><title>Ferry vote</title>${head}</head><body><h1>Ferry vote</h1>${body}</body></html>`,
      at,
      'Europe/London',
    );
  const part = { '@type': 'WebPageElement', isAccessibleForFree: false };
  for (const paid of [{ isAccessibleForFree: 'False' }, { hasPart: [part] }]) {
    assert.equal(read(ld({ '@type': 'NewsArticle', headline: 'Ferry vote', ...paid })).paywall, true);
  }
  assert.equal(read('<meta property="article:content_tier" content="locked">').paywall, true);
  assert.equal(read(ld({ '@type': 'NewsArticle', headline: 'Ferry vote', isAccessibleForFree: true })).paywall, false);
  assert.equal(read('<meta name="ROBOTS" content="NOFOLLOW,NOINDEX">').noindex, true);
  assert.equal(read('<meta name="robots" content="none">').noindex, true);
  assert.equal(read('<meta name="robots" content="max-image-preview:large, index">').noindex, false);
  assert.equal(read('<meta name="googlebot-news" content="noindex">').noindex, false);

  const until = new Date('2026-05-31T23:01:00Z');
  assert.deepEqual(read('<meta name="dcterms.available" content="2026-06-01T00:01">').embargo, { until });
  assert.deepEqual(read('', '<p>EMBARGOED UNTIL 00:01 Monday 1 June 2026</p><p>Text.</p>').embargo, { until });
  assert.deepEqual(read('<meta name="embargo" content="true">').embargo, {});
  assert.equal(read('<meta name="embargo" content="2026-04-01">').embargo, undefined);
  assert.equal(
    read('', '<p>The trade embargo is to last until 1 June 2026, the minister said.</p>').embargo,
    undefined,
  );
});

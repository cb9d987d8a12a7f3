import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NothingToRead } from '../../src/articles/pages/page.ts';
import { readPage as read } from '../../src/articles/pages/read-page.ts';

const at = 'https://www.post.example/news/ferry?utm_source=mail';
const now = new Date('2026-05-01T07:00:00Z');
const readPage = (html: string | Buffer, url: string) => read(html, url, { now });
const page = (head: string) => `<!doctype html><html><head>${head}</head><body><h1>Body</h1></body></html>`;
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
      canonical_url: at,
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
    canonical_url: at,
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
  assert.equal(canonical('https://other.example/ferry'), at);
  assert.equal(canonical('javascript:alert(1)'), at);
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
    '<title>',
    '<script>',
    '<!--',
    '<meta name=a content=b>',
    '<script ',
  ]) {
    const started = performance.now();
    assert.equal(readPage(`<title>Deep</title>${part.repeat(1_000_000 / part.length)}`, at).headline, 'Deep');
    assert.ok(performance.now() - started < 2000, part);
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotAFeed } from '../../src/articles/feeds/not-a-feed.ts';
import { readFeed } from '../../src/articles/feeds/read-feed.ts';

const at = 'https://post.example/news/feed.xml';
const parseFeed = (text: string | Buffer, url: string, contentType?: string) =>
  readFeed(Buffer.from(text as string), url, contentType);
const rss = (items: string) => `<?xml version="1.0"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Post &amp;amp; More</title>${items}</channel></rss>`;

test('an RSS item becomes an article, its relative links whole', () => {
  const { title, items } = parseFeed(
    rss(`<item><title>Tom &amp;amp; Jerry</title><link>/a?x=1&amp;y=2</link><guid isPermaLink="false">77</guid>
      <description>&lt;p&gt;One &amp;amp; two.&lt;/p&gt;</description><dc:creator>Mara Quill</dc:creator>
      <category>Local Politics</category><category>Économie</category><media:content url="/i.jpg" medium="image"/>
      <pubDate>Tue, 03 Feb 2026 10:00:00 +0100</pubDate></item>`),
    at,
  );
  assert.equal(title, 'The Post & More');
  const [item] = items;
  assert.deepEqual(
    { ...item },
    {
      external_id: '77',
      url: 'https://post.example/a?x=1&y=2',
      headline: 'Tom & Jerry',
      standfirst: 'One & two.',
      byline: 'Mara Quill',
      topics: ['Local Politics', 'Économie'],
      image_url: 'https://post.example/i.jpg',
      published_at: new Date('2026-02-03T09:00:00Z'),
    },
  );
});

test('an Atom entry is resolved against xml:base and read by the type of its text', () => {
  const { items } = parseFeed(
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://cdn.example/sub/"><title>T</title><entry xml:base="deep/">
      <id>tag:1</id><title type="html">X &amp;amp; &lt;i&gt;Y&lt;/i&gt;</title><link rel="self" href="self"/><link href="a.html"/>
      <summary>5 &lt; 6 &amp;amp; plain</summary><updated>2026-02-03T10:00:00Z</updated></entry></feed>`,
    at,
  );
  assert.deepEqual(
    items.map(({ url, headline, standfirst, external_id }) => ({ url, headline, standfirst, external_id })),
    [
      {
        url: 'https://cdn.example/sub/deep/a.html',
        headline: 'X & Y',
        standfirst: '5 < 6 &amp; plain',
        external_id: 'tag:1',
      },
    ],
  );
});

test('RDF and JSON Feed are feeds too', () => {
  const rdf = parseFeed(
    `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>R</title></channel>
      <item rdf:about="https://r.example/1"><title>One</title><link>https://r.example/1</link><dc:date>2026-02-03</dc:date></item></rdf:RDF>`,
    at,
  );
  assert.deepEqual([rdf.items[0]?.external_id, rdf.items[0]?.headline], ['https://r.example/1', 'One']);
  const json = parseFeed(
    JSON.stringify({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'J',
      items: [{ id: '1', url: '/a', title: 'T', content_html: '<p>Body</p>', date_published: '2026-02-03T10:00:00Z' }],
    }),
    at,
  );
  assert.deepEqual([json.items[0]?.url, json.items[0]?.standfirst], ['https://post.example/a', 'Body']);
});

test('items without a usable link or headline are dropped and counted', () => {
  const { items, dropped } = parseFeed(
    rss(`<item><title>No link</title></item><item><link>https://e.example/1</link></item><item><title>&lt;b&gt;&lt;/b&gt;</title>
      <link>https://e.example/2</link></item><item><title>Script</title><link>javascript:alert(1)</link></item>
      <item><title>Good</title><link>https://e.example/3</link></item>`),
    at,
  );
  assert.deepEqual([items.map(({ headline }) => headline), dropped.length], [['Good'], 4]);
});

test('what is only optional and broken costs its own field, not the item', () => {
  const { items } = parseFeed(
    rss(`<item><title>${'long '.repeat(200)}</title><link>https://e.example/1</link><guid>${'g'.repeat(900)}</guid>
      <pubDate>next Tuesday</pubDate><category> </category><media:content url="data:x" medium="image"/></item>`),
    at,
  );
  const [item] = items;
  assert.ok(item && item.headline.length <= 300);
  assert.deepEqual(
    [item.published_at, item.external_id, item.image_url, item.topics],
    [undefined, undefined, undefined, []],
  );
});

test('a feed is read in the encoding it is written in', () => {
  const text = rss('<item><title>Café</title><link>https://e.example/1</link></item>');
  const declared = Buffer.from(text.replace('?>', ' encoding="ISO-8859-1"?>'), 'latin1');
  assert.equal(parseFeed(declared, at).items[0]?.headline, 'Café');
  assert.equal(parseFeed(Buffer.from(text, 'latin1'), at, 'text/xml; charset=windows-1252').items[0]?.headline, 'Café');
  assert.equal(parseFeed(Buffer.from(`\ufeff\n${text}`), at, 'text/xml; charset=nonsense').items[0]?.headline, 'Café');
  assert.equal(parseFeed(Buffer.from(`\ufeff${text}`, 'utf16le'), at).items[0]?.headline, 'Café');
});

test('what is no feed is refused with words that say what to do', () => {
  const page = '<!DOCTYPE html><html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>';
  const says = (text: string, words: RegExp) =>
    assert.throws(
      () => parseFeed(text, at),
      (error) => error instanceof NotAFeed && words.test(error.message),
      text.slice(0, 40),
    );
  says(page, /web page.*https:\/\/post\.example\/rss/);
  says('<html><body>Not found</body></html>', /web page.*RSS/);
  says('', /empty/);
  says('%PDF-1.4 junk \u0000\u0001', /give the address of/);
  says('{"a":1}', /give the address of/);
  says('<rss version="2.0"><channel><title>T</title><item><title>cut', /cut off/);
});

test('an XML bomb and a file entity expand to nothing', () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>
    <rss version="2.0"><channel><title>x</title><item><title>&b; &f;</title><link>https://e.example/1</link></item></channel></rss>`;
  const read = () => JSON.stringify(parseFeed(bomb, at));
  try {
    assert.doesNotMatch(read(), /aaaaaaaaaa|root:/);
  } catch (error) {
    assert.ok(error instanceof NotAFeed);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotAFeed } from '../../src/articles/feeds/not-a-feed.ts';
import { readFeed } from '../../src/articles/feeds/read-feed.ts';

const at = 'https://post.example/news/feed.xml';
const read = (text: string | Buffer, contentType?: string) => readFeed(Buffer.from(text as string), at, contentType);
const rss = (items: string) => `<?xml version="1.0"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Post &amp;amp; More</title>${items}</channel></rss>`;

test('an RSS item becomes an article, its relative links whole', () => {
  const { title, items } = read(
    rss(`<item><title>Tom &amp;amp; Jerry</title><link>/a?x=1&amp;y=2</link><guid isPermaLink="false">77</guid>
      <description>&lt;p&gt;One &amp;amp; two.&lt;/p&gt;</description><dc:creator>Mara Quill</dc:creator>
      <category>Local Politics</category><category>Économie</category><media:content url="/i.jpg" medium="image"/>
      <pubDate>Tue, 03 Feb 2026 10:00:00 +0100</pubDate></item>`),
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
  const { items } = read(
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://cdn.example/sub/"><title>T</title><entry xml:base="deep/">
      <id>tag:1</id><title type="html">X &amp;amp; &lt;i&gt;Y&lt;/i&gt;</title><link rel="self" href="self"/><link href="a.html"/>
      <summary>5 &lt; 6 &amp;amp; plain</summary><updated>2026-02-03T10:00:00Z</updated></entry></feed>`,
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
  const rdf = read(
    `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>R</title></channel>
      <item rdf:about="https://r.example/1"><title>One</title><link>https://r.example/1</link><dc:date>2026-02-03</dc:date></item></rdf:RDF>`,
  );
  assert.deepEqual([rdf.items[0]?.external_id, rdf.items[0]?.headline], ['https://r.example/1', 'One']);
  const json = read(
    JSON.stringify({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'J',
      items: [{ id: '1', url: '/a', title: 'T', content_html: '<p>Body</p>', date_published: '2026-02-03T10:00:00Z' }],
    }),
  );
  assert.deepEqual([json.items[0]?.url, json.items[0]?.standfirst], ['https://post.example/a', 'Body']);
});

test('items without a usable link or headline are dropped and counted', () => {
  const { items, dropped } = read(
    rss(`<item><title>No link</title></item><item><link>https://e.example/1</link></item><item><title>&lt;b&gt;&lt;/b&gt;</title>
      <link>https://e.example/2</link></item><item><title>Script</title><link>javascript:alert(1)</link></item>
      <item><title>Good</title><link>https://e.example/3</link></item>`),
  );
  assert.deepEqual([items.map(({ headline }) => headline), dropped.length], [['Good'], 4]);
  assert.deepEqual(dropped[0], { headline: 'No link', reason: 'It has no link.' });
  assert.match(dropped[1]?.reason ?? '', /neither a headline nor a text/);
  assert.match(dropped[3]?.reason ?? '', /leads nowhere.*javascript:alert/);
});

test('what is only optional and broken costs its own field, not the item', () => {
  const { items } = read(
    rss(`<item><title>${'long '.repeat(200)}</title><link>https://e.example/1</link><guid>${'g'.repeat(900)}</guid>
      <pubDate>next Tuesday</pubDate><category> </category><media:content url="data:x" medium="image"/></item>`),
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
  assert.equal(read(declared).items[0]?.headline, 'Café');
  assert.equal(read(Buffer.from(text, 'latin1'), 'text/xml; charset=windows-1252').items[0]?.headline, 'Café');
  assert.equal(read(Buffer.from(`\ufeff\n${text}`), 'text/xml; charset=nonsense').items[0]?.headline, 'Café');
  assert.equal(read(Buffer.from(`\ufeff${text}`, 'utf16le')).items[0]?.headline, 'Café');
});

test('what is no feed is refused with words that say what to do', () => {
  const page = '<!DOCTYPE html><html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>';
  const says = (text: string, words: RegExp) =>
    assert.throws(
      () => read(text),
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
  const reading = () => JSON.stringify(read(bomb));
  try {
    assert.doesNotMatch(reading(), /aaaaaaaaaa|root:/);
  } catch (error) {
    assert.ok(error instanceof NotAFeed);
  }
});

test('a content type says nothing but its charset, and that only when it can be true', () => {
  const text = rss('<item><title>Café</title><link>https://e.example/1</link></item>');
  const bare = text.replace(/<\?xml[^>]*>/, '');
  const headline = (body: Buffer, type: string) => read(body, type).items[0]?.headline;
  for (const type of ['text/html', 'application/octet-stream', 'image/png', 'nonsense', 'text/xml; charset=', ';;=']) {
    assert.equal(headline(Buffer.from(text), type), 'Café', type);
  }
  assert.equal(headline(Buffer.from(text), 'text/xml; charset=iso-8859-1'), 'Café');
  assert.equal(headline(Buffer.from(bare, 'latin1'), 'text/xml; charset=utf-8'), 'Café');
  assert.equal(headline(Buffer.from(bare, 'latin1'), 'text/xml; charset="ISO-8859-1"; x=y'), 'Café');
  const declared = Buffer.from(text.replace('?>', ' encoding="windows-1251"?>').replace('Café', 'Порт'), 'utf8');
  assert.equal(headline(declared, 'text/xml; charset=koi8-r'), 'Порт');
  const cyrillic = Buffer.from('<?xml version="1.0" encoding="windows-1251"?><rss><channel><item><title>', 'latin1');
  const rest = Buffer.from('</title><link>https://e.example/1</link></item></channel></rss>');
  // The server's default against what the document says itself: "Порт" in windows-1251.
  const port = Buffer.concat([cyrillic, Buffer.from([0xcf, 0xee, 0xf0, 0xf2]), rest]);
  assert.equal(headline(port, 'text/xml; charset=iso-8859-1'), 'Порт');
  const json = JSON.stringify({
    version: 'https://jsonfeed.org/version/1',
    items: [{ id: '1', url: '/a', title: 'T' }],
  });
  assert.equal(headline(Buffer.from(json), 'application/rss+xml'), 'T');
});

test('how often to ask and where news is pushed from are told', () => {
  const polled = (head: string) =>
    read(`<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>${head}</channel></rss>`);
  assert.equal(polled('<ttl>30</ttl>').ttl, 1800);
  assert.equal(polled('<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>').ttl, 900);
  for (const nonsense of [
    '<ttl>soon</ttl>',
    '<ttl>-5</ttl>',
    '<ttl>0</ttl>',
    '<sy:updatePeriod>often</sy:updatePeriod>',
  ]) {
    assert.equal(polled(nonsense).ttl, undefined, nonsense);
  }
  const hub = '<link rel="hub" href="https://hub.example/"/><link href="https://post.example/"/>';
  assert.equal(
    read(`<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>${hub}</feed>`).hub,
    'https://hub.example/',
  );
});

test('an item that was cut off is told of, the whole ones are kept', () => {
  const whole = '<item><title>Whole</title><link>https://e.example/1</link></item>';
  const { items, dropped } = read(`<rss><channel><title>T</title>${whole}<item><title>Half</title><link>https://e.ex`);
  assert.deepEqual(
    items.map(({ headline }) => headline),
    ['Whole'],
  );
  assert.deepEqual(
    dropped.map(({ headline, reason }) => [headline, reason]),
    [['Half', 'The feed is cut off in the middle of it.']],
  );
});

test('an update, and what a picture shows, are read beside the rest', () => {
  const { items } =
    read(`<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>1</id><title>A</title><link href="/a"/>
    <published>2026-02-03T10:00:00Z</published><updated>2026-02-03T12:00:00Z</updated>
    <content type="html">&lt;img src="i.jpg" alt="A &amp;amp; B"&gt;Text</content></entry></feed>`);
  assert.deepEqual(items, [
    {
      external_id: '1',
      url: 'https://post.example/a',
      headline: 'A',
      standfirst: 'Text',
      topics: [],
      image_url: 'https://post.example/news/i.jpg',
      image_alt: 'A & B',
      published_at: new Date('2026-02-03T10:00:00Z'),
      updated_at: new Date('2026-02-03T12:00:00Z'),
    },
  ]);
});

test('a feed of any length and any malice is read in time that grows with its length only', () => {
  const many = (piece: string) => piece.repeat(Math.ceil(1e6 / piece.length));
  const good = '<item><title>Good</title><link>https://e.example/1</link></item>';
  const pieces = [
    ...[
      '<',
      '&',
      '<!--',
      '<![CDATA[',
      '<?x',
      '<!DOCTYPE [',
      '<a b="',
      `<a b="><c d='`,
      '<b>',
      '<item>',
      '<title>',
      '</item',
    ],
    ...[
      '<description><title>',
      '<x xmlns:a="b">',
      '<category>a',
      '<media:group>',
      '&lt;img ',
      'a@b (c),',
      '<p xml:base="a/">',
    ],
  ];
  for (const piece of pieces) {
    const begun = process.cpuUsage();
    assert.equal(read(rss(`${good}<item><title>Bad</title><author>${many(piece)}`)).items[0]?.headline, 'Good', piece);
    const { user } = process.cpuUsage(begun);
    // Quadratic time would be minutes; a slow machine needs a tenth of a second.
    assert.ok(user < 3_000_000, `${piece} took ${user / 1000} ms`);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalUrl } from '../../src/articles/canonical-url.ts';

const STORY = 'https://post.example/2026/02/ferry-vote';

/** Ways in which a link to one article is passed around. */
const SAME: [plain: string, ways: string[]][] = [
  [
    STORY,
    [
      'http://post.example/2026/02/ferry-vote',
      'https://www.post.example/2026/02/ferry-vote',
      'http://WWW.Post.Example:80/2026/02/ferry-vote/',
      'https://post.example:443/2026/02/ferry-vote',
      'http://post.example:443/2026/02/ferry-vote',
      'https://post.example./2026/02/ferry-vote',
      'https://m.post.example/2026/02/ferry-vote',
      'https://mobile.post.example/2026/02/ferry-vote',
      'https://www.m.post.example/2026/02/ferry-vote',
      'https://amp.post.example/2026/02/ferry-vote',
      `${STORY}/`,
      `${STORY}//`,
      'https://post.example//2026/02//ferry-vote',
      'https://post.example/2026/./01/../02/ferry-vote',
      `${STORY}/index.html`,
      `${STORY}/index.php`,
      `${STORY}/Default.aspx`,
      'https://post.example/index.php/2026/02/ferry-vote',
      `${STORY}#comments`,
      `${STORY}#xtor=RSS-1`,
      `${STORY}?`,
      `${STORY}?&&`,
      `${STORY}/amp`,
      `${STORY}/amp/`,
      `${STORY}/?amp=1`,
      `${STORY}?amp`,
      `${STORY}/amp.html`,
      'https://post.example/amp/2026/02/ferry-vote',
      `${STORY}.amp`,
      `${STORY}?outputType=amp`,
      `${STORY}?amp&amp_js_v=0.1&usqp=mq331AQ`,
      'https://www-post-example.cdn.ampproject.org/c/s/www.post.example/2026/02/ferry-vote/amp',
      'https://cdn.ampproject.org/v/s/post.example/2026/02/ferry-vote?amp_gsa=1#referrer=https%3A%2F%2Fwww.google.com',
      'https://www.google.com/amp/s/amp.post.example/2026/02/ferry-vote',
      'https://www.google.co.uk/amp/post.example/2026/02/ferry-vote.amp',
      'https://www.bing.com/amp/s/post.example/2026/02/ferry-vote',
      `https://www.google.com/url?sa=t&url=${encodeURIComponent(`${STORY}?utm_source=x`)}`,
      `https://l.facebook.com/l.php?u=${encodeURIComponent(`${STORY}?fbclid=1`)}&h=AT0`,
      `${STORY}?utm_source=rss&utm_medium=feed&UTM_Campaign=x`,
      `${STORY}?utm_source=a&amp;utm_medium=b`,
      `${STORY}?fbclid=IwAR0&gclid=2&dclid=3&msclkid=4`,
      `${STORY}?mc_cid=1a2b&mc_eid=3c4d`,
      `${STORY}?CMP=share_btn_tw`,
      `${STORY}?cmpid=bdaily&ns_mchannel=social&ns_source=twitter&ns_campaign=bbc`,
      `${STORY}?at_medium=RSS&at_campaign=KARANGA`,
      `${STORY}?ref=nf`,
      `${STORY}?ref_src=twsrc%5Etfw&ref_url=https%3A%2F%2Fblog.example`,
      `${STORY}?source=newsletter`,
      `${STORY}?smid=tw-share&smtyp=cur`,
      `${STORY}?xtor=RSS-3208&_ga=2.1&_gl=1`,
      `${STORY}?PHPSESSID=0123456789abcdef`,
      `${STORY};jsessionid=1A2B3C?sid=0123456789abcdef01`,
      'https://post.example/(S(xyz123))/2026/02/ferry-vote',
      `${STORY}?replytocom=12#respond`,
      `${STORY}?m=1`,
      `${STORY}?mod=hp_lead_pos1`,
      `${STORY}?trk=public_post`,
      `${STORY}?_=1700000000`,
      'https://someone:secret@post.example/2026/02/ferry-vote',
    ],
  ],
  [
    'https://post.example/a?q=a%20b',
    ['https://post.example/a/?utm_source=x&q=a%20b#top', 'https://post.example/a?q=a+b&gclid=2'],
  ],
  [
    'https://post.example/view.php?id=7&story=12',
    [
      'https://post.example/view.php?story=12&id=7',
      'https://www.post.example/view.php?utm_medium=x&story=12&amp;id=7&ref=twitter',
    ],
  ],
  [
    'https://post.example/caf%C3%A9-~quay,1',
    ['https://post.example/café-%7Equay%2C1', 'https://post.example/cafe%cc%81-~quay,1'],
  ],
  ['https://post.example/ferry-vote.html', ['https://post.example/ferry-vote.amp.html']],
  ['https://xn--caf-dma.example/a', ['http://www.café.example/a/']],
  ['https://en.post.example/wiki/Ferry', ['https://en.m.post.example/wiki/Ferry']],
  ['https://post.example/?p=123', ['https://post.example/index.php?p=123', 'http://www.post.example?p=123&source=rss']],
  ['https://post.example/', ['http://www.post.example', 'https://post.example/index.html?utm_source=x#top']],
];

/** What looks alike and names another article each. */
const OTHER: string[][] = [
  ['https://post.example/?p=1', 'https://post.example/?p=2', 'https://post.example/?page_id=1'],
  ['https://post.example/view?id=1', 'https://post.example/view?id=2', 'https://post.example/view'],
  ['https://post.example/news?story=1', 'https://post.example/news?story=2'],
  ['https://post.example/story.php?source=1204', 'https://post.example/story.php?source=1205'],
  ['https://post.example/article-view.php?ref=77', 'https://post.example/article-view.php?ref=78'],
  ['https://post.example/modules.php?name=News&sid=12', 'https://post.example/modules.php?name=News&sid=13'],
  ['https://post.example/?m=202601', 'https://post.example/?m=202602'],
  ['https://post.example/Ferry', 'https://post.example/ferry'],
  ['https://post.example/a%2Fb', 'https://post.example/a/b'],
  ['https://post.example/a?x=1&x=2', 'https://post.example/a?x=2&x=1'],
  ['https://post.example/?2026', 'https://post.example/?2027'],
  ['https://post.example:8080/a', 'https://post.example/a'],
  ['https://m.example/a', 'https://example/a'],
  ['https://amp.dev/a', 'https://dev/a'],
  ['https://m.co.uk/a', 'https://wap.co.uk/a', 'https://co.uk/a'],
  ['https://post.example/index.php?mod=news&id=5', 'https://post.example/index.php?mod=sport&id=5'],
  ['https://news.post.example/a', 'https://post.example/a'],
  ['https://post.example/amp', 'https://post.example/'],
  ['https://post.example/guitar-amp', 'https://post.example/guitar'],
  ['https://post.example/#!/story/1', 'https://post.example/#!/story/2', 'https://post.example/'],
  ['https://post.example/%E9t%E9', 'https://post.example/%C3%A9t%C3%A9'],
  ['https://www.google.com/amp/', 'https://www.google.com/url?q=nothing'],
];

test('however its link is passed around, an article has one key', async (t) => {
  assert.ok(SAME.flatMap(([, ways]) => ways).length + OTHER.flat().length >= 60);
  for (const [plain, ways] of SAME) {
    assert.equal(canonicalUrl(plain), plain, 'a key is its own key');
    for (const way of ways) await t.test(way, () => assert.equal(canonicalUrl(way), plain));
  }
});

test('addresses that name other articles keep keys of their own', () => {
  for (const group of OTHER) assert.equal(new Set(group.map(canonicalUrl)).size, group.length, group.join(' '));
});

test('no address is too odd for a key, and no key is longer than its address by more than the scheme', () => {
  for (const odd of [
    'https://post.example/%zz%',
    'https://post.example/?%=%&=&==',
    `https://post.example/${'%E0%A5%98'.repeat(200)}`,
    `https://post.example/?${'a=1&'.repeat(500)}`,
    `http://${'m.'.repeat(100)}example/`,
    `https://www.google.com/url?q=${encodeURIComponent('https://www.google.com/url?q=https://x.example/').repeat(9)}`,
    'http://[::1]/amp/x',
    'http://127.0.0.1:8000/x',
  ]) {
    const key = canonicalUrl(odd);
    assert.ok(key.length <= odd.length + 1, key);
    assert.equal(canonicalUrl(key), key);
  }
});

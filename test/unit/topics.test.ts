import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf, nameIn, namesOf, slugOf } from '../../src/articles/topics/names.ts';
import { type Reading, resolver } from '../../src/articles/topics/resolve.ts';
import { sectionOf } from '../../src/articles/topics/section-of.ts';

test('a section is read from an address, and neither dates nor the article are one', () => {
  const wanted: Record<string, string> = {
    'https://post.example/news/local/ferry-strike': 'news/local',
    'https://post.example/news/local/2026/05/ferry-strike/': 'news/local',
    'https://post.example/news/local/ferry/index.html?utm=1#top': 'news/local',
    'https://post.example/2026/05/01/ferry': '',
    'https://post.example/ferry': '',
    'https://post.example/': '',
    'https://post.example/?p=12': '',
    'https://post.example/articles/ferry': '',
    'https://post.example/blog/sport/ferry': 'sport',
    'https://post.example/ferry-pilots-vote-on-winter-timetable/comments': '',
    'https://post.example/a/b/c/d/e/f': 'a/b/c',
    'https://post.example/%D0%BA%D0%B8%D0%BD%D0%BE/film': 'кино',
    'https://post.example/%E0%A4/film': '%E0%A4',
    'https://post.example/a%2Fb/film': 'a b',
    'not an address': '',
  };
  for (const [url, section] of Object.entries(wanted)) assert.equal(sectionOf(url), section, url);
});

test('names are the same whatever their case, accents and blanks, and every script has a slug', () => {
  assert.equal(keyOf('  ÉCONOMIE\u00a0 locale '), 'economie locale');
  assert.equal(keyOf('ＳＰＯＲＴ'), 'sport');
  assert.equal(slugOf('Économie & finances'), 'economie-finances');
  assert.equal(slugOf('Fußball'), 'fussball');
  assert.match(slugOf('Политика'), /^topic-[0-9a-f]{10}$/);
  assert.equal(slugOf('Политика'), slugOf('ПОЛИТИКА'));
  assert.notEqual(slugOf('AI 新闻'), slugOf('AI'));
  assert.equal(slugOf('—!—'), '');
  assert.match(slugOf('x'.repeat(300)), /^x{63}$/);
  assert.deepEqual(
    namesOf({ topics: ['Local', 'LOCAL', ' ', '***', '*sport*'], url: 'https://post.example/local/a' }).map(
      ({ kind, key }) => `${kind} ${key}`,
    ),
    ['category local', 'category sport', 'section local'],
  );
  assert.deepEqual(nameIn('category:a:b'), { kind: 'category', key: 'a:b', name: 'a:b' });
});

test('a rule of many * is read at once, whatever the name', () => {
  const resolve = (key: string) =>
    resolver({ rules: [{ kind: 'category', key, topic: 'a' }], known: [], makesTopics: false });
  const means = (pattern: string, name: string) => resolve(pattern)({ kind: 'category', name, key: name }).topic;
  const long = 'a'.repeat(200);
  const began = performance.now();
  assert.equal(means(`${'*a'.repeat(99)}*b`, long), undefined);
  assert.equal(means(`${'*a'.repeat(99)}*`, long), 'a');
  assert.ok(performance.now() - began < 100);
  for (const [pattern, name, fits] of [
    ...[
      ['*', '', true],
      ['**', 'x', true],
      ['a*', 'a', true],
      ['*a', 'ba', true],
      ['a*a', 'a', false],
    ],
    ...[
      ['ab*ba', 'aba', false],
      ['ab*ba', 'abba', true],
      ['a*b*c', 'a-c-b', false],
      ['*x*', 'axb', true],
      ['*.*', 'ab', false],
    ],
  ] as [string, string, boolean][])
    assert.equal(means(pattern, name), fits ? 'a' : undefined, `${pattern} ${name}`);
});

test('a rule comes before a namesake, the nearest and most exact rule before others', () => {
  const reading: Reading = {
    rules: [
      { kind: 'category', key: 'sport*', topic: 'games' },
      { kind: 'category', key: 'sport: *', topic: 'results' },
      { kind: 'category', key: 'sport', topic: 'sport' },
      { kind: 'category', key: 'sponsored', topic: null },
      { kind: 'section', key: 'news', topic: 'news' },
      { kind: 'section', key: 'news/weather', topic: null },
      { kind: 'section', key: '*/local', topic: 'local' },
      { kind: 'category', key: '(a+)+$', topic: 'odd' },
    ],
    known: [
      { slug: 'culture', name: 'Arts', nameKey: 'arts' },
      { slug: 'sponsored', name: 'Sponsored', nameKey: 'sponsored' },
    ],
    makesTopics: true,
  };
  const is = (makesTopics: boolean) => (kind: 'category' | 'section', name: string) => {
    const { topic, unmapped } = resolver({ ...reading, makesTopics })({ kind, name, key: keyOf(name) });
    return [topic ?? null, unmapped];
  };
  const read = is(true);
  assert.deepEqual(read('category', 'Sport'), ['sport', false]);
  assert.deepEqual(read('category', 'Sports'), ['games', false]);
  assert.deepEqual(read('category', 'Sport: Ligue 1'), ['results', false]);
  assert.deepEqual(read('category', 'Sponsored'), [null, false]);
  assert.deepEqual(read('category', '(a+)+$'), ['odd', false]);
  assert.deepEqual(read('section', 'news/town'), ['news', false]);
  assert.deepEqual(read('section', 'news/weather/storms'), [null, false]);
  assert.deepEqual(read('section', 'news/local/harbour'), ['local', false]);
  assert.deepEqual(read('category', 'Culture'), ['culture', true]);
  assert.deepEqual(read('category', 'ARTS'), ['culture', true]);
  assert.deepEqual(read('section', 'magazine/culture'), ['culture', true]);
  assert.deepEqual(read('section', 'magazine'), [null, true]);
  assert.deepEqual(read('category', 'Harbour'), ['harbour', true]);
  assert.deepEqual(is(false)('category', 'Harbour'), [null, true]);
});

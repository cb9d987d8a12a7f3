import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentOf } from '../../fuzz/document.ts';
import { complaintOf } from '../../fuzz/judge.ts';
import { findSeeds } from '../../fuzz/seeds.ts';

test('a seed makes the same documents again, and another seed others', () => {
  const seeds = findSeeds();
  const made = (seed: number) =>
    Array.from({ length: 50 }, (_, n) => documentOf(seed, n, seeds).body.toString('base64'));
  assert.deepEqual(made(7), made(7));
  const others = new Set(made(8));
  assert.ok(made(7).filter((document) => others.has(document)).length < 10);
  assert.deepEqual(
    new Set(Array.from({ length: 50 }, (_, n) => documentOf(7, n, seeds).kind)),
    new Set(['feeds', 'pages', 'text']),
  );
});

test('what must not come out of a reader is seen wherever it stands', () => {
  const good = {
    items: [{ title: 'How to <b>', url: 'https://e.example/', published: '2026-02-03T07:00:00.000Z', id: '<i>' }],
  };
  assert.equal(complaintOf(good), undefined);
  const bad = {
    title: [
      '<script>alert(1)</script>',
      'a<br>b',
      '<!-- x',
      'x\u202ey',
      'x\u0000',
      '\ud800',
      ' x',
      'a  b',
      'x'.repeat(5000),
    ],
    url: ['javascript:alert(1)', '/relative', ''],
    published: ['2026-02-03', 'Invalid Date'],
    topics: ['<p class="x">'],
  };
  for (const [key, values] of Object.entries(bad))
    for (const value of values)
      assert.ok(complaintOf({ items: [{ [key]: value }] }), `${key} ${JSON.stringify(value.slice(0, 30))}`);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { scoreFolder } from '../../src/articles/score/score-folder.ts';

type Fields = Record<string, unknown>;

/** Fields that are not named may be anything; there are as many items as named. */
interface Expected {
  title?: string | null;
  items?: Fields[];
  /** A pattern for what is said of a file that is no feed. */
  error?: string;
}

interface Scored extends Fields {
  file: string;
  ok: boolean;
  error?: string;
  items?: Fields[];
}

const folder = path.join(import.meta.dirname, '../corpus/feeds');
const expectations: Record<string, Expected> = JSON.parse(readFileSync(`${folder}.expected.json`, 'utf8'));
const scored: Scored[] = [];
for await (const line of scoreFolder('feeds', folder)) scored.push(JSON.parse(line));

const namedIn = (found: Fields, named: Fields): Fields =>
  Object.fromEntries(Object.keys(named).map((key) => [key, found[key]]));

test('every feed of the corpus is expected, and every expected one is there', () => {
  assert.deepEqual(scored.map(({ file }) => file).toSorted(), Object.keys(expectations).toSorted());
  assert.ok(scored.length >= 150);
});

for (const { file, ok, error, ...found } of scored) {
  test(`a feed is read: ${file}`, () => {
    const { error: refusal, items, ...rest } = expectations[file] ?? {};
    assert.equal(ok, refusal === undefined, error);
    if (refusal) assert.match(error ?? '', new RegExp(refusal));
    assert.deepEqual(namedIn(found, rest), rest);
    const read = found.items ?? [];
    assert.equal(read.length, items?.length ?? 0, JSON.stringify(read));
    assert.deepEqual(
      read.map((item, n) => namedIn(item, items?.[n] ?? {})),
      items ?? [],
    );
  });
}

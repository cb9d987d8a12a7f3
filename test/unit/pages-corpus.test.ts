import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { scoreFolder } from '../../src/articles/score/score-folder.ts';

const folder = path.join(import.meta.dirname, '../corpus/pages');
const expected: Record<string, { ok: boolean; error?: string }> = JSON.parse(
  readFileSync(`${folder}.expected.json`, 'utf8'),
);

// What `npm run score -- pages test/corpus/pages` prints; the name of a file says what is wrong with it.
for await (const line of scoreFolder('pages', folder)) {
  const { file, ...read } = JSON.parse(line);
  test(`a page is read: ${path.parse(file).name.replaceAll('-', ' ')}`, () => {
    const { error, ...said } = expected[file] ?? assert.fail(`nobody has said what ${file} says`);
    if (error) assert.ok(read.error.includes(error), read.error);
    else assert.deepEqual(read, said);
    assert.equal(read.ok, said.ok);
  });
}

test('nothing is expected of a page that is not there', () => {
  const pages = readdirSync(folder).filter((name) => name.endsWith('.html'));
  assert.deepEqual(Object.keys(expected).toSorted(), pages.toSorted());
  assert.ok(pages.length >= 60);
});

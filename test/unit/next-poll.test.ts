import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterWait, backoffOf, freshFor, retryAfterOf, waitOf } from '../../src/articles/sources/next-poll.ts';

const now = new Date('2026-02-03T07:00:00Z');
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

test('a source with news is asked as often as its setting allows, a quiet one less often, within limits', () => {
  const waits = [0, 20, 50, 100, 200, 300, 10_000].map(
    (minutes) => waitOf({ pollSeconds: 300, newsAt: ago(minutes) }, 0, now).seconds,
  );
  assert.deepEqual(waits, [300, 300, 300, 600, 1200, 1800, 1800]);
  assert.deepEqual(waitOf({ pollSeconds: 7200, newsAt: ago(90_000) }, 0, now), { seconds: 7200, pace: 'news' });
  assert.deepEqual(waitOf({ pollSeconds: 1200, newsAt: ago(90_000) }, 0, now), { seconds: 3600, pace: 'quiet' });
});

test('what a feed asks for is the least, an hour at most', () => {
  const wait = (asked: number) => waitOf({ pollSeconds: 300, newsAt: now }, asked, now);
  assert.deepEqual(wait(60), { seconds: 300, pace: 'news' });
  assert.deepEqual(wait(900), { seconds: 900, pace: 'asked' });
  assert.deepEqual(wait(31_536_000), { seconds: 3600, pace: 'asked' });
});

test('failures double the wait, and a server that tells how long is obeyed, a day at most', () => {
  const at = (failures: number, told = 0) => backoffOf({ pollSeconds: 300, failures }, told);
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 1000].map((n) => at(n).seconds),
    [300, 600, 1200, 2400, 3600, 3600, 3600],
  );
  assert.deepEqual(at(0, 7200), { seconds: 7200, pace: 'told' });
  assert.deepEqual(at(2, 10), { seconds: 1200, pace: 'failing' });
  assert.equal(at(0, 10_000_000).seconds, 86_400);
});

test('chance only ever adds a little', () => {
  const seconds = (random: number) =>
    afterWait(now, { seconds: 600, pace: 'news' }, () => random).getTime() - now.getTime();
  assert.deepEqual([seconds(0), seconds(0.5), seconds(1)], [600_000, 630_000, 660_000]);
});

test('Retry-After is read as seconds and as a date in GMT, and nonsense is none', () => {
  const read = (header?: string) => retryAfterOf(header, now);
  assert.equal(read('120'), 120);
  assert.equal(read(' 120 '), 120);
  assert.equal(read('Tue, 03 Feb 2026 07:10:00 GMT'), 600);
  assert.equal(read('Tuesday, 03-Feb-26 07:10:00 GMT'), 600);
  assert.equal(read('Tue Feb  3 07:10:00 2026'), 600);
  assert.equal(read('99999999999999'), 99_999_999_999_999, 'as long as we let ourselves be told to wait');
  for (const header of ['Tue, 03 Feb 2026 06:00:00 GMT', '-5', '1e9', 'soon', 'soon 2099', '', undefined])
    assert.equal(read(header), 0, header);
});

test('how long an answer stays fresh is what is left of max-age', () => {
  assert.equal(freshFor({ 'cache-control': 'public, max-age=600' }), 600);
  assert.equal(freshFor({ 'cache-control': 'max-age="600"', age: '100' }), 500);
  assert.equal(freshFor({ 'cache-control': 'max-age=600', age: '900' }), 0);
  assert.equal(freshFor({ 'cache-control': 's-maxage=900' }), 0);
  assert.equal(freshFor({ 'cache-control': 'no-cache, max-age=600' }), 0);
  assert.equal(freshFor({ 'cache-control': 'max-age=a long time' }), 0);
  assert.equal(freshFor({}), 0);
});

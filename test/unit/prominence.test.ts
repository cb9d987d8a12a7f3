import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseArticles, type News, type Readers } from '../../src/editions/choose-articles.ts';
import { untouched } from '../../src/editions/digest-plan.ts';
import type { AlertTold, Candidate } from '../../src/editions/edition.ts';

const asOf = new Date('2026-11-21T07:00:00Z');
const ago = (hours: number) => new Date(asOf.getTime() - hours * 3_600_000);

let ids = 0;
function article(headline: string, hours: number, storyId: number | null = null): Candidate {
  ids += 1;
  return {
    ...{ id: ids, storyId, headline, standfirst: '', topicIds: [], availableAt: ago(hours), publishedAt: ago(hours) },
    ...{ revision: 1, revisedAt: null, withdrawn: false, correctionNote: null, url: `https://post.example/${ids}` },
    ...{ byline: null, kicker: null, imageUrl: null, imageAlt: null },
  };
}

const alertOf = ({ id, headline }: Candidate, more: Partial<AlertTold> = {}): [number, AlertTold] => [
  id,
  {
    ...{ editionId: id, articleId: id, revision: 1, asOf: ago(5), out: true, said: headline },
    ...{ headline, standfirst: '', correctionNote: null, ...more },
  },
];

function order(candidates: Candidate[], more: Partial<News> = {}, readers: Partial<Readers> = {}, desk = untouched) {
  const newestFirst = candidates.toSorted((a, b) => b.availableAt.getTime() - a.availableAt.getTime());
  const news = { candidates: newestFirst, parts: new Map(), considered: new Map(), alerts: new Map(), ...more };
  const everybody: Readers = { servedUntil: null, frequency: 'daily', topicIds: [], alerted: [], ...readers };
  return chooseArticles({ asOf }, everybody, news, desk).map(({ headline }) => headline);
}

const telling = (story: number, times: number, hours: number) =>
  Array.from({ length: times }, (_, n) => article(`Fire, told ${n}`, hours, story));

test('the newest stands first, and each further article on its event counts an hour, at most six', () => {
  const fire = article('Fire', 4, 1);
  const [two, three, four] = [2, 3, 4].map((hours) => article(`Of ${hours} hours ago`, hours - 0.5));
  const parts = (times: number) => new Map([[1, [fire, ...telling(1, times, 4)]]]);
  const all = [fire, two, three, four].filter((one) => one !== undefined);
  assert.equal(order(all, { parts: parts(0) }).indexOf('Fire'), 3);
  assert.equal(order(all, { parts: parts(1) }).indexOf('Fire'), 2);
  assert.equal(order(all, { parts: parts(3) }).indexOf('Fire'), 0);
  const old = article('Old fire', 9, 1);
  assert.equal(order([old, article('News', 2)], { parts: new Map([[1, [old, ...telling(1, 50, 9)]]]) })[0], 'News');
});

test('an alert counts three hours, once it is out to readers and as long as it was before the edition', () => {
  const fire = article('Fire', 4);
  const news = article('News', 2);
  const leads = (more: Partial<AlertTold>) => order([fire, news], { alerts: new Map([alertOf(fire, more)]) })[0];
  assert.equal(leads({}), 'Fire');
  assert.equal(leads({ out: false }), 'News');
  assert.equal(leads({ asOf: ago(-1) }), 'News');
});

test('what is withdrawn, or told after the edition, makes nothing prominent', () => {
  const fire = article('Fire', 4, 1);
  const others = [...telling(1, 3, -1), ...telling(1, 3, 4).map((part) => ({ ...part, withdrawn: true }))];
  assert.equal(order([fire, article('News', 2)], { parts: new Map([[1, [fire, ...others]]]) })[0], 'News');
});

test('in a weekly digest an hour is seven, and what an editor placed stands before all of it', () => {
  const fire = article('Fire', 20, 1);
  const news = article('News', 2);
  const told = { parts: new Map([[1, [fire, ...telling(1, 3, 20)]]]) };
  assert.deepEqual(order([fire, news], told), ['News', 'Fire']);
  assert.deepEqual(order([fire, news], told, { frequency: 'weekly' }), ['Fire', 'News']);
  const placed = { ...untouched, placed: [news.id] };
  assert.deepEqual(order([fire, news], told, { frequency: 'weekly' }, placed), ['News', 'Fire']);
});

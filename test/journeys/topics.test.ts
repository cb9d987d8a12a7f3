import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { cleanUp } from '../support/clean-up.ts';
import { type Colleague, colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)>`;

interface Story {
  path: string;
  headline: string;
  categories?: string[];
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A feed whose stories may change, and a way to have it read. */
async function paper(t: TestContext, town: Newsroom, stories: Story[]) {
  const server = createServer((_req, res) => {
    const items = stories.map(
      ({ path, headline, categories = [] }) => `<item><title>${escaped(headline)}</title>
        <link>https://post.example${path}</link><guid>${path}</guid>
        ${categories.map((name) => `<category><![CDATA[${name}]]></category>`).join('')}</item>`,
    );
    res.writeHead(200, { 'Content-Type': 'application/rss+xml' });
    res.end(`<rss version="2.0"><channel><title>The Harbour Post</title>${items.join('')}</channel></rss>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(t, () => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed`;
  const { body } = await town.api('POST', '/sources', { url });
  const source = body.id as number;
  const isRead = (last = '') =>
    until('the feed was read', async () => {
      const { polledAt: polled, error } = (await town.context.sources.source(source)) ?? {};
      assert.equal(error, null);
      return polled && polled.toISOString() !== last ? polled.toISOString() : false;
    });
  let last = await isRead();
  return {
    source,
    at: `/console/topics/sources/${source}`,
    isReadAgain: async () => {
      town.clock.advance(331);
      await town.polls();
      last = await isRead(last);
    },
  };
}

async function topicsOf(town: Newsroom): Promise<Record<string, string[]>> {
  const { items } = (await town.api('GET', '/articles?limit=500')).body as {
    items: { headline: string; topics: string[] }[];
  };
  return Object.fromEntries(items.map(({ headline, topics }) => [headline, topics.toSorted()]));
}

const rules = (kim: Colleague, at: string, kind: string, name: string, does: string, topic = '') =>
  kim.post(`${at}/rules`, { kind, name, does, topic, from: 'list' });

test('categories and sections are mapped, earlier articles move, and a reader gets the topic they chose', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'editor');
  assert.match(await kim.page('/console/topics'), /No topic yet.*No source yet/s);
  // A topic there is something to choose by, before the feed comes.
  await town.publishes({ headline: 'Council meets', topics: ['town'] });
  const ann = town.reader('ann@example.org');
  await ann.signsUp({ newsletters: ['daily'], topics: ['town'] });
  await fetch(await ann.confirmLink(), { method: 'POST' });
  const stories: Story[] = [
    { path: '/news/harbour/2026/11/ferry', headline: 'Ferry pilots vote', categories: ['Lokales & Région'] },
    { path: '/sport/regatta', headline: 'Regatta off', categories: ['SPORT'] },
    { path: '/shop/home/kettles', headline: 'Kettles reduced', categories: ['Sponsored', 'sport'] },
  ];
  const { at, isReadAgain } = await paper(t, town, stories);
  assert.deepEqual(await topicsOf(town), {
    'Council meets': ['town'],
    'Ferry pilots vote': ['lokales-region'],
    'Regatta off': ['sport'],
    'Kettles reduced': ['sponsored', 'sport'],
  });
  const page = await kim.page(at);
  for (const word of ['Lokales &amp; Région', 'SPORT', 'Sponsored', 'news/harbour', 'shop', 'Ferry pilots vote'])
    assert.ok(page.includes(word), word);
  assert.match(await kim.page('/console/topics'), new RegExp(`${at}">.*The Harbour Post`));

  const mapped = await rules(kim, at, 'category', 'lokales &  REGION', 'map', 'Town');
  assert.equal(mapped.headers.get('Location'), at);
  assert.match(await kim.page(at), /sorted anew/);
  assert.equal((await rules(kim, at, 'category', 'Sponsored', 'ignore')).status, 303);
  assert.equal((await rules(kim, at, 'section', '/shop // home/', 'make', 'Shopping')).status, 303);
  const moved = {
    'Council meets': ['town'],
    'Ferry pilots vote': ['town'],
    'Regatta off': ['sport'],
    'Kettles reduced': ['shopping', 'sport'],
  };
  assert.deepEqual(await topicsOf(town), moved);
  stories.push({ path: '/news/harbour/cranes', headline: 'Cranes return', categories: ['Lokales & region'] });
  await isReadAgain();
  assert.deepEqual(await topicsOf(town), { ...moved, 'Cranes return': ['town'] });
  const after = await kim.page(at);
  const listed = (page: string) => /<tbody>.*?<\/tbody>/s.exec(page)?.[0] ?? '';
  assert.doesNotMatch(listed(after), /Lokales|Sponsored|>shop/);
  assert.match(after.split('<h2>Rules</h2>')[1] ?? '', /Sponsored.*ignored/s);

  await town.digestNow();
  const mail = await ann.receives('Cranes return');
  const text = mail.parsed.text ?? '';
  assert.match(text, /Ferry pilots vote/);
  assert.match(text, /Cranes return/);
  assert.doesNotMatch(text, /Regatta|Kettles/);

  const [removal = ''] = /\/console\/topics\/rules\/\d+\/remove/.exec(after) ?? [];
  assert.equal((await kim.post(removal)).headers.get('Location'), at);
  assert.match(listed(await kim.page(at)), /lokales &amp; {2}REGION.*<td class="number">2</s);
  assert.deepEqual((await topicsOf(town))['Cranes return'], ['lokales-region']);
  assert.equal((await kim.post(removal)).status, 404);
  const log = await (await colleague(town, 'admin')).page('/console/audit?act=topic.map');
  for (const word of ['Shopping', 'shopping', 'Sponsored']) assert.ok(word === 'Shopping' || log.includes(word), word);
});

test('a source that makes no topics lists its names, and topics there are still apply', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'editor');
  await town.publishes({ headline: 'Council meets', topics: ['town'] });
  const stories: Story[] = [{ path: '/a', headline: 'Ferry pilots vote', categories: ['Town'] }];
  const { at, isReadAgain } = await paper(t, town, stories);
  assert.match(await kim.page(at), /name="makes_topics" value="yes" checked/);
  assert.equal((await kim.post(at, {})).status, 303);
  assert.doesNotMatch(await kim.page(at), /name="makes_topics" value="yes" checked/);
  stories.push({ path: '/b', headline: 'Кино вернулось', categories: ['Кино', 'town'] });
  await isReadAgain();
  assert.deepEqual((await topicsOf(town))['Кино вернулось'], ['town']);
  assert.match(await kim.page(at), /Кино<small.*nothing/s);
  assert.equal((await kim.post(at, { makes_topics: 'yes' })).status, 303);
  const made = (await topicsOf(town))['Кино вернулось'] ?? [];
  assert.match(made.join(), /^topic-[0-9a-f]{10},town$/, 'its earlier articles too');
  const topics = await kim.page('/console/topics');
  assert.match(topics, /Кино<small/);

  const id = /action="\/console\/topics\/(\d+)">\s*<label[^>]*>Name<\/label><input[^>]*value="Кино"/.exec(topics)?.[1];
  assert.equal((await kim.post(`/console/topics/${id}`, { name: 'Cinema' })).status, 303);
  assert.match(await kim.page('/console/topics'), /Cinema<small dir="ltr">topic-[0-9a-f]{10}/);
  stories.push({ path: '/c', headline: 'Второй фильм', categories: ['КИНО'] });
  await isReadAgain();
  assert.deepEqual((await topicsOf(town))['Второй фильм'], made.slice(0, 1), 'the slug stays');
  const taken = await kim.post(`/console/topics/${id}`, { name: 'TOWN' });
  assert.equal(taken.status, 409);
  assert.match(await taken.text(), /<details open>.*called so already.*value="TOWN"/s);
  assert.equal((await kim.post(`/console/topics/${id}`, { name: ' ' })).status, 400);
});

test('what is typed wrong is said, nothing typed runs, and names without end are bounded', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'editor');
  const endless = Array.from({ length: 100 }, (_, n) => ({
    path: `/s${n}-${HOSTILE}/a`,
    headline: `Story ${n}`,
    categories: Array.from({ length: 30 }, (_, m) => `Tag ${n}.${m}`),
  }));
  const stories: Story[] = [...endless, { path: '/x/y', headline: HOSTILE, categories: [escaped(HOSTILE), '*'] }];
  const { at } = await paper(t, town, stories);
  assert.equal((await town.context.topicPages.names(1000)).length, 200, 'topics are not made without end');
  const wrong: [string, Record<string, string>][] = [
    ['map', { kind: 'category', name: 'Tag 1', topic: HOSTILE }],
    ['map', { kind: 'category', name: HOSTILE, topic: '' }],
    ['ignore', { kind: 'section', name: ' / // ', topic: '' }],
    ['make', { kind: 'category', name: 'tag *', topic: '' }],
    ['map', { kind: 'planet', name: 'Tag 1', topic: 'Town' }],
    ['map', { kind: 'category', name: '', topic: 'Town' }],
    ['burn', { kind: 'category', name: 'Tag 1', topic: 'Town' }],
    ['ignore', { kind: 'section', name: ' / ', topic: '' }],
  ];
  for (const [does, fields] of wrong) {
    for (const from of ['list', 'form']) {
      const answer = await kim.post(`${at}/rules`, { ...fields, does, from });
      const page = await answer.text();
      assert.equal(answer.status, 400, JSON.stringify(fields));
      assert.match(page, /role="alert"/);
      assert.doesNotMatch(page, /<script>alert|<img src=x/);
    }
  }
  assert.equal((await rules(kim, at, 'category', HOSTILE, 'make', HOSTILE)).status, 303);
  assert.equal((await rules(kim, at, 'category', HOSTILE, 'ignore')).status, 409);
  assert.equal(
    (
      await kim.post(`${at}/rules`, [
        ['name', 'a'],
        ['name', 'b'],
        ['kind', 'category'],
        ['does', 'ignore'],
      ])
    ).status,
    400,
  );
  for (const place of ['/console/topics', at, '/console/topics?sources=x&cursor=3'])
    assert.doesNotMatch(await kim.page(place), /<script>alert|<img src=x/, place);
  const [source] = await town.context.topicPages.sources(0, 1);
  assert.ok((source?.unmapped ?? 0) <= 500, `${source?.unmapped} names are kept`);
  for (const place of ['/console/topics/sources/99', '/console/topics/sources/0', '/console/topics/sources/x'])
    assert.equal((await kim.get(place)).status, 404);
  const viewer = await colleague(town, 'viewer');
  for (const place of ['/console/topics', at])
    assert.doesNotMatch(await viewer.page(place), /<form class="(mapping|fields|stack)/);
});

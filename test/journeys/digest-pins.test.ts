import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { cleanUp } from '../support/clean-up.ts';
import { colleague } from '../support/colleague.ts';
import { newsroom } from '../support/newsroom.ts';

const desk = (day: number) => `/console/digests/daily/2026-11-${day}`;
const seven = (day: number) => `2026-11-${day}T07:00:00Z`;
const evil = '"><script>alert(1)</script>{{ brand }}';

/** A page of a newspaper's own. */
async function page(t: TestContext, headline: string): Promise<string> {
  const server = createServer(({ url }, res) => {
    res.writeHead(url === '/none' ? 404 : 200, { 'Content-Type': 'text/html' });
    res.end(`<html><head><meta property="og:title" content="${headline}"><title>x</title></head></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(t, () => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an editor finds an article of any age, by its headline or its address, and pins it for everybody', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const url = 'https://post.example/storm';
  const storm = await town.publishes({ headline: 'The storm of 1987', url });
  await town.goesTo(seven(21));
  await ann.receives('The storm of 1987');
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo(seven(22));
  await ann.receives('Library lends seeds');
  await town.publishes({ headline: 'Tide tables printed' });

  const kim = await colleague(town, 'editor');
  assert.doesNotMatch(await kim.page(desk(23)), /storm of 1987/);
  for (const find of ['storm', 'post.example/storm', 'http://www.post.example/storm/?utm_source=x'])
    assert.match(
      await kim.page(`${desk(23)}?find=${encodeURIComponent(find)}`),
      new RegExp(`value="pin ${storm}"`),
      find,
    );
  await kim.post(`${desk(23)}/articles`, { change: `pin ${storm}` });
  assert.match(await kim.page(`${desk(23)}?find=storm`), /Pinned already/);
  const origin = await page(t, 'Ferry pilots vote');
  const asked = await kim.page(`${desk(23)}?find=${encodeURIComponent(`${origin}/ferry`)}`);
  assert.match(asked, /No article is known at/);
  assert.equal((await kim.post(`${desk(23)}/address`, { url: `${origin}/ferry` })).status, 303);
  assert.match(await kim.page(desk(23)), /Pinned\..*Ferry pilots vote/s);

  await town.goesTo(seven(23));
  const text = (await ann.receives('Ferry pilots vote')).parsed.text ?? '';
  assert.match(text, /The storm of 1987[\s\S]*Tide tables printed/);
  assert.doesNotMatch(text, /Updated/);
  await town.settles();
  await town.publishes({ headline: 'Bridge opens' });
  await town.goesTo(seven(24));
  assert.doesNotMatch((await ann.receives('Bridge opens')).parsed.text ?? '', /storm|Ferry/);
  assert.match(await (await colleague(town, 'admin')).page('/console/audit'), /digest\.pin/);
});

test('what readers have just had does not come again by being pinned, and the desk says so', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const seeds = await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo(seven(21));
  await ann.receives('Library lends seeds');
  await town.settles();
  town.clock.advance(60);
  await town.publishes({ headline: 'Tide tables printed' });
  const kim = await colleague(town, 'editor');
  await kim.post(`${desk(22)}/articles`, { change: `pin ${seeds}` });
  assert.match(await kim.page(desk(22)), /Pinned, but not in it.*Library lends seeds/s);
  const bob = await town.reader('bob@example.org').subscribes(['daily']);
  await town.goesTo(seven(22));
  assert.doesNotMatch((await ann.receives('Tide tables printed')).parsed.text ?? '', /seeds/);
  assert.match((await bob.receives('Library lends seeds')).parsed.text ?? '', /Tide tables/);
});

test('the desk says why an article stands above newer ones', async (t) => {
  const town = await newsroom(t);
  await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes({ headline: 'Fire at Quay Street flats', standfirst: 'Crews were called to Quay Street.' });
  const url = 'https://wire.example/fire';
  const standfirst = 'Crews were called to the flats at Quay Street.';
  const fire = await town.publishes({ headline: 'Two hurt in fire at Quay Street flats', url, standfirst });
  town.clock.advance(1800);
  const seeds = await town.publishes({ headline: 'Library lends seeds' });
  const kim = await colleague(town, 'editor');
  const rows = async () => (await kim.page(desk(21))).match(/id="article-\d+"/g);
  assert.match(await kim.page(desk(21)), /Counts as 1 hour newer: 1 further article on it</);
  assert.deepEqual(await rows(), [`id="article-${fire}"`, `id="article-${seeds}"`]);
  await town.alert({ url, undo_seconds: 0 });
  await town.settles();
  assert.match(await kim.page(desk(21)), /Counts as 4 hours newer: 1 further article on it, and an alert/);
  await kim.post(`${desk(21)}/articles`, { change: `down ${fire}` });
  assert.deepEqual(await rows(), [`id="article-${seeds}"`, `id="article-${fire}"`]);
  assert.match(await kim.page(desk(21)), /You placed it; left alone, it would count as 4 hours newer/);
});

test('a search on the desk takes what is hostile for words, and pins nothing that may not be shown', async (t) => {
  const town = await newsroom(t);
  await town.reader('ann@example.org').subscribes(['daily']);
  const embargo = {
    headline: 'Budget embargoed',
    url: 'https://post.example/b',
    publish_after: '2027-01-01T00:00:00Z',
  };
  await town.api('POST', '/articles', embargo);
  const gone = await town.publishes({ headline: `Budget gone ${evil}` });
  await town.api('DELETE', `/articles/${gone}`);
  for (let n = 0; n < 9; n += 1) await town.publishes({ headline: `Seeds ${n} ${evil}` });
  const [kim, eve] = [await colleague(town, 'editor'), await colleague(town, 'viewer')];
  const found = await kim.page(`${desk(21)}?find=budget`);
  assert.match(found, /Withdrawn: it can go to nobody.*Under embargo|Under embargo.*Withdrawn: it can go to nobody/s);
  assert.doesNotMatch(found, new RegExp(`value="pin ${gone}"`));
  assert.match(await kim.page(`${desk(21)}?find=seeds`), /There are more\./);
  for (const find of [
    evil,
    `https://x.example/${evil}`,
    "'); drop table articles;--",
    '%00',
    'a'.repeat(9000),
    '&&|!:*',
  ])
    assert.doesNotMatch(await kim.page(`${desk(21)}?find=${encodeURIComponent(find)}`), /<script>alert/, find);
  assert.equal((await kim.get(`${desk(21)}?find=a&find=b`)).status, 200);
  const origin = await page(t, 'Ferry pilots vote');
  for (const url of ['', 'ferry', 'javascript:alert(1)', `${origin}/none`]) {
    const refused = await kim.post(`${desk(21)}/address`, { url });
    assert.equal(refused.status, 400, url);
    const said = await refused.text();
    assert.match(said, /role="alert"/);
    assert.ok(url === '' || said.includes(`value="${url}"`), 'what was typed stays');
  }
  assert.equal((await kim.post(`/console/digests/daily/2026-12-24/address`, { url: `${origin}/ferry` })).status, 409);
  assert.equal((await eve.post(`${desk(21)}/address`, { url: `${origin}/ferry` })).status, 403);
  assert.doesNotMatch(await eve.page(`${desk(21)}?find=seeds`), /Something else/);
});

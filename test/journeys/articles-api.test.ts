import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { cleanUp } from '../support/clean-up.ts';
import { colleague } from '../support/colleague.ts';
import { newsroom } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

interface Item {
  id: number | null;
  url: string | null;
  outcome: string;
  errors?: { field: string; message: string }[];
}

const story = (n: number) => ({
  external_id: `cms-${n}`,
  url: `https://post.example/${n}`,
  headline: `Ferry no. ${n} sails`,
  standfirst: 'Both ways. '.repeat(60),
  topics: ['local'],
});

test('a thousand articles come in one request; the bad ones are told apart, and the same again changes nothing', async (t) => {
  const town = await newsroom(t);
  const articles: unknown[] = Array.from({ length: 1000 }, (_, n) => story(n));
  articles[3] = { url: 'https://post.example/nameless' };
  articles[500] = { ...story(500), url: 'javascript:alert(1)', topics: ['Not a slug'] };
  articles[999] = null;
  const sent = async (body: unknown, headers = {}) => {
    const answer = await town.api('POST', '/articles', body, headers);
    return { ...answer, items: answer.body.items as Item[] };
  };
  const outcomes = (items: Item[]) => Object.groupBy(items, ({ outcome }) => outcome);

  const first = await sent(articles, { 'Idempotency-Key': 'backlog' });
  assert.equal(first.status, 207);
  assert.equal(first.items.length, 1000);
  assert.equal(outcomes(first.items).created?.length, 997);
  assert.deepEqual(first.items[3], {
    ...{ id: null, url: 'https://post.example/nameless', outcome: 'refused' },
    errors: [{ field: 'headline', message: 'must be text' }],
  });
  assert.deepEqual(
    first.items[500]?.errors?.map(({ field }) => field),
    ['url', 'topics.0'],
  );
  assert.equal(first.items[999]?.outcome, 'refused');
  assert.deepEqual(
    [first.items[4]?.url, first.items[998]?.url],
    ['https://post.example/4', 'https://post.example/998'],
  );
  const again = await sent(articles, { 'Idempotency-Key': 'backlog' });
  assert.equal(again.headers.get('Idempotency-Replayed'), 'true');
  assert.deepEqual(again.items, first.items);

  const anew = await sent({ articles });
  assert.equal(outcomes(anew.items).unchanged?.length, 997);
  const some = [story(1), { ...story(2), headline: 'Ferry no. 2 stays' }, story(2), story(2000)];
  const last = await sent(some);
  assert.equal(last.status, 200);
  assert.deepEqual(
    last.items.map(({ outcome }) => outcome),
    ['unchanged', 'revised', 'repeated', 'created'],
  );
  assert.equal(last.items[1]?.id, first.items[2]?.id);
});

test('a request of several says what is wrong with it as a whole', async (t) => {
  const town = await newsroom(t);
  const ask = async (body: unknown) => {
    const { status, body: said } = await town.api('POST', '/articles', body);
    return [status, said.code];
  };
  assert.deepEqual(await ask([]), [400, 'invalid-input']);
  const refused = async (body: unknown, method = 'POST', path = '/articles') =>
    (await town.api(method, path, body)).body.detail;
  const id = await town.publishes({ headline: 'Seeds are lent' });
  const when = 'publish_after: must be a date and time such as 2026-05-01T07:00:00Z';
  for (const publish_after of ['tomorrow', '5/6/2026', '1764140000', 7])
    assert.equal(await refused({ ...story(1), publish_after }), when);
  assert.match(`${await refused({ ...story(1), image_url: 'x' })}`, /^image_url: must be a whole http/);
  assert.equal(await refused([], 'PATCH', `/articles/${id}`), 'body: must be an object');
  assert.equal(await refused({ slug: 1 }, 'PATCH', `/articles/${id}`), 'body: has fields nobody knows: slug');
  const [odd] = (await town.api('POST', '/articles', [5])).body.items as Item[];
  assert.deepEqual(odd?.errors, [{ field: 'body', message: 'must be an object' }]);
  assert.deepEqual(await ask({ articles: 'all of them' }), [400, 'invalid-input']);
  assert.deepEqual(await ask(Array.from({ length: 1001 }, (_, n) => story(n))), [413, 'too-many-articles']);
  assert.deepEqual(await ask([{ ...story(1), standfirst: 'x'.repeat(9_000_000) }]), [413, 'entity.too.large']);
  const large = { newsletter: 'daily', note: 'x'.repeat(600_000) };
  assert.equal((await town.api('POST', '/editions', large)).status, 413, 'only articles have that much room');
  assert.equal(((await town.api('GET', '/articles')).body.items as Item[]).length, 1);
});

test('a correction revises an article, is told to readers, and nothing else changes', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const id = await town.publishes({
    headline: 'Bridge shut for a week',
    standfirst: 'Until Friday.',
    topics: ['local'],
  });
  const path = `/articles/${id}`;
  const change = { headline: 'Bridge shut for a day', correction_note: 'We wrote a week.', topics: ['roads'] };
  const corrected = await town.api('PATCH', path, change);
  assert.equal(corrected.status, 200);
  const { outcome, revision, standfirst, topics } = corrected.body;
  assert.deepEqual([outcome, revision, standfirst, topics], ['revised', 2, 'Until Friday.', ['roads']]);
  const again = await town.api('PATCH', path, change);
  assert.deepEqual([again.body.outcome, again.body.revision], ['unchanged', 2]);
  const image = await town.api('PATCH', path, { image_url: 'https://post.example/i.jpg', image_alt: 'A bridge' });
  assert.deepEqual([image.body.outcome, image.body.revision], ['changed', 2]);
  const cleared = await town.api('PATCH', path, { image_url: null, image_alt: null, standfirst: null });
  assert.deepEqual([cleared.body.image_url, cleared.body.standfirst, cleared.body.revision], [null, '', 3]);
  assert.deepEqual((await town.api('GET', path)).body.headline, 'Bridge shut for a day');

  for (const [body, field] of [
    [{ headline: '' }, 'headline'],
    [{ headline: null }, 'headline'],
    [{ url: 'https://post.example/other' }, 'body'],
    [{ withdrawn: 'no' }, 'withdrawn'],
    [{ topics: ['<b>'] }, 'topics.0'],
    [[], 'body'],
  ] as const) {
    const { status, body: problem } = await town.api('PATCH', path, body);
    assert.equal(status, 400, field);
    assert.equal((problem.errors as { field: string }[])[0]?.field, field);
  }
  for (const method of ['GET', 'PATCH', 'DELETE'])
    for (const unknown of ['999', '0', 'x', '99999999999'])
      assert.equal((await town.api(method, `/articles/${unknown}`, method === 'PATCH' ? {} : undefined)).status, 404);

  await town.digestNow();
  const mail = await ann.receives('Bridge shut for a day');
  assert.match(mail.parsed.text ?? '', /We wrote a week\./);
  assert.doesNotMatch(mail.parsed.text ?? '', /for a week/);
  const admin = await colleague(town, 'admin');
  const log = await admin.page('/console/audit?act=article.correct');
  for (const word of ['Bridge shut for a week', 'Bridge shut for a day', `article ${id}`])
    assert.ok(log.includes(word), word);
});

test('an article is withdrawn as often as one likes, and comes back when asked to', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const id = await town.publishes({ headline: 'Seeds are lent' });
  const path = `/articles/${id}`;
  assert.equal((await town.api('DELETE', path)).status, 204);
  const { withdrawn_at } = (await town.api('GET', path)).body;
  town.clock.advance(60);
  assert.equal((await town.api('DELETE', path)).status, 204);
  assert.equal((await town.api('GET', path)).body.withdrawn_at, withdrawn_at, 'it was withdrawn when it was');
  assert.equal((await town.api('PATCH', path, { withdrawn: true })).body.outcome, 'unchanged');
  const back = await town.api('PATCH', path, { withdrawn: false });
  assert.deepEqual([back.body.outcome, back.body.withdrawn_at, back.body.revision], ['changed', null, 1]);
  await town.digestNow();
  await ann.receives('Seeds are lent');
});

test('an embargo holds an article back until its instant, is moved, and is lifted', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const embargoed = {
    url: 'https://post.example/budget',
    headline: 'The budget',
    publish_after: '2026-11-20T15:00:00Z',
  };
  const { body } = await town.api('POST', '/articles', embargoed);
  const path = `/articles/${body.id}`;
  await town.publishes({ headline: 'Seeds are lent' });
  await town.digestNow();
  assert.doesNotMatch((await ann.receives('Seeds are lent')).parsed.text ?? '', /budget/);

  const held = await town.api('PATCH', path, { publish_after: '2026-11-20T18:00:00Z' });
  assert.deepEqual([held.body.outcome, held.body.publish_after], ['changed', '2026-11-20T18:00:00.000Z']);
  const kim = await colleague(town, 'viewer');
  for (const page of ['/console/articles', `/console${path}`])
    assert.match(await kim.page(page), /Held back<\/span><small>until <time datetime="2026-11-20T18:00:00.000Z"/);
  assert.equal((await town.api('PATCH', path, { publish_after: 'tomorrow' })).status, 400);
  await town.goesTo('2026-11-20T16:00:00Z');
  const lifted = await town.api('PATCH', path, { publish_after: null });
  assert.deepEqual([lifted.body.revision, lifted.body.publish_after], [1, '2026-11-20T16:00:00.000Z'], 'it ends now');
  assert.equal((await town.api('PATCH', path, { publish_after: '' })).body.outcome, 'unchanged');
  await town.digestNow();
  await ann.receives('The budget');
});

test('a feed does not undo a correction by saying the same again, but is heard when it says something new', async (t) => {
  const town = await newsroom(t);
  let said = 'Bridge shut for a week';
  const server = createServer((_req, res) =>
    res
      .writeHead(200, { 'Content-Type': 'application/rss+xml' })
      .end(`<rss version="2.0"><channel><title>The Post</title><item><guid>1</guid><title>${said}</title>
        <link>https://post.example/bridge</link><category>Local</category><description>Until Friday.</description>
        </item></channel></rss><!-- ${town.clock.now().toISOString()} -->`),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(t, () => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed`;
  await town.api('POST', '/sources', { url });
  const article = async () => (await town.api('GET', '/articles/1')).body;
  await until('it is there', async () => (await article()).headline === said);
  await town.api('PATCH', '/articles/1', {
    headline: 'Bridge shut for a day',
    topics: ['roads'],
    byline: 'Mara Quill',
  });

  const polls = async () => {
    const before = await town.context.sources.source(1);
    town.clock.advance(331);
    await town.polls();
    await until('it was polled', async () => {
      const now = await town.context.sources.source(1);
      return (now?.polledAt?.getTime() ?? 0) > (before?.polledAt?.getTime() ?? 0);
    });
  };
  await polls();
  const kept = await article();
  assert.deepEqual(
    [kept.headline, kept.revision, kept.topics, kept.byline],
    ['Bridge shut for a day', 2, ['roads'], 'Mara Quill'],
  );
  said = 'Bridge open again';
  await polls();
  const heard = await article();
  assert.deepEqual([heard.headline, heard.revision, heard.topics], ['Bridge open again', 3, ['roads']]);
});

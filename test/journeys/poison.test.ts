import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colleague } from '../support/colleague.ts';
import { newsroom, onBothQueues } from '../support/newsroom.ts';

onBothQueues(
  'an article that cannot be laid out is left out, and the rest of the digest goes out',
  async (t, queue) => {
    const town = await newsroom(t, { queue });
    const kim = await colleague(town, 'editor');
    await town.imports('daily', ['ann@example.org', 'bob@example.org']);
    await town.publishes({ headline: 'Library lends seeds' });
    const dateless = await town.publishes({ headline: 'A day that <i>never</i> was', standfirst: 'x' });
    const endless = await town.publishes({ headline: 'A story without end' });
    // No public door lets these in: no calendar has this day, and no mail holds that text.
    await town.context.pool.query(`update articles set published_at = '-infinity' where id = $1`, [dateless]);
    await town.context.pool.query(`update articles set standfirst = repeat('on and on ', 2000000) where id = $1`, [
      endless,
    ]);
    await town.digestNow();
    const [edition] = await town.settles();
    assert.deepEqual(await town.counts(edition?.id ?? 0), { audience: 2, accepted: 2 });
    for (const reader of ['ann@example.org', 'bob@example.org']) {
      const { parsed } = await town.reader(reader).receives('Library lends seeds');
      assert.doesNotMatch(`${parsed.text}${parsed.html}`, /never|without end/);
    }
    const page = await kim.page(`/console/editions/${edition?.id}`);
    assert.match(page, /Articles were left out.*The rest went out without them/s);
    assert.match(page, new RegExp(`/console/articles/${dateless}".*cannot be laid out: Invalid time`, 's'));
    assert.match(page, new RegExp(`/console/articles/${endless}".*standfirst is longer than 10000`, 's'));
    assert.doesNotMatch(page, /<i>never/);
    assert.match(await kim.page('/console'), /2 articles left out.*Library lends seeds/s);
    for (const id of [dateless, endless]) assert.doesNotMatch(await kim.page(`/console/articles/${id}`), /Carried/);
    assert.match(await kim.page('/console/articles'), /never/);
  },
);

test('a digest of nothing but poison is no mail, and the next one goes on', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', ['ann@example.org']);
  const id = await town.publishes({ headline: 'A day that never was' });
  await town.context.pool.query(`update articles set published_at = '-infinity' where id = $1`, [id]);
  const first = await town.digestNow();
  await town.settles();
  assert.deepEqual(await town.counts(first), { audience: 1, skipped: 1 });
  town.clock.advance(60);
  await town.publishes({ headline: 'Library lends seeds' });
  const second = await town.digestNow();
  await town.settles();
  assert.deepEqual(await town.counts(second), { audience: 1, accepted: 1 });
});

test('what stands beside poison in a long digest moves up and is judged again', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', ['ann@example.org']);
  const ids: number[] = [];
  for (let n = 0; n < 60; n += 1)
    ids.push(await town.publishes({ headline: `Story ${n}`, url: `https://post.example/${n}` }));
  // Those that are seen at first, and one of those that come after them.
  const poison = [ids[59], ids[40], ids[30], ids[5]];
  await town.context.pool.query(`update articles set published_at = '-infinity' where id = any ($1)`, [poison]);
  const edition = await town.digestNow();
  await town.settles();
  assert.deepEqual(await town.counts(edition), { audience: 1, accepted: 1 });
  const text = town.relay.mails[0]?.parsed.text ?? '';
  for (const n of [58, 41, 31]) assert.match(text, new RegExp(`Story ${n}$`, 'm'));
  for (const n of [40, 30]) assert.doesNotMatch(text, new RegExp(`Story ${n}$`, 'm'));
});

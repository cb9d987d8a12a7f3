import assert from 'node:assert/strict';
import { newsroom, onBothQueues } from '../support/newsroom.ts';

onBothQueues('a reader signs up, confirms, and finds the digest at breakfast in their own zone', async (t, queue) => {
  const town = await newsroom(t, { queue, now: '2026-11-20T12:00:00Z' });
  const ann = town.reader('ann@example.org');
  const kenji = town.reader('kenji@example.org');
  await ann.subscribes(['daily'], 'Europe/London');
  await kenji.subscribes(['daily'], 'Asia/Tokyo');
  await town.publishes({
    headline: 'Ferry pilots vote on winter timetable',
    standfirst: 'The ballot closes on Friday.',
  });

  await town.goesTo('2026-11-20T22:00:10Z');
  const breakfast = await kenji.receives('Ferry pilots vote on winter timetable');
  assert.match(breakfast.parsed.text ?? '', /Saturday,? 21 November 2026/);
  assert.equal(ann.inbox.length, 0, 'seven in Tokyo is not seven in London');

  await town.goesTo('2026-11-21T07:00:10Z');
  await ann.receives('Ferry pilots vote on winter timetable');
  const editions = await town.settles();
  assert.deepEqual(
    editions.map(({ counts }) => counts.audience),
    [1, 1],
  );
  assert.equal(kenji.inbox.length, 1);
});

onBothQueues(
  'a digest mail carries every header the contract names, text first, and links that work',
  async (t, queue) => {
    const town = await newsroom(t, { queue });
    const ann = await town.reader('ann@example.org').subscribes(['daily']);
    await town.publishes({ headline: 'Café & “Quay” reopen — später', standfirst: 'Ein <b>Test</b>' });
    const id = await town.digestNow();
    const mail = await ann.receives('Café & “Quay” reopen — später');

    const header = (name: string) => mail.parsed.headerLines.find(({ key }) => key === name)?.line ?? '';
    for (const name of [
      'from',
      'reply-to',
      'to',
      'subject',
      'date',
      'message-id',
      'list-id',
      'list-unsubscribe',
      'feedback-id',
      'mime-version',
    ]) {
      assert.notEqual(header(name), '', `${name} is missing`);
    }
    assert.match(
      header('list-unsubscribe'),
      /<http[^>]+>,\s+<mailto:unsubscribe@bounces\.post\.example\?subject=[^>]+>/,
    );
    assert.equal(header('list-unsubscribe-post'), 'List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    assert.equal(header('auto-submitted'), 'Auto-Submitted: auto-generated');
    assert.match(header('content-type'), /multipart\/alternative/);
    assert.match(mail.from, /^bounce\+[0-9a-z-]+@bounces\.post\.example$/);
    assert.ok(mail.raw.indexOf('text/plain') < mail.raw.indexOf('text/html'), 'text comes first');
    assert.ok(mail.raw.length < 102 * 1024);
    assert.ok(!mail.raw.includes('%%'), 'every slot is filled');
    assert.ok(!String(mail.parsed.html).includes('<b>Test</b>'), 'an article brings no markup');

    const text = mail.parsed.text ?? '';
    for (const path of ['/unsubscribe/', '/preferences/']) {
      const link = text.match(/https?:\/\/\S+/g)?.find((url) => url.includes(path));
      assert.equal((await fetch(link ?? '')).status, 200, path);
    }
    await town.settles();
    assert.deepEqual(await town.counts(id), { audience: 1, accepted: 1 });
  },
);

onBothQueues(
  'an alert from an article’s address reaches its readers, and the digest does not repeat it',
  async (t, queue) => {
    const town = await newsroom(t, { queue });
    const ann = await town.reader('ann@example.org').subscribes();
    const bob = await town.reader('bob@example.org').subscribes(['daily']);
    const url = 'https://post.example/storm';
    await town.publishes({ headline: 'Storm closes the harbour bridge', url, standfirst: 'Both directions.' });
    await town.publishes({ headline: 'Library lends seeds' });

    const alert = await town.alert({ url });
    const urgent = await ann.receives('Storm closes the harbour bridge');
    assert.match(urgent.parsed.text ?? '', /Both directions\./);
    await town.settles();
    assert.deepEqual(await town.counts(alert), { audience: 1, accepted: 1 });

    const digest = await town.digestNow();
    await town.settles();
    assert.deepEqual(await town.counts(digest), { audience: 2, accepted: 2 });
    assert.doesNotMatch(ann.inbox.at(-1)?.parsed.text ?? '', /Storm closes/);
    assert.match(bob.inbox.at(-1)?.parsed.text ?? '', /Storm closes/);
  },
);

onBothQueues('nothing new means no mail, and the ledger says so', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const id = await town.digestNow();
  await town.settles();
  assert.deepEqual(await town.counts(id), { audience: 1, skipped: 1 });
  const { items } = (await town.api('GET', `/editions/${id}/deliveries`)).body as { items: { reason: string }[] };
  assert.equal(items[0]?.reason, 'nothing new');
  assert.equal(ann.inbox.length, 0);
});

onBothQueues(
  'a reader who chose a topic gets its articles only, from the newsletter’s own sender',
  async (t, queue) => {
    const town = await newsroom(t, { queue });
    await town.publishes({ headline: 'Rowers win by a length', topics: ['sport'] });
    await town.publishes({ headline: 'Council finds money', topics: ['politics'] });
    await town.api('PATCH', '/newsletters/daily', { from_name: 'Žurnál, "Daily"', from_address: 'daily@post.example' });
    const ann = town.reader('ann@example.org');
    assert.equal((await ann.signsUp({ newsletters: ['daily'], topics: ['chess'] })).status, 400);
    await ann.signsUp({ newsletters: ['daily'], topics: ['sport', 'sport'] });
    await fetch(await ann.confirmLink(), { method: 'POST' });

    const id = await town.digestNow();
    const mail = await ann.receives('Rowers win by a length');
    await town.settles();
    assert.deepEqual(await town.counts(id), { audience: 1, accepted: 1 });
    assert.doesNotMatch(mail.parsed.text ?? '', /Council finds money/);
    for (const { parsed } of ann.post) {
      assert.deepEqual(parsed.from?.value, [{ name: 'Žurnál, "Daily"', address: 'daily@post.example' }]);
    }
  },
);

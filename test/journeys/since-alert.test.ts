import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Newsroom, newsroom, onBothQueues } from '../support/newsroom.ts';
import type { Reader } from '../support/reader.ts';

const breakfast = '2026-11-21T07:00:00Z';
const SINCE = /What has changed since our alert/;
const evil = '"><script>alert(1)</script>%%unsubscribe_url%%';

/** An article that went out as an alert to everybody who gets alerts. */
async function alerted(town: Newsroom, name: string, headline: string, standfirst = ''): Promise<number> {
  const url = `https://post.example/${name}`;
  const id = await town.publishes({ headline, standfirst, url });
  const alert = await town.alert({ url, undo_seconds: 0 });
  await town.reaches(alert, { audience: 1, accepted: 1 });
  return id;
}

const digestOf = (reader: Reader, subject: string) =>
  reader.receives(subject).then(({ parsed }) => ({
    text: (parsed.text ?? '').replace(/\s+/g, ' '),
    plain: parsed.text ?? '',
    html: String(parsed.html).replace(/\s+/g, ' '),
  }));

onBothQueues(
  'who had an alert gets its story again only when it changed, and is told what changed',
  async (t, queue) => {
    const town = await newsroom(t, { queue });
    const ann = await town.reader('ann@example.org').subscribes(['daily', 'breaking']);
    const bob = await town.reader('bob@example.org').subscribes(['daily']);
    const harbour = await alerted(town, 'harbour', 'Harbour closed', 'Nobody may sail.');
    const bridge = await alerted(town, 'bridge', `Bridge shut ${evil}`);
    const school = await alerted(town, 'school', 'School burns', 'One is hurt.');
    const ferry = await alerted(town, 'ferry', 'Ferry aground', 'It waits for the tide.');
    assert.ok(ferry);
    await town.clock.advance(3600);
    await town.api('PATCH', `/articles/${harbour}`, { standfirst: 'Small boats may sail again.' });
    await town.api('PATCH', `/articles/${bridge}`, { headline: 'Bridge open again' });
    await town.api('PATCH', `/articles/${school}`, { correction_note: 'Nobody is hurt.', headline: 'School burnt' });
    await town.publishes({ headline: 'Library lends seeds' });
    await town.goesTo(breakfast);

    const [hers, his] = [await digestOf(ann, 'School burnt'), await digestOf(bob, 'Ferry aground')];
    assert.match(hers.text, /School burnt What has changed since our alert: Correction: Nobody is hurt\./);
    assert.match(hers.text, /Bridge open again What has changed since our alert: Our alert said: “Bridge shut ">/);
    assert.match(hers.text, /Harbour closed What has changed since our alert: Small boats may sail again\./);
    assert.equal(hers.text.match(/Small boats/g)?.length, 1);
    assert.match(hers.plain, /sail again\.\n\w+ \d+:\d\d, London time\n/, 'no gap where the standfirst would stand');
    assert.doesNotMatch(hers.text, /Ferry aground|Updated/);
    assert.match(hers.html, /What has changed since our alert<\/b>.*Small boats may sail again/);
    assert.match(hers.html, /<b>Correction<\/b> &nbsp;<bdi>Nobody is hurt/);
    assert.doesNotMatch(hers.html, /<script/);
    assert.match(his.text, /Ferry aground/);
    assert.doesNotMatch(`${his.text} ${his.html}`, SINCE);
    await town.settles();

    await town.clock.advance(3600);
    await town.api('PATCH', `/articles/${harbour}`, { standfirst: 'All boats may sail again.' });
    await town.api('PATCH', `/articles/${ferry}`, { headline: 'Ferry afloat' });
    await town.publishes({ headline: 'Tide tables printed' });
    await town.goesTo('2026-11-22T07:00:00Z');
    const next = await digestOf(ann, 'Tide tables printed');
    assert.match(next.text, /Ferry afloat What has changed since our alert: Our alert said: “Ferry aground”/);
    assert.match(next.text, /Harbour closed All boats may sail again\. Updated/, 'a digest has told of it since');
  },
);

test('a story that changes while it goes out says what has changed since the alert until it is sent', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily', 'breaking']);
  const bridge = await alerted(town, 'bridge', 'Bridge shut');
  await town.api('PATCH', `/articles/${bridge}`, { headline: 'Bridge shut for a week' });
  town.relay.refuses('ann@example.org', '452 4.2.2 mailbox full');
  const id = await town.digestNow();
  await town.reaches(id, { audience: 1, deferred: 1 });
  await town.api('PATCH', `/articles/${bridge}`, { headline: 'Bridge open again' });
  town.relay.accepts('ann@example.org');
  town.clock.advance(61);
  await town.sweeps();
  const mail = await digestOf(ann, 'Bridge open again');
  assert.match(mail.text, /Bridge open again What has changed since our alert: Our alert said: “Bridge shut”/);
});

test('what an alert told in the same words, whatever was said between, is not told again', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily', 'breaking']);
  const bridge = await alerted(town, 'bridge', 'Bridge shut');
  for (const headline of ['Bridge shut for a week', 'Bridge shut'])
    await town.api('PATCH', `/articles/${bridge}`, { headline });
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo(breakfast);
  assert.doesNotMatch((await digestOf(ann, 'Library lends seeds')).text, /Bridge/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mendVariant } from '../../src/editions/mend-variant.ts';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom, onBothQueues } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

const ANN = 'ann@example.org';

onBothQueues('what is withdrawn while a digest goes out is in no mail of those who wait', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await town.imports('daily', [ANN, 'bob@example.org']);
  const bridge = await town.publishes({ headline: 'Bridge shut for a week' });
  await town.publishes({ headline: 'Library lends seeds' });
  const { goesOn } = await annWaits(town, 2);
  await town.api('DELETE', `/articles/${bridge}`);
  assert.deepEqual(await goesOn(), { audience: 2, accepted: 2 });
  const [bob] = town.reader('bob@example.org').inbox;
  const [ann] = town.reader(ANN).inbox;
  assert.match(bob?.parsed.text ?? '', /Bridge shut/);
  assert.match(ann?.parsed.text ?? '', /Library lends seeds/);
  assert.doesNotMatch(`${ann?.parsed.text} ${ann?.parsed.html}`, /Bridge shut/);
});

onBothQueues('a headline that changes while a digest goes out is the new one for those who wait', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await town.imports('daily', [ANN]);
  const bridge = await town.publishes({ headline: 'Bridge shut for a week' });
  const { goesOn } = await annWaits(town, 1);
  await town.api('PATCH', `/articles/${bridge}`, { headline: 'Bridge shut for a day' });
  assert.deepEqual(await goesOn(), { audience: 1, accepted: 1 });
  const [mail] = town.reader(ANN).inbox;
  assert.equal(mail?.parsed.subject, 'Bridge shut for a day');
  assert.doesNotMatch(`${mail?.parsed.text} ${mail?.parsed.html}`, /for a week/);
});

onBothQueues(
  'when all of a mail is withdrawn or held back, those who wait get none, and the reason is kept',
  async (t, queue) => {
    const town = await newsroom(t, { queue });
    await town.imports('daily', [ANN]);
    const bridge = await town.publishes({ headline: 'Bridge shut for a week' });
    const library = await town.publishes({ headline: 'Library lends seeds' });
    const { id, goesOn } = await annWaits(town, 1);
    await town.api('DELETE', `/articles/${bridge}`);
    await town.api('PATCH', `/articles/${library}`, { publish_after: '2026-12-24T07:00:00Z' });
    assert.deepEqual(await goesOn(), { audience: 1, skipped: 1 });
    const { body } = await town.api('GET', `/editions/${id}/deliveries`);
    assert.deepEqual(
      (body.items as { reason: string }[]).map(({ reason }) => reason),
      ['withdrawn'],
    );
    assert.equal(town.reader(ANN).inbox.length, 0);
  },
);

onBothQueues('an alert whose article is withdrawn during its countdown goes to nobody', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await town.imports('breaking', [ANN]);
  const url = 'https://post.example/bridge';
  const bridge = await town.publishes({ headline: 'Bridge shut', url });
  const id = await town.alert({ url, undo_seconds: 60 });
  await town.api('DELETE', `/articles/${bridge}`);
  town.clock.advance(61);
  await town.sweeps();
  await town.settles();
  assert.deepEqual(await town.counts(id), { audience: 1, skipped: 1 });
  assert.equal(town.reader(ANN).inbox.length, 0);
});

test('what is put under embargo while a digest goes out is in no mail of those who wait', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', [ANN]);
  const bridge = await town.publishes({ headline: 'Bridge shut for a week' });
  await town.publishes({ headline: 'Library lends seeds' });
  const { goesOn } = await annWaits(town, 1);
  await town.api('PATCH', `/articles/${bridge}`, { publish_after: '2026-12-24T07:00:00Z' });
  assert.deepEqual(await goesOn(), { audience: 1, accepted: 1 });
  const [mail] = town.reader(ANN).inbox;
  assert.match(mail?.parsed.text ?? '', /Library lends seeds/);
  assert.doesNotMatch(`${mail?.parsed.text} ${mail?.parsed.html}`, /Bridge shut/);
});

test('what an editor wrote over a digest stays over it when it is laid out again', async (t) => {
  const town = await newsroom(t);
  await town.reader(ANN).subscribes(['daily']);
  const bridge = await town.publishes({ headline: 'Bridge shut for a week' });
  await town.publishes({ headline: 'Library lends seeds' });
  const kim = await colleague(town, 'editor');
  const words = { subject: 'Seeds, and what else', preheader: '', intro: 'Good morning.' };
  assert.equal((await kim.post('/console/digests/daily/2026-11-21/words', words)).status, 303);
  town.relay.refuses(ANN, '452 4.2.2 mailbox full');
  await town.goesTo('2026-11-21T07:00:00Z');
  const id = await until(
    'it waits',
    async () => (await town.editions()).find(({ counts }) => counts.deferred === 1)?.id,
  );
  await town.api('DELETE', `/articles/${bridge}`);
  town.relay.accepts(ANN);
  town.clock.advance(61);
  await town.sweeps();
  await town.reaches(id, { audience: 1, accepted: 1 });
  const mail = await town.reader(ANN).receives('Seeds, and what else');
  assert.match(mail.parsed.text ?? '', /Good morning\./);
  assert.doesNotMatch(mail.parsed.text ?? '', /Bridge/);
});

test('a worker that read the articles before two were withdrawn does not bring one of them back', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', [ANN]);
  const bridge = await town.publishes({ headline: 'Bridge shut for a week' });
  const library = await town.publishes({ headline: 'Library lends seeds' });
  await town.publishes({ headline: 'Ferry votes' });
  const { id, goesOn } = await annWaits(town, 1);
  const { variants } = town.context;
  await town.api('DELETE', `/articles/${bridge}`);
  let read = 0;
  const standing: typeof variants.standing = async (...asked) => {
    const articles = await variants.standing(...asked);
    read += 1;
    if (read === 1) {
      await town.api('DELETE', `/articles/${library}`);
      assert.equal(await mendVariant(id, 1, town.context), 'anew');
    }
    return articles;
  };
  await mendVariant(id, 1, { ...town.context, variants: { ...variants, standing } });
  assert.doesNotMatch((await town.context.ledger.variant(id, 1))?.html ?? '', /Bridge|Library/);
  assert.deepEqual(await goesOn(), { audience: 1, accepted: 1 });
  assert.match(town.reader(ANN).inbox[0]?.parsed.text ?? '', /Ferry votes/);
});

/** A digest that everybody has but Ann, whose mailbox is full for now. */
async function annWaits(town: Newsroom, audience: number) {
  town.relay.refuses(ANN, '452 4.2.2 mailbox full');
  const id = await town.digestNow();
  const accepted = audience - 1;
  await town.reaches(id, { audience, deferred: 1, ...(accepted > 0 && { accepted }) });
  const goesOn = async () => {
    town.relay.accepts(ANN);
    town.clock.advance(61);
    await town.sweeps();
    await town.settles();
    return town.counts(id);
  };
  return { id, goesOn };
}

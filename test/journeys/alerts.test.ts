import assert from 'node:assert/strict';
import { newsroom, onBothQueues } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

const storm = { headline: 'Storm closes the harbour bridge', text: 'Buses turn at the fish market.' };

onBothQueues('the same alert posted again with the same Idempotency-Key sends nothing new', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const ann = await town.reader('ann@example.org').subscribes(['breaking']);
  const headers = { 'Idempotency-Key': 'storm-1' };
  const [first, ...others] = await Promise.all(
    [1, 2, 3].map(() => town.api('POST', '/alerts', { newsletter: 'breaking', ...storm }, headers)),
  );
  const later = await town.api('POST', '/alerts', { newsletter: 'breaking', ...storm }, headers);
  const ids = [first, ...others, later].flatMap((answer) => (answer?.status === 202 ? [answer.body.id] : []));
  assert.ok(ids.length >= 2, 'the first and the last are answered');
  assert.equal(new Set(ids).size, 1);
  assert.equal(later.headers.get('idempotency-replayed'), 'true');

  await ann.receives(storm.headline);
  await town.settles();
  assert.equal(ann.inbox.length, 1);
  const changed = await town.api('POST', '/alerts', { newsletter: 'breaking', ...storm, headline: 'Another' }, headers);
  assert.equal(changed.status, 409, 'a different request under the same key is refused');
});

onBothQueues('an alert waits for its countdown, and one cancelled in time reaches nobody', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const ann = await town.reader('ann@example.org').subscribes(['breaking']);
  const undone = await town.alert({ ...storm, undo_seconds: 60 });
  assert.equal((await town.edition(undone)).status, 'scheduled');
  const cancelled = await town.api('POST', `/alerts/${undone}/cancel`);
  assert.equal(cancelled.status, 200);
  assert.equal(cancelled.body.status, 'cancelled');
  assert.equal((await town.api('POST', `/alerts/${undone}/cancel`)).status, 200, 'twice is harmless');

  const kept = await town.alert({ ...storm, headline: 'Bridge open again', undo_seconds: 60 });
  town.clock.advance(59);
  await town.ticks();
  assert.equal((await town.edition(kept)).status, 'scheduled');
  town.clock.advance(2);
  await town.ticks();
  await ann.receives('Bridge open again');
  await town.settles();
  assert.equal(ann.inbox.length, 1);
  assert.deepEqual(await town.counts(undone), { audience: 0 });
  assert.equal((await town.api('POST', `/alerts/${kept}/cancel`)).status, 409, 'what is sent cannot be stopped');
});

onBothQueues('cancelling in mid-flight stops what has not been claimed, and the counts add up', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await town.imports(
    'breaking',
    Array.from({ length: 60 }, (_, i) => `r${i}@example.org`),
  );
  town.relay.stallsAt('RCPT');
  const id = await town.alert(storm);
  await town.relay.stalled();
  assert.equal((await town.api('POST', `/alerts/${id}/cancel`)).body.status, 'cancelled');
  town.relay.resumes();
  await town.answersAreIn(id);
  const { accepted = 0, skipped = 0, ...rest } = await town.counts(id);
  assert.deepEqual(rest, { audience: 60 });
  assert.equal(accepted + skipped, 60);
  assert.ok(accepted > 0 && skipped > 0, `${accepted} accepted, ${skipped} skipped`);
  assert.equal(town.relay.mails.length, accepted);
});

onBothQueues('a paused edition stands still until it is resumed, and then reaches everybody once', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const everybody = Array.from({ length: 400 }, (_, i) => `r${i}@example.org`);
  await town.imports('breaking', everybody);
  town.relay.stallsAt('RCPT');
  const id = await town.alert(storm);
  await town.relay.stalled();
  assert.equal((await town.api('POST', `/editions/${id}/pause`)).body.status, 'paused');
  town.relay.resumes();
  await until('what was claimed is answered for', async () => {
    const claimed = await town.context.pool.query("select from deliveries where state = 'sending'");
    return claimed.rowCount === 0;
  });
  await town.sweeps();
  const { accepted = 0, pending = 0, ...rest } = await town.counts(id);
  assert.deepEqual(rest, { audience: 400 });
  assert.ok(accepted > 0 && pending > 0, `${accepted} accepted, ${pending} pending`);
  assert.equal((await town.edition(id)).status, 'paused');

  assert.equal((await town.api('POST', `/editions/${id}/resume`)).body.status, 'sending');
  await town.settles();
  assert.deepEqual(await town.counts(id), { audience: 400, accepted: 400 });
  assert.deepEqual(town.relay.mails.map(({ to }) => to).toSorted(), everybody.toSorted());
  assert.equal((await town.api('POST', `/editions/${id}/resume`)).status, 409);
  assert.equal((await town.api('POST', `/editions/${id}/pause`)).status, 409);
});

onBothQueues('a pause by a person outlasts the relay’s recovery; one by the relay does not', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const everybody = Array.from({ length: 20 }, (_, i) => `r${i}@example.org`);
  await town.imports('breaking', everybody);
  for (const address of everybody) town.relay.refuses(address, '451 4.3.0 out of disk');
  const ids = [await town.alert(storm), await town.alert({ ...storm, headline: 'Bridge still closed' })];
  const isPaused = (id: number) => until(`${id} is paused`, async () => (await town.edition(id)).status === 'paused');
  await Promise.all(ids.map(isPaused));
  const [kept = 0, passing = 0] = ids;
  assert.equal((await town.api('POST', `/editions/${kept}/pause`)).status, 200);
  for (const address of everybody) town.relay.accepts(address);
  await town.sweeps();
  await until('the relay’s pause is over', async () => (await town.edition(passing)).status !== 'paused');
  assert.equal((await town.edition(kept)).status, 'paused');
});

onBothQueues('cancelling an alert is no way to cancel a digest', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await town.imports('daily', ['ann@example.org']);
  await town.publishes({ headline: 'Library lends seeds' });
  const id = await town.digestNow();
  assert.equal((await town.api('POST', `/alerts/${id}/cancel`)).status, 404);
});

onBothQueues('a row that comes back to a cancelled edition is settled as cancelled', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await town.imports('breaking', ['full@example.org']);
  town.relay.refuses('full@example.org', '452 4.2.2 mailbox full');
  town.relay.stallsAt('RCPT');
  const id = await town.alert(storm);
  await town.relay.stalled();
  await town.api('POST', `/alerts/${id}/cancel`);
  town.relay.resumes();
  await town.reaches(id, { audience: 1, deferred: 1 });
  await town.sweeps();
  await town.reaches(id, { audience: 1, skipped: 1 });
  assert.equal(town.relay.mails.length, 0);
});

/** Readers of a chunk, in the order they were imported. */
const CHUNK = 250;
const crowd = Array.from({ length: 1500 }, (_, i) => `r${i}@example.org`);

onBothQueues('an alert overtakes every chunk of a digest that is still waiting', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await town.imports('daily', crowd);
  const ann = await town.reader('ann@example.org').subscribes(['breaking']);
  await town.publishes({ headline: 'Library lends seeds' });
  town.relay.stallsAt('RCPT');
  await town.digestNow();
  await town.relay.stalled();
  const alert = await town.alert(storm);
  await town.isQueued(alert);
  town.relay.resumes();
  await ann.receives(storm.headline);
  const arrived = town.relay.mails.findIndex(({ parsed }) => parsed.subject === storm.headline);
  const ahead = town.relay.mails.slice(0, arrived).map(({ to }) => to);
  // The alert takes one of two places, and one chunk after another may hand over mails in the other meanwhile, the more of
  // them the slower the machine. Behind the four chunks that wait it would see some of each go first.
  const waiting = ahead.map((address) => Math.floor(crowd.indexOf(address) / CHUNK)).filter((chunk) => chunk >= 2);
  assert.ok(new Set(waiting).size < 4, `chunks ${[...new Set(waiting)]} came first`);
});

onBothQueues('a confirmation waits for no edition', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await town.imports('daily', crowd.slice(0, 300));
  await town.imports('breaking', crowd.slice(0, 300));
  await town.publishes({ headline: 'Library lends seeds' });
  town.relay.stallsAt('RCPT', (address) => crowd.includes(address));
  await town.digestNow();
  await town.alert(storm);
  await town.relay.stalled();
  const zoe = town.reader('zoe@example.org');
  await zoe.signsUp();
  await zoe.receives('Please confirm your subscription');
  const arrived = town.relay.mails.length;
  town.relay.resumes();
  assert.equal(arrived, 1, 'every edition was standing still');
});

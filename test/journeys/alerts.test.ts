import assert from 'node:assert/strict';
import { newsroom, onBothQueues } from '../support/newsroom.ts';

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
const WINDOW = 10;
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
  const waiting = new Set(crowd.slice(2 * CHUNK));
  const overtaken = ahead.filter((address) => waiting.has(address)).length;
  // The alert takes one of two places; a chunk in the other may hand over a window meanwhile. Behind the four chunks
  // that wait it would see a window of each go first.
  assert.ok(overtaken <= 2 * WINDOW, `${overtaken} waiting digests came first`);
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

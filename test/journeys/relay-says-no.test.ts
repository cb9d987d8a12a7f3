import assert from 'node:assert/strict';
import { dsn } from '../support/dsn.ts';
import { newsroom, onBothQueues } from '../support/newsroom.ts';

onBothQueues('an address the relay calls dead fails, is suppressed, and is skipped from then on', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await town.imports('daily', ['gone@example.org', 'ann@example.org']);
  town.relay.refuses('gone@example.org', '550 5.1.1 no such user');
  await town.publishes({ headline: 'Library lends seeds' });
  const first = await town.digestNow();
  await town.settles();
  assert.deepEqual(await town.counts(first), { audience: 2, accepted: 1, failed: 1 });

  await town.publishes({ headline: 'Tide tables printed again' });
  town.relay.accepts('gone@example.org');
  const second = await town.digestNow();
  await town.settles();
  assert.deepEqual(await town.counts(second), { audience: 2, accepted: 1, skipped: 1 });
  assert.equal(town.reader('gone@example.org').post.length, 0);
});

onBothQueues('a refusal for now is tried again later, and the edition waits for it', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await town.imports('daily', ['full@example.org']);
  town.relay.refuses('full@example.org', '452 4.2.2 mailbox full');
  await town.publishes({ headline: 'Library lends seeds' });
  const id = await town.digestNow();
  await town.reaches(id, { audience: 1, deferred: 1 });
  assert.equal((await town.edition(id)).status, 'sending');

  town.relay.accepts('full@example.org');
  town.clock.advance(61);
  await town.sweeps();
  await town.settles();
  assert.deepEqual(await town.counts(id), { audience: 1, accepted: 1 });
  assert.equal(town.reader('full@example.org').inbox.length, 1);
});

onBothQueues('a bounce that comes back later marks the delivery and suppresses a dead address', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await town.imports('daily', ['ann@example.org']);
  await town.publishes({ headline: 'Library lends seeds' });
  const id = await town.digestNow();
  const mail = await town.reader('ann@example.org').receives('Library lends seeds');
  await town.settles();
  await town.inbound(mail.from, dsn);
  await town.reaches(id, { audience: 1, accepted: 1, bounced: 1 });

  await town.publishes({ headline: 'Tide tables printed again' });
  const second = await town.digestNow();
  await town.settles();
  assert.deepEqual(await town.counts(second), { audience: 1, skipped: 1 });
});

onBothQueues('mail to a forged bounce address is refused at the door', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await assert.rejects(
    town.inbound('bounce+1-1-0000000000000000@bounces.post.example', dsn),
    /5\.1\.1 no such mailbox/,
  );
});

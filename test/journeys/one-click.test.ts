import assert from 'node:assert/strict';
import net from 'node:net';
import { newsroom, onBothQueues } from '../support/newsroom.ts';
import { linkIn, oneClickUrl } from '../support/reader.ts';

onBothQueues('a reader who unsubscribes while the digest is being sent gets no mail', async (t, queue) => {
  const town = await newsroom(t, { queue });
  // The first window fills every connection and stalls; whoever is behind it has not been claimed.
  const ahead = Array.from({ length: 40 }, (_, i) => `reader-${String(i).padStart(2, '0')}@example.org`);
  await town.imports('daily', ahead);
  const zoe = await town.reader('zoe@example.org').subscribes(['daily']);
  const leave = await town.leavingLink(zoe);
  await town.publishes({ headline: 'Ferry pilots vote on winter timetable' });
  town.relay.stallsAt('RCPT');
  const id = await town.digestNow();
  await town.relay.stalled();

  const left = await fetch(leave, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
  assert.equal(left.status, 200);
  town.relay.resumes();
  await town.settles();
  assert.equal(zoe.inbox.length, 0);
  assert.deepEqual(await town.counts(id), { audience: 41, accepted: 40, skipped: 1 });
});

onBothQueues(
  'one click needs no cookie, no page and no redirect, works as multipart too, and twice',
  async (t, queue) => {
    const town = await newsroom(t, { queue });
    const ann = await town.reader('ann@example.org').subscribes();
    await town.publishes({ headline: 'Library lends seeds' });
    await town.digestNow();
    const mail = await ann.receives('Library lends seeds');

    assert.equal((await fetch(oneClickUrl(mail))).status, 200);
    assert.deepEqual(
      await town.states('ann@example.org'),
      { daily: 'active', breaking: 'active' },
      'GET changes nothing',
    );

    const form = new FormData();
    form.set('List-Unsubscribe', 'One-Click');
    const multipart = await fetch(oneClickUrl(mail), { method: 'POST', body: form, redirect: 'manual' });
    assert.equal(multipart.status, 200);
    assert.equal(multipart.headers.get('set-cookie'), null);
    const again = await ann.unsubscribesByOneClick(mail);
    assert.equal(again.status, 200);
    assert.deepEqual(await town.states('ann@example.org'), { daily: 'unsubscribed', breaking: 'active' });
  },
);

onBothQueues('the page behind the link asks first, and the reader can come back', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const ann = await town.reader('ann@example.org').subscribes();
  await town.publishes({ headline: 'Library lends seeds' });
  await town.digestNow();
  const link = linkIn(await ann.receives('Library lends seeds'), '/unsubscribe/');
  const submit = (fields: Record<string, string>) =>
    fetch(link, { method: 'POST', headers: { Accept: 'text/html' }, body: new URLSearchParams(fields) });

  assert.match(await (await fetch(link, { headers: { Accept: 'text/html' } })).text(), /<form[^>]+method="post"/i);
  await submit({ choice: 'this' });
  assert.deepEqual(await town.states('ann@example.org'), { daily: 'unsubscribed', breaking: 'active' });
  await submit({ choice: 'undo' });
  assert.deepEqual(await town.states('ann@example.org'), { daily: 'active', breaking: 'active' });
  await submit({ choice: 'all' });
  assert.deepEqual(await town.states('ann@example.org'), { daily: 'unsubscribed', breaking: 'unsubscribed' });
});

onBothQueues('a mail to the mailto address unsubscribes as well', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const ann = await town.reader('ann@example.org').subscribes();
  await town.publishes({ headline: 'Library lends seeds' });
  await town.digestNow();
  const token = oneClickUrl(await ann.receives('Library lends seeds'))
    .split('/')
    .at(-1);
  const answer = await smtpSays(town.inboundPort, [
    'EHLO mail.example',
    'MAIL FROM:<ann@example.org>',
    'RCPT TO:<unsubscribe@bounces.post.example>',
    'DATA',
    `From: ann@example.org\r\nSubject: ${token}\r\n\r\nplease\r\n.`,
    'QUIT',
  ]);
  assert.match(answer, /250 OK/);
  assert.deepEqual(await town.states('ann@example.org'), { daily: 'unsubscribed', breaking: 'active' });
});

/** Speaks SMTP by hand, one command after each answer. */
function smtpSays(port: number, commands: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let heard = '';
    socket.setEncoding('latin1').on('error', reject);
    socket.on('data', (text: string) => {
      heard += text;
      if (/^\d{3} .*\r\n$/m.test(text)) {
        const next = commands.shift();
        if (next) socket.write(`${next}\r\n`);
      }
    });
    socket.on('close', () => resolve(heard));
  });
}

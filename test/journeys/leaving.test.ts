import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { linkIn, type Reader } from '../support/reader.ts';
import { until } from '../support/until.ts';

const ANN = 'ann@example.org';
const STAYS = { daily: 'active', breaking: 'active' };
const LEFT = { daily: 'unsubscribed', breaking: 'active' };
const NOTHING = { daily: 'unsubscribed', breaking: 'unsubscribed' };

/** A reader with a digest in hand, and the link out of it. */
async function withLink(town: Newsroom, email = ANN): Promise<{ reader: Reader; link: string; id: number }> {
  const reader = await town.reader(email).subscribes();
  const id = (await town.context.readers.idOf(email)) ?? 0;
  const token = town.context.tokens.seal('unsubscribe', [id, 1]);
  return { reader, id, link: `${town.url}/unsubscribe/${token}` };
}

/** A POST as somebody's own program sends it: these headers and bytes, and no others. */
function post(link: string, headers: Record<string, string>, body: string | Buffer) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const sent = request(link, { method: 'POST', headers: { Connection: 'close', ...headers } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (more) => {
        text += more;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const submit = async (link: string, fields: Record<string, string>): Promise<string> => {
  const body = new URLSearchParams(fields);
  const answer = await fetch(link, { method: 'POST', headers: { Accept: 'text/html' }, body, redirect: 'manual' });
  assert.equal(answer.status, 200);
  return answer.text();
};

const URLENCODED = 'application/x-www-form-urlencoded';
const bodies: [string, Record<string, string>, string | Buffer][] = [
  ['urlencoded', { 'Content-Type': URLENCODED }, 'List-Unsubscribe=One-Click'],
  ['urlencoded with a charset', { 'Content-Type': `${URLENCODED}; charset=UTF-8` }, 'List-Unsubscribe=One-Click'],
  ['a charset nobody knows', { 'Content-Type': `${URLENCODED}; charset=klingon` }, 'List-Unsubscribe=One-Click'],
  ['broken escapes', { 'Content-Type': URLENCODED }, 'List-Unsubscribe=%E0%A4%A&%%%=%00'],
  ['ten thousand fields', { 'Content-Type': URLENCODED }, 'a=1&'.repeat(10_000)],
  ['nearly a megabyte', { 'Content-Type': URLENCODED }, `x=${'y'.repeat(1_000_000)}`],
  ['more than is read', { 'Content-Type': URLENCODED }, Buffer.alloc(3_000_000, 'z')],
  ['nothing at all', {}, ''],
  ['bytes of no type', {}, Buffer.from([0, 255, 1, 254])],
  ['no type, the right words', {}, 'List-Unsubscribe=One-Click'],
  ['an empty type', { 'Content-Type': '' }, 'List-Unsubscribe=One-Click'],
  ['JSON', { 'Content-Type': 'application/json' }, '{"choice":"all"'],
  ['packed badly', { 'Content-Type': URLENCODED, 'Content-Encoding': 'gzip' }, 'this is no gzip'],
  [
    'multipart',
    { 'Content-Type': 'multipart/form-data; boundary=b' },
    '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
  ],
  ['multipart without a boundary', { 'Content-Type': 'multipart/form-data' }, '--x\r\n\r\nOne-Click'],
  ['multipart cut off', { 'Content-Type': 'multipart/form-data; boundary="a b"' }, '--a b\r\nContent-Dispo'],
  ['multipart that asks for a page', { 'Content-Type': 'multipart/form-data; boundary=b', Accept: 'text/html' }, ''],
];

test('one click stops one newsletter, whatever its body is: no cookie, no page, no redirect', async (t) => {
  const town = await newsroom(t);
  const { link } = await withLink(town);
  for (const [what, headers, body] of bodies) {
    await submit(link, { choice: 'undo' });
    assert.deepEqual(await town.states(ANN), STAYS, `before ${what}`);
    for (const time of ['first', 'second']) {
      const answer = await post(link, headers, body);
      assert.equal(answer.status, 200, `${what}, ${time}`);
      assert.match(String(answer.headers['content-type']), /^text\/plain/, what);
      assert.equal(answer.headers['set-cookie'], undefined, what);
      assert.equal(answer.headers.location, undefined, what);
    }
    assert.deepEqual(await town.states(ANN), LEFT, what);
  }
  const { rows } = await town.context.pool.query("select method from consent_events where kind = 'unsubscribed'");
  assert.deepEqual(new Set(rows.map(({ method }) => method)), new Set(['one-click']));
  assert.equal(rows.length, bodies.length, 'a second press is no second leaving');
});

test('a link works for ever: after years, when the newsletter is no more sent, and when its reader is erased', async (t) => {
  const town = await newsroom(t);
  const { link, id } = await withLink(town);
  await town.api('PATCH', '/newsletters/daily', { active: false });
  town.clock.advance(20 * 365 * 86_400);
  assert.equal((await post(link, {}, '')).status, 200);
  assert.deepEqual(await town.states(ANN), LEFT);

  assert.equal((await town.api('DELETE', `/subscribers/${id}`)).status, 204);
  assert.equal((await post(link, { 'Content-Type': URLENCODED }, 'List-Unsubscribe=One-Click')).status, 200);
  for (const method of ['GET', 'POST']) {
    const body = method === 'POST' && { body: new URLSearchParams({ choice: 'all' }) };
    const answer = await fetch(link, { method, headers: { Accept: 'text/html' }, ...body });
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /nothing left to stop/);
  }
  const forged = link.replace(/.{3}$/, 'AAA');
  assert.equal((await post(forged, {}, '')).status, 404);
});

test('the page stops one or everything, takes each back as it was, and knows who has left before', async (t) => {
  const town = await newsroom(t);
  const { link } = await withLink(town);
  const page = async () => (await fetch(link, { headers: { Accept: 'text/html' } })).text();

  assert.match(await page(), /Stop getting <bdi>Daily digest/);
  await submit(link, { choice: 'this' });
  assert.deepEqual(await town.states(ANN), LEFT);
  assert.match(await page(), /You have left <bdi>Daily digest/);
  town.clock.advance(60);
  await submit(link, { choice: 'all' });
  assert.deepEqual(await town.states(ANN), NOTHING);
  assert.match(await submit(link, { choice: 'undo', scope: 'all' }), /as it was before/);
  assert.deepEqual(await town.states(ANN), LEFT, 'undo takes back the last leaving, not the one before');
  await submit(link, { choice: 'undo' });
  assert.deepEqual(await town.states(ANN), STAYS);
  await submit(link, { choice: 'all' });
  await submit(link, { choice: 'undo' });
  assert.deepEqual(await town.states(ANN), STAYS, 'what went together comes back together');
});

test('who would rather get less, or nothing for a while, stays; each is taken back as it was', async (t) => {
  const town = await newsroom(t);
  const { link, id } = await withLink(town);
  const stands = async () => {
    const reader = await town.context.subscribers.byId(id);
    const daily = reader?.subscriptions.find(({ slug }) => slug === 'daily');
    const paused = reader?.pausedUntil && reader.pausedUntil > town.clock.now() && reader.pausedUntil.toISOString();
    return {
      state: daily?.state,
      frequency: daily?.frequency,
      next: daily?.nextDueAt?.toISOString(),
      paused: paused || null,
    };
  };
  const before = await stands();
  assert.match(await submit(link, { choice: 'less' }), /Your next <bdi>Daily digest<\/bdi> comes on/);
  assert.equal((await stands()).frequency, 'weekly');
  const { rows } = await town.context.pool.query('select kind, method from consent_events order by id desc limit 1');
  assert.deepEqual(rows, [{ kind: 'preferences', method: 'preferences' }], 'it is on record');
  assert.doesNotMatch(await (await fetch(link, { headers: { Accept: 'text/html' } })).text(), /once a week instead/);
  assert.match(await submit(link, { choice: 'less' }), /Stop getting/, 'a second press finds nothing to do');
  assert.match(await submit(link, { choice: 'undo-stay', was: 'daily' }), /as it was before/);
  assert.deepEqual(await stands(), before);

  // The newsroom's clock says 20 November.
  assert.match(await submit(link, { choice: 'pause', for: 'week' }), /Paused until Friday, 27 November 2026/);
  assert.equal((await stands()).paused, '2026-11-27T00:00:00.000Z');
  assert.match(await submit(link, { choice: 'pause', for: 'month' }), /name="was" value="2026-11-27"/);
  assert.equal((await stands()).paused, '2026-12-20T00:00:00.000Z');
  await submit(link, { choice: 'undo-stay', was: '2026-11-27' });
  assert.equal((await stands()).paused, '2026-11-27T00:00:00.000Z');
  await submit(link, { choice: 'undo-stay', was: '' });
  assert.deepEqual(await stands(), before);
  await submit(link, { choice: 'pause', for: 'date', date: '2027-01-04' });
  assert.equal((await stands()).paused, '2027-01-04T00:00:00.000Z');
  await submit(link, { choice: 'undo-stay', was: '' });

  for (const fields of [
    { for: 'date', date: '2026-11-19' },
    { for: 'date', date: '<b>' },
    { for: 'date' },
    {},
    { for: 'year' },
  ]) {
    const body = new URLSearchParams({ choice: 'pause', ...fields });
    const answer = await fetch(link, { method: 'POST', headers: { Accept: 'text/html' }, body });
    assert.equal(answer.status, 400);
    const page = await answer.text();
    assert.match(page, /id="date-error" role="alert">Please choose/);
    assert.doesNotMatch(page, /<b>"/);
  }
  assert.deepEqual(await stands(), before);
  await submit(link, { choice: 'this' });
  assert.match(await submit(link, { choice: 'less' }), /You have left/, 'what has ended does not come less often');
  await submit(link, { choice: 'undo-stay', was: 'weekdays' });
  assert.deepEqual(await town.states(ANN), LEFT);
});

test('whatever a reader asks for while being erased waits, and is answered', async (t) => {
  const town = await newsroom(t);
  const sent = (url: string, fields: Record<string, string>) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  const asked: [string, (link: string, id: number) => Promise<{ status: number }>, number][] = [
    ['leaving', (link) => post(link, { 'Content-Type': URLENCODED }, 'List-Unsubscribe=One-Click'), 200],
    ['a goodbye', (link) => sent(link, { choice: 'why', goodbye: '1' }), 200],
    ['a reason', (link) => sent(link, { choice: 'why', reason: 'too-many' }), 200],
    [
      'another address',
      (_, id) => {
        const own = `${town.url}/preferences/${town.context.tokens.seal('preferences', [id])}/address`;
        return sent(own, { email: 'x@y.example' });
      },
      303,
    ],
  ];
  for (const [what, ask, status] of asked) {
    const { link, id } = await withLink(town);
    if (what !== 'leaving') await submit(link, {});
    const client = await town.context.pool.connect();
    try {
      await client.query('begin');
      await client.query('select from subscribers where id = $1 for update', [id]);
      const answer = ask(link, id);
      await until(`${what} waits for the erasure`, async () => {
        const { rows } = await town.context.pool.query(
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        return rows.length > 0;
      });
      await client.query('delete from subscribers where id = $1', [id]);
      await client.query('commit');
      assert.equal((await answer).status, status, what);
    } finally {
      await client.query('rollback');
      client.release();
    }
    town.relay.mails.length = 0;
    town.clock.advance(3600);
  }
});

test('leaving everything while signing up again is waited for, and neither is refused', async (t) => {
  const town = await newsroom(t);
  const ann = town.reader(ANN);
  // The rows of the later newsletter lie first, so that a leaving comes to them in the other order.
  await ann.signsUp({ newsletters: ['breaking'] });
  await ann.signsUp({ newsletters: ['daily'] });
  const id = (await town.context.readers.idOf(ANN)) ?? 0;
  const link = `${town.url}/unsubscribe/${town.context.tokens.seal('unsubscribe', [id])}`;
  const waiting = (n: number) =>
    until(`${n} wait for a lock`, async () => {
      const { rows } = await town.context.pool.query(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rows.length === n;
    });
  const client = await town.context.pool.connect();
  try {
    await client.query('begin');
    await client.query(
      `select from subscriptions s join newsletters n on n.id = s.newsletter_id
       where s.subscriber_id = $1 and n.slug = 'daily' for update of s`,
      [id],
    );
    const signUp = ann.signsUp();
    await waiting(1);
    const leaving = post(link, { 'Content-Type': URLENCODED }, 'List-Unsubscribe=One-Click');
    await waiting(2);
    await client.query('commit');
    assert.deepEqual([(await signUp).status, (await leaving).status], [202, 200]);
    assert.deepEqual(await town.states(ANN), { daily: 'unsubscribed', breaking: 'unsubscribed' });
    const { rows } = await town.context.pool.query(
      'select deadlocks::int from pg_stat_database where datname = current_database()',
    );
    assert.deepEqual(rows, [{ deadlocks: 0 }]);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

test('who never confirmed and takes a leaving back waits to be asked again, and gets nothing', async (t) => {
  const town = await newsroom(t);
  const bob = town.reader('bob@example.org');
  await bob.signsUp();
  const confirm = await bob.confirmLink();
  const link = await town.leavingLink(bob);
  await submit(link, { choice: 'all' });
  assert.deepEqual(await town.states(bob.email), NOTHING);
  await submit(link, { choice: 'undo' });
  assert.deepEqual(await town.states(bob.email), { daily: 'pending', breaking: 'pending' });
  await fetch(confirm, { method: 'POST' });
  assert.deepEqual(await town.states(bob.email), STAYS, 'the button in the mail still counts');
});

test('a reason is asked for once, shown to staff as written, and counted without a name', async (t) => {
  const town = await newsroom(t);
  const { link, id } = await withLink(town);
  const hostile = `<script>alert(1)</script> "the\u0000 tone" ${'é'.repeat(600)}`;
  assert.match(await submit(link, { choice: 'all' }), /Would you tell us why/);
  assert.match(await submit(link, { choice: 'why', reason: 'too-many', remark: hostile }), /written it down/);
  await submit(link, { choice: 'why', reason: 'other', remark: 'again' });
  await submit(link, { choice: 'why', reason: 'constructor', remark: ' \r\n ' });

  const kim = await colleague(town, 'viewer');
  const reader = await kim.page(`/console/readers/${id}`);
  assert.match(reader, /Too many emails/);
  assert.match(reader, /&lt;script&gt;alert\(1\)&lt;\/script&gt; &#34;the {2}tone&#34; éé/);
  assert.doesNotMatch(reader, /<script>alert/);
  const counts = await kim.page('/console/newsletters/daily/leaving');
  assert.match(counts, /Too many emails[\s\S]*?<td class="number">1<\/td>/);
  assert.doesNotMatch(counts, /alert\(1\)|ann@/);

  await town.api('DELETE', `/subscribers/${id}`);
  assert.match(await kim.page('/console/newsletters/daily/leaving'), /Too many emails/, 'the count stays');
  assert.equal((await kim.get('/console/newsletters/nothing/leaving')).status, 404);
});

test('a goodbye is sent once, only to who asks for it, and leads back', async (t) => {
  const town = await newsroom(t);
  const { reader, link } = await withLink(town);
  await submit(link, { choice: 'this' });
  await submit(link, { choice: 'why', reason: 'other' });
  town.clock.advance(60);
  await town.sweeps();
  for (let i = 0; i < 3; i += 1) await submit(link, { choice: 'why', goodbye: '1' });
  const mail = await reader.receives('You have left Daily digest');
  const back = linkIn(mail, '/unsubscribe/');
  assert.match(await (await fetch(back, { headers: { Accept: 'text/html' } })).text(), /Get it again/);
  assert.deepEqual(await town.states(ANN), LEFT, 'looking changes nothing');
  await submit(back, { choice: 'undo' });
  assert.deepEqual(await town.states(ANN), STAYS);

  // Left again within the day: asked for again, and one a day is enough.
  town.clock.advance(60);
  await submit(link, { choice: 'this' });
  await submit(link, { choice: 'why', goodbye: '1' });
  await settled(town);
  assert.equal(reader.post.filter(({ parsed }) => parsed.subject === mail.parsed.subject).length, 1);
});

test('a goodbye whose job was lost is found by the sweep; who came back is not said goodbye to', async (t) => {
  const town = await newsroom(t);
  const [ann, bob] = [await withLink(town), await withLink(town, 'bob@example.org')];
  for (const { link, id } of [ann, bob]) {
    await submit(link, { choice: 'this' });
    assert.ok(await town.context.leavings.wantGoodbye(id, new Date(0), town.clock.now()));
  }
  await submit(bob.link, { choice: 'undo' });
  town.clock.advance(60);
  await town.sweeps();
  await ann.reader.receives('You have left Daily digest');
  await settled(town);
  assert.equal(bob.reader.post.length, 1, 'the confirmation, and nothing more');
});

const settled = (town: Newsroom) =>
  until('no goodbye is owed', async () => {
    await town.sweeps();
    return (await town.context.optIn.owedMails(new Date(8.64e15), 10)).length === 0;
  });

test('a mail to the unsubscribe address works however a mail program writes it', async (t) => {
  const town = await newsroom(t);
  const { link } = await withLink(town);
  const token = link.split('/').at(-1) ?? '';
  const cut = token.length - 9;
  const [head, tail] = [token.slice(0, cut), token.slice(cut)];
  const qp = (text: string) => [...text].map((c) => `=${c.charCodeAt(0).toString(16).toUpperCase()}`).join('');
  const mails: [string, string][] = [
    ['bare', `Subject: ${token}\r\n\r\nplease`],
    ['an answer', `Subject: Re: Re: ${token}\r\n\r\n`],
    ['blanks around', `Subject:    ${token}   \r\n\r\n`],
    ['folded', `Subject: ${head}\r\n ${tail}\r\n\r\n`],
    ['folded after Re:', `Subject: Re:\r\n ${head}\r\n\t${tail}\r\n\r\n`],
    ['quoted-printable', `Subject: =?utf-8?Q?${qp(token)}?=\r\n\r\n`],
    ['in two encoded words', `Subject: =?utf-8?Q?${qp(head)}?=\r\n =?utf-8?Q?${qp(tail)}?=\r\n\r\n`],
    ['base64', `Subject: =?UTF-8?B?${Buffer.from(token).toString('base64')}?=\r\n\r\n`],
    ['a percent in the mark', `Subject: ${token.replace('~', '%7E')}\r\n\r\n`],
    ['in the body, no subject', `\r\n${token}\r\n`],
    ['in the body, a subject of its own', `Subject: stop this\r\n\r\nPlease: ${token}.\r\n`],
    [
      'in a quoted-printable body',
      `Subject:\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${head}=\r\n${tail}\r\n`,
    ],
    [
      'in a body of HTML alone',
      `MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>${head}<wbr>${tail}</p>\r\n`,
    ],
  ];
  for (const [what, rest] of mails) {
    await submit(link, { choice: 'undo' });
    await town.inbound('Unsubscribe@bounces.post.example', `From: ${ANN}\r\n${rest}`);
    assert.deepEqual(await town.states(ANN), LEFT, what);
  }

  await submit(link, { choice: 'undo' });
  const forged = `${head}${tail.split('').toReversed().join('')}`;
  for (const rest of [
    `Subject: ${forged}\r\n\r\n`,
    `\r\n${'a~b '.repeat(50_000)}`,
    `Subject: ${'~'.repeat(9000)}\r\n\r\n`,
  ]) {
    await town.inbound('unsubscribe@bounces.post.example', `From: ${ANN}\r\n${rest}`);
  }
  assert.deepEqual(await town.states(ANN), STAYS, 'what is no token of ours does nothing, and is not sent again');
});

test('a long mail to the unsubscribe address is read at once, whatever it is made of', async (t) => {
  const town = await newsroom(t);
  const lines = (line: string) => `${line}\r\n`.repeat(900);
  for (const rest of [
    `\r\n${lines('a'.repeat(76))}`,
    `Content-Type: text/html; charset=utf-8\r\n\r\n${lines('<'.repeat(76))}`,
  ]) {
    const before = performance.now();
    await town.inbound('unsubscribe@bounces.post.example', `From: ${ANN}\r\n${rest}`);
    assert.ok(performance.now() - before < 2000, 'the process does nothing else meanwhile');
  }
});

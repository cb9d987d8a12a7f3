import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { checkComing as checkNow } from '../../src/editions/preflight/check-digest.ts';
import { bytesAsSent } from '../../src/editions/preflight/sizes.ts';
import { CLIPPED_AT } from '../../src/platform/mail/clipped-at.ts';
import { checkComing } from '../../src/platform/queue/jobs.ts';
import { colleague } from '../support/colleague.ts';
import { rowsIn } from '../support/fault-town.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { serve } from '../support/source-town.ts';
import { spamd } from '../support/spamd.ts';
import { until } from '../support/until.ts';

const desk = '/console/digests/daily/2026-11-21';
const ANN = 'ann@example.org';

/** A newsroom's site, where pages can be taken away and brought back. */
async function site(t: TestContext) {
  const gone = new Set<string>();
  const asked: string[] = [];
  const url = await serve(t, ({ url: path = '' }, res) => {
    asked.push(path);
    if (path === '/silent') return;
    res.writeHead(gone.has(path) ? 404 : 200).end('x');
  });
  return { url, gone, asked };
}

const looks = async (town: Newsroom): Promise<void> => {
  await town.context.producer.wake(checkComing, {});
};

test('a digest whose lead story leads nowhere is announced, stopped before it leaves, and goes when it is put right', async (t) => {
  const town = await newsroom(t);
  const { url, gone, asked } = await site(t);
  const ann = await town.reader(ANN).subscribes(['daily']);
  const kim = await colleague(town, 'editor');
  await town.publishes({ headline: 'Library lends seeds', url: `${url}/seeds` });
  await town.publishes({ headline: 'Ferry votes', url: `${url}/ferry` });
  gone.add('/ferry');
  assert.match(await kim.page(desk), /checked a quarter of an hour before/);

  town.clock.set('2026-11-21T06:50:00Z');
  await looks(town);
  await until('the desk says what was found', async () => /status-wrong">Links/.test(await kim.page(desk)));
  assert.match(await kim.page('/console'), /Will be stopped.*\/ferry answers 404/s);
  assert.equal(asked.filter((path) => path === '/seeds').length, 1);

  await town.goesTo('2026-11-21T07:00:00Z');
  const [edition] = await until('it is stopped', async () => {
    const seen = await town.editions();
    return seen[0]?.status === 'paused' && seen;
  });
  const page = `/console/editions/${edition?.id}`;
  assert.equal(ann.inbox.length, 0);
  assert.match(await kim.page(page), /Stopped\..*\/ferry answers/s);
  const home = await kim.page('/console');
  assert.match(home, /Paused.*Nothing more of it leaves/s);
  assert.match(home, new RegExp(`status-paused" href="${page}">Paused:</a> <a href="${desk}"`));
  assert.match(await kim.page(desk), /does not leave by itself.*resume it there/s);
  assert.doesNotMatch(await kim.page(desk), /It leaves by itself/);
  const sent = await kim.post(`${desk}/send`);
  assert.equal(sent.status, 409);
  assert.match(await sent.text(), /It is paused: put it right, then resume edition no\. \d+\./);

  await kim.post(`${desk}/checks`);
  assert.ok(asked.filter((path) => path === '/ferry').length >= 2);
  assert.equal(asked.filter((path) => path === '/seeds').length, 1);
  assert.equal((await kim.post(`${page}/resume`)).status, 303);
  await until('it is stopped again', async () => (await town.edition(edition?.id ?? 0)).status === 'paused');
  assert.equal(ann.inbox.length, 0);
  gone.delete('/ferry');
  assert.equal((await kim.post(`${page}/resume`)).status, 303);
  await ann.receives('Ferry votes');
  await town.settles();
  await until('it was looked at again', async () => /Checked on/.test(await kim.page(page)));
});

test('each mail of an edition is looked at: one that begins with a dead page stops it, and goes when it is let go', async (t) => {
  const town = await newsroom(t);
  const { url, gone } = await site(t);
  for (const topic of ['sport', 'politics']) await town.publishes({ headline: `Old ${topic}`, topics: [topic] });
  const [ann, bob] = [town.reader(ANN), town.reader('bob@example.org')];
  for (const [reader, topic] of [
    [ann, 'politics'],
    [bob, 'sport'],
  ] as const) {
    await reader.signsUp({ newsletters: ['daily'], topics: [topic] });
    await fetch(await reader.confirmLink(), { method: 'POST' });
  }
  const kim = await colleague(town, 'editor');
  gone.add('/council');
  await town.publishes({ headline: 'Council finds money', url: `${url}/council`, topics: ['politics'] });
  // On the desk it leads, and its page is found dead; Bob's mail begins with what comes then.
  await kim.post(`${desk}/checks`);
  town.clock.advance(60);
  await town.publishes({ headline: 'Rowers win', url: `${url}/rowers`, topics: ['sport'] });
  const id = await town.digestNow();
  await until('it is stopped', async () => (await town.edition(id)).status === 'paused');
  assert.deepEqual([ann.inbox.length, bob.inbox.length], [0, 0]);
  assert.equal((await kim.post(`/console/editions/${id}/overrule`)).status, 303);
  await bob.receives('Rowers win');
  await ann.receives('Council finds money');
});

test('an editor may let a stopped digest go as it is, and that is written down', async (t) => {
  const town = await newsroom(t);
  const { url, gone } = await site(t);
  const ann = await town.reader(ANN).subscribes(['daily']);
  const [kim, admin, eve] = [
    await colleague(town, 'editor'),
    await colleague(town, 'admin'),
    await colleague(town, 'viewer'),
  ];
  gone.add('/ferry');
  await town.publishes({ headline: 'Ferry votes', url: `${url}/ferry` });
  assert.equal((await kim.post(`${desk}/checks`)).status, 303);
  assert.match(await kim.page(desk), /The lead story’s address \S+\/ferry answers 404\./);
  assert.doesNotMatch(await eve.page(desk), /Check again/);
  await town.goesTo('2026-11-21T07:00:00Z');
  const [edition] = await until('it is stopped', async () => {
    const seen = await town.editions();
    return seen[0]?.status === 'paused' && seen;
  });
  const page = `/console/editions/${edition?.id}`;
  assert.doesNotMatch(await eve.page(page), /<button class="second">Send it as it is/);
  assert.equal((await eve.post(`${page}/overrule`)).status, 403);
  assert.equal((await kim.post(`${page}/overrule`)).status, 303);
  await ann.receives('Ferry votes');
  await town.settles();
  assert.match(await kim.page(page), /An editor has let it go/);
  assert.match(await admin.page('/console/audit'), /edition\.overrule/);
  assert.equal((await kim.post(`${page}/overrule`)).status, 409);
  assert.equal((await kim.post('/console/editions/999/overrule')).status, 404);
  for (const place of ['daily/soon', 'breaking/2026-11-21', 'none/2026-11-21'])
    assert.equal((await kim.post(`/console/digests/${place}/checks`)).status, 404, place);
});

test('what is found while a digest goes out stops the rest of it', async (t) => {
  const town = await newsroom(t);
  const { url, gone } = await site(t);
  await town.imports('daily', [ANN, 'bob@example.org']);
  town.relay.refuses(ANN, '452 4.2.2 mailbox full');
  gone.add('/ferry');
  await town.publishes({ headline: 'Ferry votes', url: `${url}/ferry` });
  const id = await town.digestNow();
  await until('it is stopped', async () => (await town.edition(id)).status === 'paused');
  await until('nothing is on its way', async () => (await rowsIn(town, id, 'sending')) === 0);
  town.relay.accepts(ANN);
  town.clock.advance(61);
  await town.sweeps();
  const kim = await colleague(town, 'editor');
  assert.match(await kim.page(`/console/editions/${id}`), /Stopped\..*Send it as it is.*Links<\/span>: wrong/s);
  assert.equal(town.reader(ANN).inbox.length, 0);
  assert.equal((await kim.post(`/console/editions/${id}/resume`)).status, 303);
  await town.reader(ANN).receives('Ferry votes');
});

test('links that never answer, or are dead below the lead, hold nobody up', async (t) => {
  const town = await newsroom(t);
  const { url, gone } = await site(t);
  await town.imports('daily', [ANN]);
  const kim = await colleague(town, 'editor');
  gone.add('/seeds');
  await town.publishes({ headline: 'A page that is silent', url: `${url}/silent` });
  await town.publishes({ headline: 'Library {{ lends }} <img src=x> seeds', url: `${url}/seeds?a=1&b="><script>` });
  await town.publishes({ headline: 'Ferry votes', url: `${url}/ferry` });
  const id = await town.digestNow();
  await town.settles();
  assert.deepEqual(await town.counts(id), { audience: 1, accepted: 1 });
  const page = await until('what was found is shown', async () => {
    const shown = await kim.page(`/console/editions/${id}`);
    return /What was found in it/.test(shown) && shown;
  });
  assert.match(page, /\/silent does not answer/);
  assert.match(page, /{{ lends }}” stands in it/);
  assert.doesNotMatch(page, /<script>|<img src=x>/);
});

test('a server that answers with half a character stops neither the look nor what it finds', async (t) => {
  const town = await newsroom(t);
  const location = Buffer.from(`x:${'a'.repeat(197)}🦭`).toString('latin1');
  const url = await serve(t, ({ url: path }, res) => {
    if (path === '/half') res.writeHead(302, { location }).end();
    else res.writeHead(404).end();
  });
  await town.imports('daily', [ANN]);
  const kim = await colleague(town, 'editor');
  await town.publishes({ headline: 'Half a character', url: `${url}/half` });
  await town.publishes({ headline: 'Ferry votes', url: `${url}/ferry` });
  assert.equal((await kim.post(`${desk}/checks`)).status, 303);
  assert.match(await kim.page(desk), /\/ferry answers 404/);
});

test('digests are looked at one after the other, however long others take to answer', async (t) => {
  const town = await newsroom(t);
  const { url, asked } = await site(t);
  await town.imports('daily', [ANN]);
  await town.publishes({ headline: 'A page that is silent', url: `${url}/silent` });
  town.clock.set('2026-11-21T06:50:00Z');
  await looks(town);
  await until('it is asked', async () => asked.includes('/silent'));
  await checkNow({ ...town.context, leaving: new AbortController().signal });
  assert.deepEqual(asked, ['/silent']);
});

test('addresses however long never push the way to unsubscribe out of the mail', async (t) => {
  const town = await newsroom(t);
  await town.imports('daily', [ANN]);
  for (let n = 0; n < 40; n += 1)
    await town.publishes({ headline: `Story ${n}.`, url: `https://post.example/${n}?${'&x=%20'.repeat(310)}` });
  const id = await town.digestNow();
  await town.settles();
  assert.deepEqual(await town.counts(id), { audience: 1, accepted: 1 });
  const html = String(town.relay.mails[0]?.parsed.html);
  assert.ok(bytesAsSent(html) <= CLIPPED_AT, `${bytesAsSent(html)} bytes`);
  assert.match(html, /\/unsubscribe\//);
  const stories = html.match(/Story \d+\./g) ?? [];
  assert.ok(stories.length >= 8, `${stories.length} stories`);
  assert.match(html, /Story 39\./);
  assert.doesNotMatch(html, /Story 3\./);
});

test('SpamAssassin, where there is one, says what it makes of a mail; nobody waits for it', async (t) => {
  const town = await newsroom(t, { env: { SPAMASSASSIN: await spamd(t) } });
  const { url } = await site(t);
  await town.imports('daily', [ANN]);
  const kim = await colleague(town, 'editor');
  // What every SpamAssassin takes for spam, so that it can be tried.
  const standfirst = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X';
  await town.publishes({ headline: 'Ferry votes', url: `${url}/ferry`, standfirst });
  await kim.post(`${desk}/checks`);
  assert.match(await town.command('doctor'), /✓ SpamAssassin answers/);
  assert.match(await kim.page(desk), /SpamAssassin gives 1\d\d\d[\d.]* points; from 5 on.*GTUBE/);
  const id = await town.digestNow();
  await town.settles();
  assert.deepEqual(await town.counts(id), { audience: 1, accepted: 1 });
});

test('where nothing is configured, or something else answers, the filter’s line says so', async (t) => {
  const { url } = await site(t);
  const town = await newsroom(t, { env: { SPAMASSASSIN: new URL(url).host } });
  const plain = await newsroom(t);
  assert.match(await town.command('doctor'), /! SpamAssassin does not answer/);
  for (const [there, says] of [
    [town, /SpamAssassin does not answer: what answered is no spamd/],
    [plain, /Not set up: SPAMASSASSIN names/],
  ] as const) {
    await there.imports('daily', [ANN]);
    await there.publishes({ headline: 'Ferry votes', url: `${url}/ferry` });
    const kim = await colleague(there, 'editor');
    await kim.post(`${desk}/checks`);
    assert.match(await kim.page(desk), says);
  }
});

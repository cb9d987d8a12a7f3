import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colleague } from '../support/colleague.ts';
import { returned } from '../support/dsn.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

const ANN = 'ann.quill+post@example.org';

interface Consent {
  id: number;
  kind: string;
  newsletter: string;
  method: string;
  wording: string | null;
  form_id: number | null;
  form_version: number | null;
  page_url: string | null;
  ip_truncated: string | null;
  user_agent: string | null;
  confirms: number | null;
  reason: string | null;
  remark: string | null;
}

const idOf = async (town: Newsroom, email: string): Promise<number> => (await town.context.readers.idOf(email)) ?? 0;
const leavingLink = async (town: Newsroom, email: string): Promise<string> =>
  `${town.url}/unsubscribe/${town.context.tokens.seal('unsubscribe', [await idOf(town, email), 1])}`;
const submit = (link: string, fields: Record<string, string>) =>
  fetch(link, { method: 'POST', headers: { Accept: 'text/html' }, body: new URLSearchParams(fields) });

test('every consent says in which words, where, when and how; a confirmation names the request it answers', async (t) => {
  const town = await newsroom(t);
  const page = 'https://post.example/harbour';
  const ann = town.reader(ANN);
  await ann.signsUp({ newsletters: ['daily'], page_url: page });
  await town.api('PATCH', '/forms/1', { consent_text: 'New words, of a second version.' });
  await fetch(await ann.confirmLink(), { method: 'POST', headers: { 'User-Agent': 'Firefox on Linux' } });
  await submit(await leavingLink(town, ANN), { choice: 'this' });
  await submit(await leavingLink(town, ANN), { choice: 'why', reason: 'other', remark: '=1+1' });

  const kim = await colleague(town, 'editor');
  const id = await idOf(town, ANN);
  const file = await kim.get(`/console/readers/${id}/consents.json`);
  assert.match(file.headers.get('Content-Disposition') ?? '', /attachment; filename="?consents-of-reader-1\.json/);
  const consents = (await file.json()) as Consent[];
  const [asked, confirmed, left] = consents as [Consent, Consent, Consent];
  assert.deepEqual(
    consents.map(({ kind, method }) => `${kind} by ${method}`),
    ['requested by form', 'confirmed by link', 'unsubscribed by link'],
  );
  assert.deepEqual([asked.form_id, asked.form_version, asked.page_url], [1, 1, page]);
  assert.match(asked.wording ?? '', /I can leave with one click/);
  assert.equal(asked.ip_truncated, '127.0.0.0');
  assert.deepEqual([confirmed.confirms, confirmed.form_version, confirmed.wording], [asked.id, 1, asked.wording]);
  assert.equal(confirmed.user_agent, 'Firefox on Linux');
  assert.deepEqual([left.wording, left.reason, left.remark], ['Stop getting Daily digest', 'other', '=1+1']);
  assert.doesNotMatch(JSON.stringify(consents), /~[\w-]{22}/, 'no record holds a key to the reader');

  const csv = await (await kim.get(`/console/readers/${id}/consents.csv`)).text();
  assert.match(csv, /^id,at,kind,newsletter,method,wording,/);
  assert.match(csv, /,'=1\+1\n$/, 'no cell is a formula');
  const first = await town.api('GET', `/subscribers/${id}/consents?limit=2`);
  assert.deepEqual(first.body.items, consents.slice(0, 2));
  const rest = await town.api('GET', `/subscribers/${id}/consents?limit=2&cursor=${first.body.next_cursor}`);
  assert.deepEqual(rest.body, { items: consents.slice(2), next_cursor: null });
  assert.equal((await town.api('GET', '/subscribers/999/consents')).status, 404);

  assert.equal((await kim.get('/console/readers/999/consents.csv')).status, 404);
  const chief = await colleague(town, 'admin');
  assert.match(await chief.page('/console/audit?act=reader.export-consents'), new RegExp(`reader ${id}`));
});

test('a confirmation answers the latest request; whoever asks or changes leaves the browser and the network', async (t) => {
  const town = await newsroom(t);
  const ann = town.reader(ANN);
  await ann.signsUp({ newsletters: ['daily'], page_url: 'https://post.example/first' });
  const link = await ann.confirmLink();
  await ann.signsUp({ newsletters: ['daily'], page_url: 'https://post.example/second' });
  await fetch(link, { method: 'POST' });
  const id = await idOf(town, ANN);
  await fetch(`${town.url}/preferences/${town.context.tokens.seal('preferences', [id])}`, {
    ...{ method: 'POST', headers: { 'User-Agent': 'Firefox on Linux' }, redirect: 'manual' },
    body: new URLSearchParams({ newsletters: 'daily', 'often-daily': 'weekdays' }),
  });
  const { items } = (await town.api('GET', `/subscribers/${id}/consents`)).body as { items: Consent[] };
  const [first, second, confirmed, changed] = items as [Consent, Consent, Consent, Consent];
  assert.deepEqual([confirmed.confirms, confirmed.page_url], [second.id, 'https://post.example/second']);
  for (const { user_agent } of [first, second]) assert.equal(user_agent, 'node');
  assert.deepEqual(
    [changed.kind, changed.user_agent, changed.ip_truncated],
    ['preferences', 'Firefox on Linux', '127.0.0.0'],
  );
});

test('the record is never rewritten, thinned out or emptied: it leaves with its reader, and in no other way', async (t) => {
  const town = await newsroom(t);
  await town.reader(ANN).subscribes(['daily']);
  const refused = (statement: string) =>
    assert.rejects(town.context.pool.query(statement), /consent_events/, statement);
  await refused("update consent_events set wording = 'whatever'");
  await refused('update consent_events set confirms = null');
  await refused('delete from consent_events');
  await refused("delete from consent_events where kind = 'confirmed'");
  await refused('truncate consent_events cascade');
  await refused('truncate subscribers cascade');
  await refused('merge into consent_events c using subscribers s on s.id = c.subscriber_id when matched then delete');
  assert.equal((await town.context.consents.ofReader(1, 0, 10)).length, 2);
  await town.context.pool.query('delete from subscribers');
  assert.equal((await town.context.consents.ofReader(1, 0, 10)).length, 0);
});

/** Every cell of every table of ours and of the queue, as text and, where it holds bytes, as their text. */
async function everyCell(town: Newsroom): Promise<{ place: string; text: string }[]> {
  const { pool } = town.context;
  const { rows: tables } = await pool.query(`
    select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`);
  const cells = [];
  for (const { name } of tables as { name: string }[]) {
    const { rows, fields } = await pool.query(`select * from ${name}`);
    for (const row of rows as Record<string, unknown>[])
      for (const field of fields) {
        const value = row[field.name];
        if (value === null || value === undefined) continue;
        const text = Buffer.isBuffer(value)
          ? `${value.toString('latin1')} ${value.toString('utf8')}`
          : typeof value === 'object'
            ? JSON.stringify(value)
            : String(value);
        cells.push({ place: `${name}.${field.name}`, text: text.toLowerCase() });
      }
  }
  assert.ok(tables.length > 30 && cells.length > 100, 'the whole database was read');
  return cells;
}

const [local = ''] = ANN.split('@');
/** The address as it may stand anywhere. */
const forms = [
  ANN,
  local,
  'ann.quill',
  encodeURIComponent(ANN),
  encodeURIComponent(local),
  ANN.replace('@', '='),
  Buffer.from(ANN).toString('base64').replace(/=+$/, ''),
  Buffer.from(ANN).toString('hex'),
].map((form) => form.toLowerCase());

const found = async (town: Newsroom): Promise<string[]> =>
  (await everyCell(town)).filter(({ text }) => forms.some((form) => text.includes(form))).map(({ place }) => place);

test('who is erased is found nowhere in the database, under whatever form of the address', async (t) => {
  const town = await newsroom(t);
  const ann = town.reader(ANN);
  // The relay names the address in every answer it gives, to the confirmation as to the news.
  town.relay.refuses(ANN, `451 4.2.0 <${ANN}>: ${local} is not here just now`);
  await ann.signsUp({ page_url: `https://post.example/?me=${encodeURIComponent(ANN)}` });
  await until('the confirmation was put off', async () => {
    const jobs = await town.context.producer.queues.get('transactional')?.getJobs(['delayed', 'failed']);
    return jobs?.some(({ failedReason }) => failedReason);
  });
  town.relay.accepts(ANN);
  const { rows } = await town.context.pool.query('select id from subscribers');
  const id = rows[0].id as number;
  await fetch(
    `${town.url}/confirm/${town.context.tokens.seal('confirm', [id], new Date(town.clock.now().getTime() + 1e6))}`,
    {
      method: 'POST',
    },
  );
  await town.imports('daily', ['zoe@example.org']);

  town.relay.refuses(ANN, `451 4.2.0 <${ANN}>: later`);
  const put = await town.alert({ headline: 'Storm closes the bridge', text: 'Both ways.' });
  await town.reaches(put, { audience: 1, deferred: 1 });
  town.relay.refuses(ANN, `550 5.1.1 <${ANN}>: no such user ${local}`);
  town.clock.advance(3600);
  await town.settles();
  const chief = await colleague(town, 'admin');
  // What the relay said has suppressed it already, and the first reason stands.
  await chief.post('/console/suppressions/lift', { address: ANN });
  await chief.post('/console/suppressions', { address: ANN, reason: `${ANN} rang` });
  const { identity } = town.context;
  const bounce = identity.bounceAddress(identity.stamp({ editionId: put, subscriberId: id }));
  await town.inbound(bounce, returned(`<${ANN}> is unknown`));
  const link = await leavingLink(town, ANN);
  await submit(link, { choice: 'all' });
  await submit(link, { choice: 'why', reason: 'never-asked', remark: `I am ${ANN}, stop`, goodbye: '1' });
  await town.context.pool.query('update editions set problem = $1 where id = $2', [
    `Paused: 10 refusals in a row (policy). The relay said: 550 5.7.1 ${ANN.toUpperCase()} go away`,
    put,
  ]);
  const before = await found(town);
  for (const place of ['subscribers.email', 'deliveries_0.relay_reply', 'delivery_attempts.relay_reply'])
    assert.ok(before.includes(`public.${place}`), `${place} held it: the test looks where it should`);
  for (const place of [
    'feedback_events.detail',
    'editions.problem',
    'leaving_reasons.remark',
    'consent_events.page_url',
    'suppressions.reason',
  ])
    assert.ok(before.includes(`public.${place}`), `${place} held it: the test looks where it should`);

  await chief.post(`/console/readers/${id}/erase`, { address: ANN });
  assert.equal((await chief.get(`/console/readers/${id}`)).status, 404, 'erased');
  assert.deepEqual(await found(town), []);
  const { rows: hashes } = await town.context.pool.query('select email_hash as hash from suppressions');
  assert.deepEqual(hashes[0].hash, town.context.tokens.mac('suppression', ANN));
  const { rows: replies } = await town.context.pool.query(
    'select relay_reply from deliveries where subscriber_id = $1',
    [id],
  );
  assert.deepEqual(replies, [{ relay_reply: '550 5.1.1' }], 'its codes say nothing of anybody');
  const { rows: counts } = await town.context.pool.query('select reason, readers from leaving_counts');
  assert.deepEqual(counts.length > 0 && counts[0], { reason: 'never-asked', readers: 1 });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApp } from '../../src/app.ts';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

/** What moves by itself, and why looking at a page is not what moved it. */
const moving: Record<string, string> = {
  workers: 'each process says every two seconds that it lives',
  reader_stock: 'the sweep counts readers each minute',
  reader_days: 'the sweep counts readers each minute',
};
/** What upkeep counts now and then stands in columns of its own. */
const counted: Record<string, string[]> = {
  newsletters: ['readers_counted_at'],
  editions: ['counts', 'counted_at', 'counting_ms', 'report'],
};
/** Routes that write although they are asked by GET: taking a reader's record away is an act, and is written down. */
const acts = ['/console/readers/:id/consents.json', '/console/readers/:id/consents.csv'];

/** Every row of every table of ours, as one sum for each table. The queue's own tables are alive. */
async function everyRow({ context: { pool } }: Newsroom): Promise<Record<string, string>> {
  const { rows } = await pool.query(`select tablename as name from pg_tables where schemaname = 'public'`);
  const sums: Record<string, string> = {};
  for (const { name } of rows as { name: string }[]) {
    if (name in moving || name.startsWith('bullmq')) continue;
    const row = `to_jsonb(t)${(counted[name] ?? []).map((column) => ` - '${column}'`).join('')}`;
    const { rows: found } = await pool.query(
      `select count(*) || ' ' || coalesce(md5(string_agg(line, '|' order by line)), '') as sum
      from (select (${row})::text as line from "${name}" t) lines`,
    );
    sums[name] = found[0].sum;
  }
  assert.ok(Object.keys(sums).length > 30, 'every table is read');
  return sums;
}

/** As Express 5 keeps them: a layer is a route, or a router with layers of its own. */
interface Layer {
  route?: { path: string };
  handle: { stack?: Layer[] };
  match(path: string): boolean;
}
const PLACES = ['/forms', '/confirm', '/unsubscribe', '/preferences', '/archive', '/console', '/sample', '/api/v1'];

/** The path of every route there is, whatever its method. */
function routesOf(town: Newsroom): string[] {
  const { stack } = createApp(town.context).router as unknown as { stack: Layer[] };
  const inside = (layers: Layer[], at: string): string[] =>
    layers.flatMap(({ route, handle }) => (route ? [at + route.path] : inside(handle.stack ?? [], at)));
  const all = stack.flatMap((layer) => {
    const place = layer.match('/elsewhere') ? '' : PLACES.find((one) => layer.match(`${one}/anything`));
    return layer.route ? [layer.route.path] : inside(layer.handle.stack ?? [], place ?? '');
  });
  return [...new Set(all)].filter((path) => typeof path === 'string' && path.startsWith('/'));
}

const looks = [
  { method: 'GET', headers: { Accept: 'text/html' } },
  { method: 'GET', headers: { Accept: 'application/json' } },
  { method: 'GET', headers: { Accept: 'text/html', Purpose: 'prefetch', 'X-Moz': 'prefetch' } },
  {
    method: 'GET',
    headers: { Accept: 'text/html', 'Sec-Purpose': 'prefetch;prerender', 'Sec-Fetch-Site': 'same-origin' },
  },
  { method: 'HEAD', headers: { Accept: '*/*' } },
  {
    method: 'OPTIONS',
    headers: { Accept: '*/*', 'Access-Control-Request-Method': 'POST', Origin: 'https://post.example' },
  },
] as const;

/** Every way of looking at an address. @returns the page, where there is one */
async function lookAt(url: string, more: Record<string, string> = {}): Promise<string> {
  let page = '';
  for (const { method, headers } of looks) {
    const look = () => fetch(url, { method, headers: { ...headers, ...more }, redirect: 'manual' });
    // A kept connection may be closed in the moment in which it is used again.
    const answer = await look().catch(look);
    assert.ok(answer.status < 500 || answer.status === 503, `${method} ${url} answered ${answer.status}`);
    // A live page never ends.
    if (answer.headers.get('Content-Type')?.startsWith('text/event-stream')) await answer.body?.cancel();
    else if (method === 'GET' && !page) page = await answer.text();
    else await answer.bytes();
  }
  return page;
}

const addressesIn = (text: string): string[] =>
  [...text.matchAll(/(?:href|src|action)="([^"]+)"|(https?:\/\/[^\s"<>]+)/g)].map(([, marked, bare]) =>
    (marked ?? bare ?? '').replaceAll('&amp;', '&'),
  );

test('looking changes nothing: every route and every link, by GET, HEAD and OPTIONS, fetched ahead or not', async (t) => {
  const town = await newsroom(t);
  const chief = await colleague(town, 'admin');
  const invited = new URL(
    await town.command('staff', 'add', '--email', 'new@post.example', '--name', 'New', '--role', 'viewer'),
  ).pathname;
  const [ann, bob] = [await town.reader('ann@example.org').subscribes(), town.reader('bob@example.org')];
  await bob.signsUp();
  const confirm = await bob.confirmLink();
  await town.publishes({ headline: 'Library lends seeds' });
  const digest = await town.digestNow();
  await ann.receives('Library lends seeds');
  await town.alert({ headline: 'Storm closes the bridge', text: 'Both ways.', url: `${town.url}/archive` });
  await ann.receives('Storm closes the bridge');
  const seal = (purpose: 'unsubscribe' | 'preferences', ids: number[]) => town.context.tokens.seal(purpose, ids);
  await fetch(`${town.url}/unsubscribe/${seal('unsubscribe', [1, 2])}`, { method: 'POST' });
  const said = { choice: 'why', reason: 'other', goodbye: '1' };
  await fetch(`${town.url}/unsubscribe/${seal('unsubscribe', [1, 2])}`, {
    method: 'POST',
    body: new URLSearchParams(said),
  });
  await ann.receives('You have left Breaking news');
  town.clock.advance(3600);
  await ann.signsUp({ newsletters: ['daily'] });
  await ann.receives('You are already subscribed');
  await town.settles();
  const { body: source } = await town.api('POST', '/sources', { url: `${town.url}/archive/feed.xml` });
  const drafted = await chief.post('/console/alerts', {
    newsletter: 'breaking',
    headline: 'A draft',
    text: 'Not yet.',
  });
  const draft = Number(/\d+$/.exec(drafted.headers.get('Location') ?? '')?.[0]);
  await until('the source was polled', async () => {
    const { items } = (await town.api('GET', '/sources')).body as { items: { polled_at: string | null }[] };
    // Whoever asks a host says so until a moment after.
    const asking = await town.context.pool.query('select from source_hosts');
    return items.every((one) => one.polled_at) && asking.rowCount === 0;
  });

  const ids: Record<string, number> = { sources: Number(source.id ?? 1), editions: digest, alerts: draft };
  const fill = (path: string): string =>
    path
      .replace('/confirm/:token', new URL(confirm).pathname)
      .replace('/invitation/:token', invited.replace('/console', ''))
      .replace('/unsubscribe/:token', `/unsubscribe/${seal('unsubscribe', [1, 1])}`)
      .replace('/preferences/:token', `/preferences/${seal('preferences', [1])}`)
      .replace('/archive/:newsletter/:edition', `/archive/daily/${digest}`)
      .replace(/\/(\w+)\/:id/, (_, what: string) => `/${what}/${ids[what] ?? 1}`)
      .replace(':slug', 'daily')
      .replace(/:\w+/g, '1');
  const routes = routesOf(town);
  for (const known of ['/forms/:id/sign-ups', '/unsubscribe/:token', '/console/readers/:id', '/api/v1/subscribers/:id'])
    assert.ok(routes.includes(known), `${known} is walked`);
  const ours = (address: string) => URL.canParse(address, town.url) && new URL(address, town.url).origin === town.url;
  const mailed = town.relay.mails.flatMap(({ parsed, raw }) => [
    ...addressesIn(`${parsed.html} ${parsed.text}`),
    ...[...raw.replace(/\r\n[ \t]+/g, '').matchAll(/<(http[^>]+)>/g)].map(([, url = '']) => url),
  ]);
  const links = [...new Set(mailed)].filter(ours);
  assert.ok(links.length > 8, 'mails have links');

  const Authorization = `Bearer ${await town.key()}`;
  const Cookie = [...chief.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const before = await everyRow(town);
  const mails = town.relay.mails.length;
  const seen = new Set<string>();
  const walk = async (address: string): Promise<void> => {
    const url = new URL(address, town.url);
    url.hash = '';
    if (seen.has(url.href) || url.pathname.startsWith('/console')) return;
    seen.add(url.href);
    const page = await lookAt(url.href);
    for (const next of addressesIn(page).filter(ours)) await walk(next);
  };
  for (const link of links) await walk(link);
  for (const route of routes.filter((one) => !acts.includes(one))) {
    const url = town.url + fill(route);
    if (route.startsWith('/console')) await lookAt(url, { Cookie });
    else if (route.startsWith('/api/')) await lookAt(url, { Authorization });
    else await walk(url);
  }
  assert.deepEqual(await everyRow(town), before);
  assert.equal(town.relay.mails.length, mails, 'and nobody is written to');

  for (const route of acts) await lookAt(town.url + fill(route), { Cookie });
  const { audit_log: written, ...rest } = await everyRow(town);
  const { audit_log: had, ...stood } = before;
  assert.deepEqual(rest, stood, 'what is written down by looking is the audit log');
  assert.equal(Number(written?.split(' ')[0]) - Number(had?.split(' ')[0]), 8, 'once for each time it was taken away');
});

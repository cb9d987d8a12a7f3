import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { cleanUp } from '../support/clean-up.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { linkIn, oneClickUrl, type Reader } from '../support/reader.ts';
import { until } from '../support/until.ts';

interface Bad {
  what: string;
  status: number;
  path: string;
  method?: string;
  headers?: Record<string, string>;
  /** Sent as JSON when it is no text and no bytes. */
  body?: unknown;
}

const FORM = 'application/x-www-form-urlencoded';
const MB = 2 ** 20;

test('a sign-up that cannot be understood is refused in words, and nothing is stored or sent', async (t) => {
  const town = await newsroom(t, { env: behindProxy });
  await town.publishes({ headline: 'Library lends seeds', topics: ['local'] });
  const signUp = (what: string, body: unknown, more: Partial<Bad> = {}): Bad => ({
    ...{ what, status: 400, path: '/forms/1/sign-ups', body },
    ...more,
  });
  const good = { email: 'ann@example.org' };
  const form = (text: string) => ({ body: text, headers: { 'Content-Type': FORM } });
  const cases: Bad[] = [
    ...malformedAddresses.map((email) => signUp(`the address ${JSON.stringify(email)}`, { email })),
    ...malformedAddresses
      .filter((email) => typeof email === 'string')
      .map((email) =>
        signUp(`the address ${JSON.stringify(email)} from a form`, '', form(`email=${encodeURIComponent(email)}`)),
      ),
    ...controls.flatMap((c) => [
      signUp(`a control character in the address`, { email: `ann${c}@example.org` }),
      signUp(`a control character in the domain`, { email: `ann@exam${c}ple.org` }),
      signUp(`a control character after the address`, { email: `ann@example.org${c}Bcc: bob@example.org` }),
      signUp(`a control character in a newsletter`, { ...good, newsletters: [`daily${c}`] }),
      signUp(`a control character in a topic`, { ...good, topics: [`local${c}`] }),
      signUp(`a control character in the time zone`, { ...good, time_zone: `Europe/London${c}` }),
    ]),
    signUp('an unknown newsletter', { ...good, newsletters: ['daily', 'nightly'] }),
    signUp('no newsletter', { ...good, newsletters: [] }),
    signUp('newsletters that are numbers', { ...good, newsletters: [1] }),
    signUp('a newsletter that is an object', { ...good, newsletters: { daily: true } }),
    signUp('too many newsletters', { ...good, newsletters: Array(51).fill('daily') }),
    signUp('an unknown topic', { ...good, topics: ['local', 'nowhere'] }),
    signUp('topics that are numbers', { ...good, topics: [1] }),
    signUp('too many topics', { ...good, topics: Array(51).fill('local') }),
    signUp('an unknown time zone', { ...good, time_zone: 'Europe/Atlantis' }),
    signUp('an offset for a time zone', { ...good, time_zone: '+01:00' }),
    signUp('a time zone that is a number', { ...good, time_zone: 1 }),
    ...badJson.map(([what, body]) => signUp(what, body, { headers: { 'Content-Type': 'application/json' } })),
    signUp('an address from the prototype', '{"__proto__":{"email":"ann@example.org"}}', asJson),
    signUp('an address from the constructor', '{"constructor":{"prototype":{"email":"ann@example.org"}}}', asJson),
    signUp('an object that cannot become text', { email: { toString: 1, valueOf: 1 } }),
    signUp('two addresses', '', form('email=ann%40example.org&email=bob%40example.org')),
    signUp('too many fields', '', { ...form(`email=ann%40example.org${'&x=1'.repeat(60)}`), status: 413 }),
    signUp('a form with bad percent-encoding', '', form('email=%E0%A4%A')),
    signUp('text', 'email=ann@example.org', { status: 415, headers: { 'Content-Type': 'text/plain' } }),
    signUp('XML', '<email>ann@example.org</email>', { status: 415, headers: { 'Content-Type': 'application/xml' } }),
    signUp('no media type', Buffer.from('email=ann@example.org'), { status: 415 }),
    signUp('a megabyte', { ...good, padding: 'x'.repeat(MB) }, { status: 413 }),
    signUp('a megabyte from a form', '', { ...form(`email=${'x'.repeat(MB)}`), status: 413 }),
    ...badEncodings(good).map((bad) => signUp(bad.what, bad.body, bad)),
    ...noForms.map((id) => signUp(`form ${id}`, good, { status: 404, path: `/forms/${id}/sign-ups` })),
    ...noForms.map((id) =>
      signUp(`form ${id} from another site`, good, { ...fromElsewhere, status: 404, path: `/forms/${id}/sign-ups` }),
    ),
    ...['PUT', 'PATCH', 'DELETE'].map((method) => signUp(`${method}`, good, { status: 404, method })),
    signUp('bad percent-encoding in the path', good, { path: '/forms/%E0%A4%A/sign-ups' }),
  ];
  await refuses(town, cases);
  await refuses(town, cases.map(asABrowser));
  await stillWorks(town);
});

test('what looks odd and is harmless is taken, and only what was understood is kept', async (t) => {
  const town = await newsroom(t, { env: behindProxy });
  await town.publishes({ headline: 'Library lends seeds', topics: ['local'] });
  const odd: [email: string, body: Record<string, unknown>][] = [
    ['twice@example.org', { newsletters: ['daily', 'daily'], topics: ['local', 'local'] }],
    ['no-topics@example.org', { topics: [] }],
    ['unknown-fields@example.org', { 'List-Unsubscribe': 'x', state: 'active', id: 1, constructor: 1 }],
    ['page@example.org', { page_url: 'javascript:alert(1)' }],
    ['page-lines@example.org', { page_url: 'https://post.example/\r\nBcc: bob@example.org' }],
    ['page-null@example.org', { page_url: 'https://post.example/\0' }],
    ['zone@example.org', { time_zone: '' }],
  ];
  for (const [email, body] of odd) {
    assert.equal((await town.reader(email).signsUp(body)).status, 202, email);
    await town.reader(email).receives('Please confirm your subscription');
  }
  const { subscriptions, consent_events: consents } = await everythingStored(town);
  assert.deepEqual(new Set(subscriptions?.map(({ state }) => state)), new Set(['pending']));
  for (const { page_url: page } of consents ?? []) {
    if (page !== null) assert.match(String(page), /^https:\/\/post\.example\/[\x21-\x7e]*$/);
  }
  const hostile = { 'User-Agent': 'x\ty\u00a0\u0085', Referer: 'https://post.example/\u00e9', Origin: 'null' };
  const answer = await ask(town, {
    what: 'odd headers',
    status: 202,
    path: '/forms/1/sign-ups',
    body: { email: 'head@example.org' },
    headers: hostile,
  });
  assert.equal(answer.status, 202);
});

test('what a browser typed comes back on the page as text, never as markup', async (t) => {
  const town = await newsroom(t, { env: behindProxy });
  const typed = '"><script>alert(1)</script>{{ brand.name }}{% raw %}';
  const body = new URLSearchParams({ email: typed, time_zone: typed, newsletters: typed }).toString();
  const answer = await ask(town, {
    what: typed,
    status: 400,
    path: '/forms/1/sign-ups',
    body,
    headers: { 'Content-Type': FORM, Accept: 'text/html' },
  });
  const page = await answer.text();
  assert.equal(answer.status, 400);
  assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt;\{\{ brand\.name \}\}\{% raw %\}/);
  assert.doesNotMatch(page, /<script>alert/);
  const elsewhere = await ask(town, {
    what: 'a path',
    status: 404,
    path: `/${encodeURIComponent(typed)}`,
    headers: { Accept: 'text/html' },
  });
  assert.doesNotMatch(await elsewhere.text(), /<script>alert/);
});

test('more sign-ups than people make are told to wait, and how long', async (t) => {
  const town = await newsroom(t, { env: behindProxy });
  const headers = { 'X-Forwarded-For': '203.0.113.7' };
  const bad = { what: 'one too many', status: 429, path: '/forms/1/sign-ups', body: { email: 'no address' }, headers };
  for (let i = 0; i < 30; i += 1) assert.equal((await ask(town, bad)).status, 400);
  assert.ok(Number((await ask(town, bad)).headers.get('retry-after')) > 0);
  await refuses(town, [bad, asABrowser(bad)]);
  await stillWorks(town);
});

test('a link that is forged, cut, expired, for something else, or of somebody erased opens nothing', async (t) => {
  const town = await newsroom(t);
  const ann = await readerWithEveryLink(town, 'ann@example.org');
  const links = await everyLinkOf(ann);
  const erased = await readerWithEveryLink(town, 'erased@example.org');
  const gone = await everyLinkOf(erased);
  const { subscribers = [] } = await everythingStored(town);
  await town.settles();
  const id = subscribers.find(({ email }) => email === 'erased@example.org')?.id;
  assert.equal((await town.api('DELETE', `/subscribers/${id}`)).status, 204);

  const cases: Bad[] = [];
  const add = (what: string, path: string, status: number) => {
    for (const method of ['GET', 'POST'])
      cases.push({ what: `${method} ${what}`, path, status, method, ...ofAForm(method) });
  };
  for (const [purpose, token] of Object.entries(links)) {
    const [body = '', seal = ''] = token.split('~');
    const at = (text: string) => `/${purpose}/${encodeURIComponent(text)}`;
    add(`${purpose}: nothing like a token`, at('token'), 404);
    add(`${purpose}: half a token`, at(token.slice(0, token.length / 2)), 404);
    add(`${purpose}: a token without its last letter`, at(token.slice(0, -1)), 404);
    add(
      `${purpose}: another's numbers under this seal`,
      at(`${Buffer.from('0.99').toString('base64url')}~${seal}`),
      404,
    );
    add(`${purpose}: no seal`, at(`${body}~`), 404);
    add(`${purpose}: a long text`, at('x'.repeat(8000)), 404);
    add(`${purpose}: control characters`, at('\r\nSet-Cookie: a=b\0'), 404);
    add(`${purpose}: bad percent-encoding`, `/${purpose}/%E0%A4%A`, 400);
    // The way out never closes: for somebody erased there is nothing left to stop.
    if (purpose !== 'unsubscribe')
      add(`${purpose}: somebody erased`, `/${purpose}/${gone[purpose as keyof typeof gone]}`, 404);
    add(`${purpose}: no token`, `/${purpose}/`, 404);
    for (const [other, foreign] of Object.entries(links)) {
      if (other !== purpose) add(`${purpose}: a token for ${other}`, at(foreign), 404);
    }
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      cases.push({ what: `${method} ${purpose}`, path: at(token), status: 404, method });
    }
  }
  const preferences = { path: `/preferences/${links.preferences}`, method: 'POST', status: 400 };
  cases.push(
    { ...preferences, what: 'preferences as JSON', body: { newsletters: ['daily'] } },
    { ...preferences, what: 'an unknown zone', body: 'time_zone=Europe%2FAtlantis', headers: { 'Content-Type': FORM } },
    { ...preferences, what: 'two zones', body: 'time_zone=UTC&time_zone=UTC', headers: { 'Content-Type': FORM } },
    { ...preferences, what: 'no form', headers: {} },
  );
  for (const purpose of ['confirm', 'preferences'] as const) {
    const path = `/${purpose}/${links[purpose]}`;
    cases.push({
      what: `${purpose}: a megabyte`,
      path,
      method: 'POST',
      status: 413,
      ...ofAForm('POST'),
      body: `x=${'x'.repeat(MB)}`,
    });
  }
  await refuses(town, cases);
  await refuses(town, cases.map(asABrowser));

  town.clock.advance(8 * 86_400);
  await town.moveOn('daily', '2026-11-29T07:00:00Z');
  const expired = ['GET', 'POST'].map((method) => ({
    what: `${method} expired`,
    path: `/confirm/${links.confirm}`,
    status: 410,
    method,
  }));
  await refuses(town, expired);
  await refuses(town, expired.map(asABrowser));
  const page = await ask(town, asABrowser({ ...(expired[0] as Bad) }));
  assert.match(await page.text(), /Send me a new link/);
  assert.equal(
    (await ask(town, { what: '', status: 200, path: `/unsubscribe/${links.unsubscribe}` })).status,
    200,
    'the way out never closes',
  );
});

test('looking at a public address changes nothing, whatever the method and whoever looks', async (t) => {
  const town = await newsroom(t);
  const ann = await readerWithEveryLink(town, 'ann@example.org');
  const links = await everyLinkOf(ann);
  await town.settles();
  const [edition] = await town.editions();
  const paths = [
    ...Object.entries(links).map(([purpose, token]) => `/${purpose}/${token}`),
    `/unsubscribe/${links.unsubscribe}?scope=all&List-Unsubscribe=One-Click`,
    `/preferences/${links.preferences}?newsletters=&saved=1`,
    ...['address', 'erase', 'my-data.json'].map((page) => `/preferences/${links.preferences}/${page}`),
    `/confirm/${links.confirm}/new-link`,
    `/archive/daily/${edition?.id}`,
    ...['/', '/my-link', '/forms/1', '/forms/1/check-your-inbox', '/forms/1/sign-ups', '/archive', '/archive/feed.xml'],
    ...['/embed.js', '/brand.css', '/healthz', '/readyz', '/metrics', '/api/v1/openapi.json', '/console', '/sample'],
  ];
  const before = await everythingStored(town);
  const mails = town.relay.mails.length;
  for (const path of paths) {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      for (const headers of [{ Accept: 'text/html', Purpose: 'prefetch' }, { Accept: 'application/json' }] as const) {
        const answer = await fetch(town.url + path, { method, headers, redirect: 'manual' });
        assert.ok(answer.status < 500, `${method} ${path} answered ${answer.status}`);
        if (method === 'GET' && Object.values(links).some((token) => path.endsWith(token)))
          assert.equal(answer.status, 200, path);
        assert.equal(answer.headers.get('set-cookie'), null, path);
        await answer.bytes();
      }
    }
  }
  assert.deepEqual(await everythingStored(town), before);
  assert.equal(town.relay.mails.length, mails);
});

test('an API call that cannot be understood is refused in words, and nothing is stored or sent', async (t) => {
  const town = await newsroom(t);
  const call = (what: string, path: string, body: unknown, more: Partial<Bad> = {}): Bad => ({
    ...{ what, status: 400, path: `/api/v1${path}`, body },
    ...more,
  });
  const cases: Bad[] = [];
  for (const [path, sound] of Object.entries(soundBodies)) {
    const add = (what: string, body: unknown, more: Partial<Bad> = {}) =>
      cases.push(call(`${path}: ${what}`, path, body, more));
    // Articles come as a list too, and each is answered for.
    const takesLists = path === '/articles';
    for (const [what, body] of badJson) if (!(takesLists && what === 'a list')) add(what, body, asJson);
    add('no body', undefined);
    add('an empty object', {});
    add('fields from the prototype', `{"__proto__":${JSON.stringify(sound)}}`, asJson);
    add('fields from the constructor', { constructor: { prototype: sound } });
    add('a form', new URLSearchParams({ x: '1' }).toString(), { status: 415, headers: { 'Content-Type': FORM } });
    add('XML', '<x/>', { status: 415, headers: { 'Content-Type': 'text/xml' } });
    add('no media type', Buffer.from('{}'), { status: 415 });
    add('too much', { ...sound, padding: 'x'.repeat(takesLists ? 8 * MB : MB) }, { status: 413 });
    for (const bad of badEncodings(sound)) add(bad.what, bad.body, bad);
    for (const [what, key] of badRequestKeys)
      add(`Idempotency-Key ${what}`, sound, { headers: { 'Idempotency-Key': key } });
    add('deep nesting under an Idempotency-Key', nested(100_000), {
      headers: { ...asJson.headers, 'Idempotency-Key': 'deep' },
    });
    for (const method of ['PUT', 'DELETE']) add(method, sound, { status: 404, method });
    for (const [field, value] of Object.entries(sound)) {
      const wrong = [
        typeof value === 'string' ? 1 : 'x',
        { [field]: value },
        [[value]],
        true,
        ...(typeof value === 'string' && field !== 'newsletter' ? ['', ' '] : []),
      ];
      for (const one of wrong) add(`${field} as ${JSON.stringify(one)}`, { ...sound, [field]: one });
    }
  }
  for (const [path, fields] of Object.entries(oneLineFields)) {
    for (const field of fields) {
      for (const c of controls.filter((one) => one.trim() !== '' || one === '\r\n')) {
        const value = `Harbour${c}Bcc: bob@example.org`;
        cases.push(call(`${path}: ${field} with ${JSON.stringify(c)}`, path, { ...soundBodies[path], [field]: value }));
      }
    }
  }
  for (const email of malformedAddresses.filter((one) => typeof one === 'string')) {
    for (const field of ['from_address', 'reply_to']) {
      cases.push(
        call(`${field} ${JSON.stringify(email)}`, '/newsletters', { ...soundBodies['/newsletters'], [field]: email }),
      );
      cases.push(
        call(`PATCH ${field} ${JSON.stringify(email)}`, '/newsletters/daily', { [field]: email }, { method: 'PATCH' }),
      );
    }
  }
  for (const [path, field, values] of badFields) {
    for (const value of values) {
      cases.push(call(`${path}: ${field} ${shorten(value)}`, path, { ...soundBodies[path], [field]: value }));
    }
  }
  cases.push(
    ...badChanges.map(([path, status, body]) =>
      call(`PATCH ${path} ${shorten(body)}`, path, body, { method: 'PATCH', status }),
    ),
  );
  for (const path of ['/alerts', '/editions']) {
    cases.push(
      call(`${path}: an unknown newsletter`, path, { ...soundBodies[path], newsletter: 'nightly' }, { status: 404 }),
    );
  }
  for (const path of lists) {
    for (const query of badPages)
      cases.push(call(`${path}?${query}`, `${path}?${query}`, undefined, { method: 'GET' }));
  }
  for (const path of things) {
    const more = path.endsWith('/cancel') ? { method: 'POST' } : { method: 'GET' };
    for (const id of noIds)
      cases.push(call(`${path} ${id}`, path.replace('1', id), undefined, { ...more, status: 404 }));
    cases.push(call(`${path} with bad percent-encoding`, path.replace('1', '%E0%A4%A'), undefined, more));
  }
  cases.push(call('a null in a path', '/newsletters/%00', undefined, { method: 'GET' }));
  await refuses(town, cases, await town.key());
  await stillWorks(town);
});

test('an import that cannot be understood brings nobody', async (t) => {
  const town = await newsroom(t);
  const csv = { method: 'POST', headers: { 'Content-Type': 'text/csv' }, body: 'email\nann@example.org\n' };
  const to = (query: string) => `/api/v1/subscribers/import?${query}`;
  const consent = 'consent=the+old+list';
  const at = to(`newsletter=daily&${consent}`);
  const cases: Bad[] = [
    { ...csv, what: 'no newsletter', status: 400, path: to(consent) },
    { ...csv, what: 'an unknown newsletter', status: 404, path: to(`newsletter=nightly&${consent}`) },
    { ...csv, what: 'a newsletter with a null', status: 400, path: to(`newsletter=daily%00&${consent}`) },
    { ...csv, what: 'two newsletters', status: 400, path: to(`newsletter=daily&newsletter=breaking&${consent}`) },
    { ...csv, what: 'no consent', status: 400, path: to('newsletter=daily') },
    { ...csv, what: 'an empty consent', status: 400, path: to('newsletter=daily&consent=+++') },
    { ...csv, what: 'an endless consent', status: 400, path: to(`newsletter=daily&consent=${'x'.repeat(1001)}`) },
    { ...csv, what: 'a consent with a null', status: 400, path: to('newsletter=daily&consent=the+list%00') },
    { ...csv, what: 'JSON', status: 415, path: at, body: { email: 'ann@example.org' }, headers: {} },
    { ...csv, what: 'no media type', status: 415, path: at, body: Buffer.from(csv.body), headers: {} },
    { ...csv, what: 'no header row', status: 400, path: at, body: 'ann@example.org\nbob@example.org\n' },
    { ...csv, what: 'another header row', status: 400, path: at, body: 'e-mail\nann@example.org\n' },
    {
      ...csv,
      what: 'a quote that never ends',
      status: 400,
      path: at,
      body: 'email\n"ann@example.org\nbob@example.org\n',
    },
    { ...csv, what: 'a row without end', status: 400, path: at, body: `email\n${'x'.repeat(MB)}` },
    { ...csv, what: 'UTF-16', status: 400, path: at, body: Buffer.from('email\nann@example.org\n', 'utf16le') },
    { ...csv, what: 'packed', status: 400, path: at, body: gzipSync(csv.body) },
    { ...csv, what: 'an image', status: 400, path: at, body: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex') },
  ];
  await refuses(town, cases, await town.key());

  const before = await everythingStored(town);
  const rows = [
    ...malformedAddresses.filter((one) => typeof one === 'string'),
    ...controls.map((c) => `ann@exam${c}ple.org`),
  ];
  const body = [
    'email,time_zone,__proto__,constructor',
    ...rows.map(cell),
    'ann@example.org,Europe/Atlantis',
    '=1+1',
  ].join('\n');
  const answer = await town.api('POST', at.replace('/api/v1', ''), body, { 'Content-Type': 'text/csv' });
  assert.equal(answer.status, 200);
  assert.equal(answer.body.imported, 0, JSON.stringify(answer.body));
  assert.equal(answer.body.rejected, answer.body.rows);
  assert.deepEqual(await everythingStored(town), before);
});

test('without a key, or with one that may not, the API does nothing and says what is missing', async (t) => {
  const town = await newsroom(t);
  const key = await town.key();
  const keys: [what: string, headers: Record<string, string>][] = [
    ['no key', {}],
    ['an empty key', { Authorization: 'Bearer ' }],
    ['an unknown key', { Authorization: `Bearer daybreak_${'x'.repeat(43)}` }],
    ['a cut key', { Authorization: `Bearer ${key.slice(0, -1)}` }],
    ['a key in the wrong case', { Authorization: `Bearer ${key.toUpperCase()}` }],
    ['a key without its scheme', { Authorization: key }],
    ['another scheme', { Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }],
    ['a long key', { Authorization: `Bearer ${'x'.repeat(8000)}` }],
    ['an injected key', { Authorization: "Bearer ' or 1=1 --" }],
  ];
  const paths = [...Object.keys(soundBodies), '/nowhere'];
  await refuses(
    town,
    paths.flatMap((path) =>
      keys.map(([what, headers]) => ({
        what: `${path}: ${what}`,
        status: 401,
        path: `/api/v1${path}?key=${key}`,
        body: soundBodies[path] ?? {},
        headers,
      })),
    ),
  );
  const answer = await ask(town, { what: '', status: 401, path: '/api/v1/articles', method: 'GET' });
  assert.equal(answer.headers.get('www-authenticate'), 'Bearer');

  const weak = (['read', 'write'] as const).map(async (access) => {
    const scopes = areas.filter((area) => access === 'read' || area === 'articles').map((area) => `${area}:${access}`);
    return town.command('api-key', 'add', '--name', access, '--scopes', scopes.join(','));
  });
  const [readsAll = '', writesArticles = ''] = await Promise.all(weak);
  const forbidden = Object.entries(soundBodies).map(([path, body]) => ({
    what: path,
    status: 403,
    path: `/api/v1${path}`,
    body,
  }));
  await refuses(town, forbidden, readsAll);
  await refuses(
    town,
    forbidden.filter(({ what }) => what !== '/articles'),
    writesArticles,
  );
});

test('a source that cannot be read says why, brings no article, and no private address is ever called', async (t) => {
  const town = await newsroom(t);
  let called = 0;
  const inside = await serve(t, '127.0.0.2', (_, res) => {
    called += 1;
    res.end(feed);
  });
  const open = await serve(t, '127.0.0.1', (req, res) => {
    if (req.url === '/page')
      return res.setHeader('content-type', 'text/html').end('<!doctype html><title>Not a feed</title>');
    if (req.url === '/gone') return res.writeHead(404).end();
    if (req.url === '/empty') return res.end();
    if (req.url === '/broken') return res.end('<rss version="2.0"><channel><item><title>Cut');
    if (req.url === '/entities') return res.end(laughs);
    return res.writeHead(302, { location: decodeURIComponent(req.url?.slice(1) ?? '') }).end();
  });
  const redirect = (to: string) => `${open}/${encodeURIComponent(to)}`;
  const closed = await serve(t, '127.0.0.1', () => undefined, { closed: true });
  const refused = /private address/;
  const sources: [url: string, error: RegExp][] = [
    [closed, /refuses connections/],
    ['http://nowhere.invalid/feed', /no such host|could not be looked up/],
    [`${open}/gone`, /answered 404/],
    [`${open}/empty`, /./],
    [`${open}/broken`, /./],
    // A feed like any other, whose items stay without the words that were to be multiplied.
    [`${open}/entities`, /^$/],
    [inside, refused],
    [inside.replace('127.0.0.2', '[::ffff:127.0.0.2]'), refused],
    [redirect(inside), refused],
    [redirect(redirect(inside)), refused],
    [redirect('http://169.254.169.254/latest/meta-data/'), refused],
    [redirect('http://10.0.0.1/feed'), refused],
    [redirect('http://[::1]/feed'), refused],
    [redirect('file:///etc/passwd'), /http/],
    [redirect('http://user:secret@127.0.0.1/'), /password/],
    ['http://10.0.0.1/feed', refused],
    ['http://169.254.169.254/latest/meta-data/', refused],
    ['http://192.168.1.1/feed', refused],
    ['http://172.16.0.1/feed', refused],
    ['http://[fd00::1]/feed', refused],
    ['http://0.0.0.0/feed', refused],
  ];
  for (const [url] of sources) assert.equal((await town.api('POST', '/sources', { url })).status, 201, url);
  const page = await town.api('POST', '/sources', { url: `${open}/page` });
  assert.deepEqual([page.status, page.body.code], [400, 'no-feed-found']);
  const items = await until('every source was tried', async () => {
    const seen = (await town.api('GET', '/sources?limit=500')).body.items as {
      polled_at: string | null;
      error: string | null;
    }[];
    return seen.every(({ polled_at }) => polled_at) && seen;
  });
  for (const [n, [url, error]] of sources.entries()) {
    assert.match(items[n]?.error ?? '', error, url);
    assert.doesNotMatch(items[n]?.error ?? '', /secret|\.ts:|node:/, url);
  }
  assert.equal(called, 0, 'the private server was called');
  const stored = await everythingStored(town);
  assert.deepEqual([stored.articles, stored.sources?.length], [[], sources.length]);
});

const behindProxy = { TRUST_PROXY: '1' };
const fromElsewhere = { headers: { Origin: 'https://elsewhere.example' } };
const asJson = { headers: { 'Content-Type': 'application/json' } };
const ofAForm = (method: string) =>
  method === 'POST' ? { headers: { 'Content-Type': FORM }, body: 'newsletters=daily&undo=1' } : {};

const controls = ['\0', '\t', '\n', '\r', '\r\n', '\x0b', '\x1b', '\x7f', '\x85', '\u2028'];

const malformedAddresses: unknown[] = [
  ...[null, true, 7, {}, [], ['ann@example.org'], { email: 'ann@example.org' }],
  ...['', ' ', '@', 'ann', 'ann@', '@example.org', 'ann@localhost', 'ann@@example.org', 'ann@example..org'],
  ...['.ann@example.org', 'ann.@example.org', 'a..b@example.org', 'ann@-example.org', 'ann@127.0.0.1', 'ann@[::1]'],
  ...['Ann <ann@example.org>', '<ann@example.org>', '"ann"@example.org', 'ann@example.org, bob@example.org'],
  ...['ann@example.org/path', 'ann@example.org?subject=x', 'ann@example.org:25', 'mailto:ann@example.org'],
  ...['ann@example.org\r\nBcc: bob@example.org', 'ann@exam\nple.org', 'ann@example.org\0', 'ann\u202e@example.org'],
  ...["' or 1=1 --", '{{ 7 | times: 7 }}@example.org', `${'a'.repeat(65)}@example.org`, `ann@${'a.'.repeat(200)}org`],
];

const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;

const badJson: [what: string, body: string][] = [
  ['JSON that is cut', '{"email":"ann@example.org"'],
  ['JSON with a comma too many', '{"email":"ann@example.org",}'],
  ['no JSON', 'email=ann@example.org'],
  ['null', 'null'],
  ['a number', '7'],
  ['a text', '"ann@example.org"'],
  ['a list', '[{"email":"ann@example.org"}]'],
  ['deep nesting', nested(10_000)],
  ['deep nesting that is cut', '['.repeat(10_000)],
];

const badEncodings = (
  body: unknown,
): { what: string; status: number; headers: Record<string, string>; body: unknown }[] => {
  const json = { 'Content-Type': 'application/json' };
  const text = JSON.stringify(body);
  return [
    { what: 'an encoding it is not in', status: 400, headers: { ...json, 'Content-Encoding': 'gzip' }, body: text },
    { what: 'an unknown encoding', status: 415, headers: { ...json, 'Content-Encoding': 'zip' }, body: text },
    {
      what: 'another character set',
      status: 415,
      headers: { 'Content-Type': 'application/json; charset=latin1' },
      body: text,
    },
    {
      what: 'a bomb',
      status: 413,
      headers: { ...json, 'Content-Encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(50 * MB, ' ')),
    },
  ];
};

const badRequestKeys: [what: string, key: string][] = [
  ['over-long', 'x'.repeat(201)],
  ['empty', ''],
  ['beyond ASCII', 'caf\u00e9'],
  ['with a tab', 'a\tb'],
];

const noForms = ['9999', '0', '-1', 'abc', '1.5', '1e0', '0x1', '99999999999', '9'.repeat(400), '%20', '1%00', "1'--"];
const noIds = ['9999', '0', '-1', 'abc', '1.5', '1e0', '0x1', '99999999999', '9'.repeat(400), "1'--", '1%00'];
const areas = ['articles', 'alerts', 'editions', 'sources', 'newsletters', 'forms', 'subscribers', 'webhooks'];
const lists = ['/articles', '/sources', '/newsletters', '/forms'];
const things = ['/editions/1', '/editions/1/deliveries', '/forms/1', '/subscribers/1', '/alerts/1/cancel'];
const badPages = [
  ...['cursor=abc', 'cursor=-1', 'cursor=1.5', 'cursor=99999999999', 'cursor=9007199254740993', 'cursor=1&cursor=2'],
  ...['limit=0', 'limit=-1', 'limit=501', 'limit=1.5', 'limit=abc', 'limit=1e400', 'limit=10&limit=20', 'cursor=%00'],
];

/** What each address would take. */
const soundBodies: Record<string, Record<string, unknown>> = {
  '/articles': { url: 'https://post.example/bad', headline: 'Library lends seeds' },
  '/alerts': { newsletter: 'breaking', headline: 'Storm closes the bridge', text: 'Buses turn at the market.' },
  '/editions': { newsletter: 'daily' },
  '/sources': { url: 'https://post.example/feed' },
  '/newsletters': { slug: 'weekly', name: 'Weekly', kind: 'digest' },
  '/forms': { title: 'Sign up', consent_text: 'I would like these.', newsletters: ['daily'] },
};

/** Fields that reach a header or a subject as they are: refused there, and cleaned nowhere else. */
const oneLineFields: Record<string, string[]> = {
  '/alerts': ['headline'],
  '/newsletters': ['name', 'from_name', 'slug'],
};

const badUrls = [
  '',
  'post.example',
  '/feed',
  'ftp://post.example/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'http://',
  'https://u:p@post.example/',
];
const endless = (most: number) => 'x'.repeat(most + 1);

const badFields: [path: string, field: string, values: unknown[]][] = [
  ['/articles', 'url', [...badUrls, `https://post.example/${endless(2000)}`]],
  ['/articles', 'headline', [endless(300), '\r\n', '\0', '\u202e']],
  ['/articles', 'topics', ['local', ['Local News'], ['a\0'], [''], [1], Array(21).fill('local')]],
  ['/articles', 'published_at', ['yesterday', '2026-13-01', 1, '']],
  ['/articles', 'image_url', ['javascript:alert(1)', 'data:text/html,x', 7]],
  ['/articles', 'external_id', [endless(500), 7]],
  ['/sources', 'url', badUrls],
  ['/sources', 'poll_seconds', [0, 29, 86_401, 30.5, '300']],
  ['/sources', 'name', [7, endless(200)]],
  ['/alerts', 'headline', [endless(200)]],
  ['/alerts', 'text', [endless(5000), '\0']],
  ['/alerts', 'url', [...badUrls.filter((url) => !url.includes('@')), 'https://post.example/\0']],
  ['/alerts', 'undo_seconds', [-1, 3601, 1.5, '20']],
  ['/alerts', 'send_at', ['tomorrow', '2026-02-30T07:00:00Z', '2026-11-23T14:00:00', 1]],
  ['/alerts', 'newsletter', ['daily', 'breaking\0']],
  ['/editions', 'newsletter', ['breaking', 'daily\0']],
  ['/newsletters', 'slug', ['Weekly', '-weekly', 'week ly', '../weekly', endless(63)]],
  ['/newsletters', 'kind', ['alert', 'Digest']],
  ['/newsletters', 'send_at', ['7:00', '24:00', '07:60', '07:00:00', '07:00\n']],
  ['/newsletters', 'also_at', ['18:00', ['6pm'], ['18:00\n'], [18], ['06:00', '09:00', '12:00', '18:00'], null]],
  ['/newsletters', 'days', [[], [0], [8], [1.5], ['1'], 1, null, Array(8).fill(1)]],
  ['/newsletters', 'lateness_minutes', [0, 1441, 1.5, '60']],
  ['/newsletters', 'when_uncertain', ['drop']],
  ['/newsletters', 'description', ['\0', endless(500)]],
  ['/newsletters', 'unknown', [1]],
  ['/forms', 'newsletters', [['nightly'], ['daily\0'], [], Array(51).fill('daily')]],
  [
    '/forms',
    'allowed_origins',
    ['*', ['*'], ['post.example'], ['https://post.example/'], ['null'], ['https://a\0.example']],
  ],
  ['/forms', 'title', ['a\0b', endless(200)]],
  ['/forms', 'consent_text', ['a\0b', endless(1000)]],
  ['/forms', 'button', ['a\0b', endless(60)]],
  ['/forms', 'version', [7]],
];

type BadChange = [path: string, status: number, body: unknown];
const badChanges: BadChange[] = [
  ['/newsletters/nightly', 404, { name: 'Nightly' }],
  ['/newsletters/daily', 400, { slug: 'nightly' }],
  ['/newsletters/daily', 400, { kind: 'breaking' }],
  ['/newsletters/daily', 400, { name: null }],
  ['/newsletters/daily', 400, { name: 'Daily\r\nBcc: bob@example.org' }],
  ['/newsletters/daily', 400, { from_name: 'Post\nBcc: bob@example.org' }],
  ['/newsletters/daily', 400, { description: 'a\0b' }],
  ...['', 'de', 'EN', 'fr-FR', 7, ['fr']].map((language): BadChange => ['/newsletters/daily', 400, { language }]),
  ['/forms/9999', 404, { title: 'Sign up' }],
  ['/forms/abc', 404, { title: 'Sign up' }],
  ['/forms/1', 400, { newsletters: [] }],
  ['/forms/1', 400, { newsletters: ['daily', 'nightly'] }],
  ['/forms/1', 400, { version: 7 }],
  ['/forms/1', 400, { title: 'a\0b' }],
];

const feed =
  '<rss version="2.0"><channel><title>Inside</title><item><title>Secret</title><link>https://post.example/s</link></item></channel></rss>';
const laughs = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><rss>&b;&c;</rss>`;

const cell = (text: unknown) => `"${String(text).replaceAll('"', '""')}"`;
const shorten = (value: unknown) => JSON.stringify(value)?.slice(0, 60);
const asABrowser = (bad: Bad): Bad => ({ ...bad, headers: { ...bad.headers, Accept: 'text/html,*/*;q=0.8' } });

let askers = 0;

async function ask(
  town: Newsroom,
  { path, method = 'POST', headers = {}, body }: Bad,
  key?: string,
): Promise<Response> {
  const raw = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
  askers += 1;
  return fetch(town.url + path, {
    method,
    redirect: 'manual',
    headers: {
      // Everyone comes from a network of their own, where the newsroom stands behind a proxy.
      'X-Forwarded-For': `10.${askers >> 8}.${askers & 255}.1`,
      ...(key && { Authorization: `Bearer ${key}` }),
      ...(!raw && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && method !== 'GET' && { body: raw ? (body as string) : JSON.stringify(body) }),
  });
}

/** Each is answered as it should be; afterwards every row of every table is as it was, and no mail has gone out. */
async function refuses(town: Newsroom, cases: Bad[], key?: string): Promise<void> {
  const before = await everythingStored(town);
  const mails = town.relay.mails.length;
  const wrong: string[] = [];
  for (const bad of cases) {
    const answer = await ask(town, bad, key);
    const page = bad.headers?.Accept?.startsWith('text/html');
    await (page ? assertPage : assertProblem)(answer, bad).catch((error: Error) => wrong.push(error.message));
  }
  assert.equal(wrong.join('\n'), '');
  assert.deepEqual(await everythingStored(town), before);
  assert.equal(town.relay.mails.length, mails);
  assert.deepEqual(Object.keys(Object.prototype), []);
}

// Statements, not the HTML element of the same name.
const OURS_ALONE = /\.ts\b|node_modules|node:|(?<!<)select |insert |constraint|syntax for type|ECONN/i;

/** RFC 9457. */
async function assertProblem(answer: Response, { what, status }: Bad): Promise<void> {
  const text = await answer.text();
  assert.equal(answer.status, status, `${what}: ${answer.status}, not ${status}: ${text.slice(0, 200)}`);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, what);
  const problem = JSON.parse(text) as Record<string, unknown>;
  assert.equal(problem.status, status, what);
  for (const field of ['type', 'title', 'detail', 'code'])
    assert.ok(problem[field] && typeof problem[field] === 'string', `${what}: ${field}`);
  assert.doesNotMatch(text, OURS_ALONE, what);
}

/** A page a reader can do something with. */
async function assertPage(answer: Response, { what, status }: Bad): Promise<void> {
  const text = await answer.text();
  assert.equal(answer.status, status, `${what} in a browser: ${answer.status}, not ${status}`);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/html/, what);
  assert.match(text, /<h1/, what);
  assert.match(text, /<form|<a [^>]*href/, `${what}: the page leads nowhere`);
  assert.doesNotMatch(text, OURS_ALONE, what);
}

/** What workers count now and then, whatever happens. */
const COUNTED = `'{readers_counted_at,counts,counted_at,counting_ms,report}'::text[]`;

/** Rows of every table, but for signs of life, sums, and what asking alone leaves behind: keys, and answers kept for a repeat. */
async function everythingStored(town: Newsroom): Promise<Record<string, Record<string, unknown>[]>> {
  const client = new pg.Client({ connectionString: town.env.DATABASE_URL });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and not relispartition and relname not in ('api_keys', 'idempotency_keys', 'migrations', 'workers', 'reader_stock', 'reader_days')
       order by 1`,
    );
    const contents = tables.map(
      ({ name }) =>
        `select '${name}' as name, coalesce(jsonb_agg(r order by r::text), '[]') as rows
           from (select to_jsonb(x) - ${COUNTED} as r from ${name} x) x`,
    );
    const { rows } = await client.query<{ name: string; rows: Record<string, unknown>[] }>(
      contents.join(' union all '),
    );
    return Object.fromEntries(rows.map((table) => [table.name, table.rows]));
  } finally {
    await client.end();
  }
}

/** After all that, a reader can still sign up; and nobody else has had a mail. */
async function stillWorks(town: Newsroom): Promise<void> {
  await town.reader('last@example.org').subscribes();
  assert.deepEqual(
    town.relay.mails.map(({ to }) => to),
    ['last@example.org'],
  );
}

/** Active in one newsletter, asked again about the other: holds a link of each kind. */
async function readerWithEveryLink(town: Newsroom, email: string): Promise<Reader> {
  const reader = await town.reader(email).subscribes(['daily']);
  await town.publishes({ headline: `News for ${email}` });
  await town.digestNow();
  await reader.receives(`News for ${email}`);
  // Longer than one address is spared a second mail.
  town.clock.advance(3600);
  await reader.signsUp({ newsletters: ['breaking'] });
  await until(
    'there is a second confirmation',
    () => reader.post.filter(({ parsed }) => /confirm/.test(parsed.subject ?? '')).length === 2,
  );
  return reader;
}

async function everyLinkOf(reader: Reader) {
  const [digest] = reader.inbox;
  const confirmation = reader.post.at(-1);
  if (!digest || !confirmation) throw new Error(`${reader.email} lacks mail`);
  const last = (url: string) => url.split('/').at(-1) ?? '';
  return {
    confirm: last(linkIn(confirmation, '/confirm/')),
    unsubscribe: last(oneClickUrl(digest)),
    preferences: last(linkIn(digest, '/preferences/')),
  };
}

async function serve(
  t: TestContext,
  host: string,
  listener: RequestListener,
  { closed = false } = {},
): Promise<string> {
  const server = createServer(listener).listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  if (closed) await close();
  else cleanUp(t, close);
  return `http://${host}:${port}`;
}

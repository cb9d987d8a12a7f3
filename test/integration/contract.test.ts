import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { createApp } from '../../src/app.ts';
import { type Answer, type Newsroom, newsroom } from '../support/newsroom.ts';

interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: { type: string };
}

interface Operation {
  summary: string;
  description: string;
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<string, { description: string; content?: object }>;
}

interface OpenApi {
  openapi: string;
  info: { title: string; version: string };
  servers: { url: string }[];
  security: Record<string, string[]>[];
  components: { securitySchemes: Record<string, { type: string; scheme: string }> };
  paths: Record<string, Record<string, Operation>>;
}

/** What other programs rely on. */
const promised = [
  ...['POST /articles', 'DELETE /articles/{id}', 'POST /sources', 'POST /alerts', 'POST /alerts/{id}/cancel'],
  ...['POST /editions', 'GET /editions/{id}', 'GET /editions/{id}/deliveries'],
  ...['GET /newsletters', 'POST /newsletters', 'PATCH /newsletters/{slug}'],
  ...['GET /forms', 'POST /forms', 'PATCH /forms/{id}'],
  ...['POST /subscribers/import', 'GET /subscribers/{id}', 'DELETE /subscribers/{id}'],
];

async function documentOf(town: Newsroom): Promise<OpenApi> {
  const response = await fetch(`${town.url}/api/v1/openapi.json`);
  assert.equal(response.status, 200, 'the document needs no key');
  return (await response.json()) as OpenApi;
}

const operationsOf = ({ paths }: OpenApi) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method,
      path,
      operation,
    })),
  );

/** As Express 5 keeps them: a layer is a route, or a router with layers of its own. */
interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
  match(path: string): boolean;
}

/** Every route below /api/v1, in the notation of OpenAPI. */
function routesOf(town: Newsroom): string[] {
  const { stack } = createApp(town.context).router as unknown as { stack: Layer[] };
  const api = stack.filter((layer) => layer.match('/api/v1/anything') && !layer.match('/elsewhere'));
  return api.flatMap(({ handle }) => routesIn(handle.stack ?? []));
}

const routesIn = (stack: Layer[]): string[] =>
  stack.flatMap(({ route, handle }) => {
    if (!route) return routesIn(handle.stack ?? []);
    return Object.keys(route.methods).map(
      (method) => `${method.toUpperCase()} ${route.path.replace(/:(\w+)/g, '{$1}')}`,
    );
  });

test('the document names every route the API has, and no other; all that was promised is there', async (t) => {
  const town = await newsroom(t);
  const named = operationsOf(await documentOf(town)).map(({ name }) => name);
  const routes = routesOf(town).filter((name) => name !== 'GET /openapi.json');
  assert.deepEqual(named.toSorted(), routes.toSorted());
  assert.deepEqual(
    promised.filter((name) => !named.includes(name)),
    [],
  );
});

test('every operation is really answered, and needs the scope its description names', async (t) => {
  const town = await newsroom(t);
  const powerless = await town.command('api-key', 'add', '--name', 'powerless', '--scopes', 'webhooks:read');
  for (const { name, method, path, operation } of operationsOf(await documentOf(town))) {
    const url = `${town.url}/api/v1${path.replace(/\{\w+\}/g, '1')}`;
    const ask = (headers: Record<string, string>) => fetch(url, { method: method.toUpperCase(), headers });
    assert.equal((await ask({})).status, 401, name);
    const answer = await ask({ Authorization: `Bearer ${powerless}` });
    assert.equal(answer.status, 403, name);
    const { detail } = (await answer.json()) as { detail: string };
    const scope = /`(\w+:\w+)`/.exec(operation.description)?.[1];
    assert.ok(scope && detail.includes(`the scope ${scope}.`), `${name}: ${detail}`);
  }
});

test('the document is OpenAPI 3.1 that a generator can read', async (t) => {
  const document = await documentOf(await newsroom(t));
  assert.match(document.openapi, /^3\.1\.\d+$/);
  assert.ok(document.info.title && document.info.version);
  assert.deepEqual(document.servers, [{ url: '/api/v1' }]);
  for (const scheme of document.security.flatMap(Object.keys)) {
    assert.deepEqual(document.components.securitySchemes[scheme], { type: 'http', scheme: 'bearer' });
  }
  for (const { name, method, path, operation } of operationsOf(document)) {
    assert.match(path, /^(\/([a-z]+|\{[a-z]+\}))+$/, name);
    assert.ok(['get', 'post', 'patch', 'delete'].includes(method), name);
    assert.ok(operation.summary, name);
    const parameters = operation.parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
    assert.equal(new Set(parameters).size, parameters.length, `${name} names a parameter twice`);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => `path ${parameter}`);
    assert.deepEqual(
      parameters.filter((parameter) => parameter.startsWith('path ')),
      inPath,
      name,
    );
    for (const { in: place, required, schema } of operation.parameters) {
      assert.equal(required, place === 'path', name);
      assert.equal(schema.type, 'string', name);
    }
    assert.equal(parameters.includes('header Idempotency-Key'), method === 'post', name);
    const list = /a page of/.test(operation.responses['200']?.description ?? '');
    assert.equal(parameters.includes('query cursor') && parameters.includes('query limit'), list, name);
    assert.deepEqual(Object.keys(operation.responses.default?.content ?? {}), ['application/problem+json'], name);
    const statuses = Object.keys(operation.responses).filter((status) => status !== 'default');
    assert.ok(statuses.length > 0 && statuses.every((status) => /^2\d\d$/.test(status)), `${name}: ${statuses}`);
    assert.equal(['get', 'delete'].includes(method) && operation.requestBody !== undefined, false, name);
    for (const { schema } of Object.values(operation.requestBody?.content ?? {})) assertSchema(schema, name);
  }
});

type Schema = Record<string, unknown>;

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/** A JSON Schema of which every part says something. */
function assertSchema(schema: Schema, where: string): void {
  const { type, properties = {}, required = [], items, anyOf, enum: choices, const: only } = schema;
  for (const one of type === undefined ? [] : [type].flat()) assert.ok(TYPES.includes(String(one)), `${where}: ${one}`);
  assert.ok(type || anyOf || choices || only !== undefined, `${where}: a schema that says nothing`);
  for (const [name, part] of Object.entries(properties as Schema)) assertSchema(part as Schema, `${where} ${name}`);
  for (const name of required as string[])
    assert.ok(Object.hasOwn(properties as object, name), `${where} requires ${name}`);
  for (const part of (anyOf ?? []) as Record<string, unknown>[]) assertSchema(part, where);
  if (items) assertSchema(items as Record<string, unknown>, `${where}[]`);
}

test('the document asks for what the routes ask for', async (t) => {
  const { paths } = await documentOf(await newsroom(t));
  const schemas: [path: string, method: string, required: string[], also: string[]][] = [
    ['/articles', 'post', ['url', 'headline'], ['external_id', 'standfirst', 'topics', 'published_at', 'image_url']],
    ['/articles/{id}', 'patch', [], ['headline', 'topics', 'correction_note', 'withdrawn']],
    ['/sources', 'post', ['url'], ['name', 'poll_seconds']],
    ['/alerts', 'post', ['newsletter'], ['url', 'headline', 'text', 'undo_seconds', 'send_at']],
    ['/editions', 'post', ['newsletter'], []],
    ['/newsletters', 'post', ['slug', 'name', 'kind'], ['send_at', 'also_at', 'days', 'when_uncertain', 'active']],
    ['/newsletters/{slug}', 'patch', [], ['name', 'send_at', 'reply_to', 'active']],
    ['/forms', 'post', ['title', 'consent_text', 'newsletters'], ['button', 'allowed_origins']],
    ['/forms/{id}', 'patch', [], ['title', 'consent_text', 'newsletters', 'allowed_origins']],
  ];
  for (const [path, method, required, also] of schemas) {
    const whole = paths[path]?.[method]?.requestBody?.content['application/json']?.schema;
    // Articles may come by several; the first form is one of them.
    const schema = (whole?.anyOf as Record<string, unknown>[] | undefined)?.[0] ?? whole;
    assert.deepEqual(((schema?.required ?? []) as string[]).toSorted(), required.toSorted(), `${method} ${path}`);
    const properties = Object.keys(schema?.properties ?? {});
    assert.deepEqual(
      [...required, ...also].filter((name) => !properties.includes(name)),
      [],
      `${method} ${path}`,
    );
  }
  assert.ok(paths['/subscribers/import']?.post?.requestBody?.content['text/csv']);
});

/** Calls an operation; what succeeds does so with a status the document names. */
async function call(
  town: Newsroom,
  operation: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Answer> {
  const [method = '', route = ''] = operation.split(' ');
  const answer = await town.api(method, route, body, headers);
  if (answer.status >= 400) return answer;
  const { paths } = await documentOf(town);
  const given = route.replace(/\?.*/, '').split('/');
  const named = Object.entries(paths).filter(([path]) => fits(path.split('/'), given));
  const responses = named.flatMap(([, methods]) => Object.keys(methods[method.toLowerCase()]?.responses ?? {}));
  assert.ok(responses.includes(String(answer.status)), `${operation} answered ${answer.status}, not ${responses}`);
  return answer;
}

const fits = (known: string[], given: string[]) =>
  known.length === given.length && known.every((part, i) => part === given[i] || /^\{/.test(part));

test('every list is paged to its end, and shows each of its things once', async (t) => {
  const town = await newsroom(t);
  const five = [1, 2, 3, 4, 5];
  const readers = five.map((n) => `reader-${n}@example.org`);
  await town.imports('daily', readers);
  for (const n of five) {
    await town.publishes({ headline: `Story ${n}` });
    await call(town, 'POST /newsletters', { slug: `letter-${n}`, name: `Letter ${n}`, kind: 'digest' });
    await call(town, 'POST /forms', { title: `Form ${n}`, consent_text: 'Yes, please.', newsletters: [`letter-${n}`] });
    await call(town, 'POST /sources', { url: `http://10.0.0.${n}/feed` });
  }
  const edition = await town.digestNow();
  await town.settles();

  const lists: [route: string, key: string, count: number][] = [
    ['/articles', 'headline', 5],
    ['/newsletters', 'slug', 7],
    ['/forms', 'title', 6],
    ['/sources', 'url', 5],
    [`/editions/${edition}/deliveries`, 'subscriber_id', 5],
  ];
  for (const [route, key, count] of lists) {
    const whole = await pages(town, route, key, 500);
    assert.equal(new Set(whole.flat()).size, count, `${route}: ${whole}`);
    for (const limit of [1, 2, 3, count]) {
      const seen = await pages(town, route, key, limit);
      assert.deepEqual(seen.flat(), whole.flat(), `${route}?limit=${limit}`);
      assert.ok(
        seen.every((page) => page.length <= limit),
        `${route}?limit=${limit} gave ${seen.map((page) => page.length)}`,
      );
    }
  }
  assert.deepEqual((await pages(town, '/articles', 'headline', 500))[0]?.[0], 'Story 5', 'the latest comes first');
});

test('what is added while somebody pages neither repeats nor hides what was there', async (t) => {
  const town = await newsroom(t);
  for (const n of [1, 2, 3, 4]) await town.publishes({ headline: `Story ${n}` });
  const seen = await pages(town, '/articles', 'headline', 2, () =>
    town.publishes({ headline: `Late ${Math.random()}` }),
  );
  assert.deepEqual(
    seen.flat().filter((headline) => /^Story/.test(String(headline))),
    ['Story 4', 'Story 3', 'Story 2', 'Story 1'],
  );
});

async function pages(town: Newsroom, route: string, key: string, limit: number, between?: () => Promise<unknown>) {
  const seen: unknown[][] = [];
  for (let cursor: unknown = 0; cursor !== null; ) {
    const { status, body } = await call(town, `GET ${route}?cursor=${cursor}&limit=${limit}`);
    assert.equal(status, 200);
    seen.push((body.items as Record<string, unknown>[]).map((item) => item[key]));
    cursor = body.next_cursor as number | null;
    assert.ok(seen.length < 50, `${route} has no end`);
    await between?.();
  }
  return seen;
}

test('a newsletter is changed where the change says so, and nowhere else', async (t) => {
  const town = await newsroom(t);
  const { body: before } = await call(town, 'GET /newsletters/daily');
  const changes: Record<string, unknown>[] = [
    { name: 'The Morning Post', description: '' },
    { send_at: '06:30', lateness_minutes: 60, when_uncertain: 'resend' },
    { also_at: ['12:00', '18:00'], days: [1, 2, 3, 4, 5] },
    { also_at: [] },
    { language: 'fr' },
    { language: null },
    { from_name: 'The Post', from_address: 'post@post.example', reply_to: 'desk@post.example' },
    { active: false },
    {},
    { from_name: null, from_address: null, reply_to: null },
  ];
  let expected = before;
  for (const change of changes) {
    expected = { ...expected, ...change };
    const { status, body } = await call(town, 'PATCH /newsletters/daily', change);
    assert.equal(status, 200);
    assert.deepEqual(body, expected);
    assert.deepEqual((await call(town, 'GET /newsletters/daily')).body, expected);
  }
  const { body } = await call(town, 'PATCH /newsletters/daily', {
    name: 'Half \ud83d',
    description: 'an emoji \ude00',
  });
  assert.deepEqual(
    [body.name, body.description],
    ['Half \ufffd', 'an emoji \ufffd'],
    'what is cut in half is no error',
  );
  assert.equal((await call(town, 'PATCH /newsletters/nightly', { name: 'x' })).status, 404);
  assert.equal((await call(town, 'POST /newsletters', { slug: 'daily', name: 'x', kind: 'digest' })).status, 409);
});

test('a form is changed, its wording gets a new version, and what it offers is what readers can choose', async (t) => {
  const town = await newsroom(t);
  const made = await call(town, 'POST /forms', {
    title: 'Sports',
    consent_text: 'Yes.',
    newsletters: ['breaking', 'daily', 'daily'],
  });
  assert.equal(made.status, 201);
  const slugs = (form: Answer) => (form.body.newsletters as { slug: string }[]).map(({ slug }) => slug);
  assert.deepEqual([slugs(made), made.body.version, made.body.button], [['breaking', 'daily'], 1, 'Sign up']);

  const change = {
    title: 'Sport',
    consent_text: 'Yes, please.',
    button: 'Go',
    allowed_origins: ['https://post.example'],
    consent_link_text: 'Privacy policy',
    consent_link_url: 'https://post.example/privacy',
    name_field: 'optional',
    success_title: 'One more step',
    success_text: 'Look into your mail.',
    proof_of_work: 'never',
    topics: [],
  };
  const changed = await call(town, `PATCH /forms/${made.body.id}`, { ...change, newsletters: ['daily', 'daily'] });
  assert.equal(changed.status, 200);
  assert.deepEqual(
    { ...changed.body, newsletters: slugs(changed) },
    { ...change, id: made.body.id, version: 2, newsletters: ['daily'] },
  );
  assert.deepEqual((await call(town, `GET /forms/${made.body.id}`)).body, changed.body);

  for (const half of [{ consent_link_url: null }, { consent_link_text: null }, { consent_link_url: 'javascript:0' }])
    assert.equal((await call(town, `PATCH /forms/${made.body.id}`, half)).status, 400, JSON.stringify(half));
  const signUp = async (newsletters: string[], origin: string) => {
    const headers = { 'Content-Type': 'application/json', Origin: origin };
    const body = JSON.stringify({ email: 'ann@example.org', newsletters });
    return fetch(`${town.url}/forms/${made.body.id}/sign-ups`, { method: 'POST', headers, body });
  };
  assert.equal((await signUp(['breaking'], 'https://post.example')).status, 400);
  const taken = await signUp(['daily'], 'https://post.example');
  assert.deepEqual([taken.status, taken.headers.get('access-control-allow-origin')], [202, 'https://post.example']);
  const foreign = await fetch(`${town.url}/forms/${made.body.id}`, {
    headers: { Origin: 'https://elsewhere.example' },
  });
  assert.equal(foreign.headers.get('access-control-allow-origin'), null);
  const [consent] = await rows(town, 'select form_id, form_version, wording from consent_events');
  const wording = 'Yes, please.\nPrivacy policy: https://post.example/privacy';
  assert.deepEqual(consent, { form_id: made.body.id, form_version: 2, wording });
});

test('an erased reader is gone from everywhere but the numbers', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes();
  await town.publishes({ headline: 'Library lends seeds' });
  const edition = await town.digestNow();
  await town.settles();
  const { items } = (await call(town, `GET /editions/${edition}/deliveries`)).body as {
    items: { subscriber_id: number }[];
  };
  const id = items[0]?.subscriber_id;
  const shown = await call(town, `GET /subscribers/${id}`);
  assert.equal(shown.body.email, ann.email);

  assert.equal((await call(town, `DELETE /subscribers/${id}`)).status, 204);
  assert.equal((await call(town, `GET /subscribers/${id}`)).status, 404);
  assert.equal((await call(town, `DELETE /subscribers/${id}`)).status, 404);
  for (const table of ['subscribers', 'subscriptions', 'consent_events', 'feedback_events', 'editions', 'deliveries']) {
    const found = await rows(town, `select from ${table} x where to_jsonb(x)::text like '%ann@%'`);
    assert.equal(found.length, 0, table);
  }
  for (const table of ['subscribers', 'subscriptions', 'consent_events']) {
    assert.equal((await rows(town, `select from ${table}`)).length, 0, table);
  }
  assert.deepEqual(await town.counts(edition), { audience: 1, accepted: 1 });
  await town.publishes({ headline: 'Tide tables printed again' });
  const next = await town.digestNow();
  await town.settles();
  assert.deepEqual(await town.counts(next), { audience: 0 });
});

test('an article is made once, changed by its id or its address, and withdrawn for good', async (t) => {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  const article = { external_id: 'cms-7', url: 'https://post.example/seeds', headline: 'Library lends seeds' };
  const first = await call(town, 'POST /articles', article);
  assert.deepEqual([first.status, first.body.outcome], [201, 'created']);
  const upserts: [change: object, outcome: string][] = [
    [{}, 'unchanged'],
    [{ headline: 'Library lends tools' }, 'revised'],
    [
      { external_id: undefined, url: 'https://post.example/seeds?utm_source=x#top', headline: 'Library lends tools' },
      'unchanged',
    ],
    [{ url: 'https://post.example/tools', headline: 'Library lends tools' }, 'unchanged'],
  ];
  for (const [change, outcome] of upserts) {
    const again = await call(town, 'POST /articles', { ...article, ...change });
    assert.deepEqual(
      [again.status, again.body.id, again.body.outcome],
      [200, first.body.id, outcome],
      JSON.stringify(change),
    );
  }
  await town.publishes({ headline: 'Ferry pilots vote' });

  assert.equal((await call(town, `DELETE /articles/${first.body.id}`)).status, 204);
  assert.equal((await call(town, `DELETE /articles/${first.body.id}`)).status, 204, 'twice is harmless');
  assert.equal((await call(town, 'DELETE /articles/9999')).status, 404);
  assert.equal((await call(town, 'POST /articles', article)).status, 200);
  await town.digestNow();
  const mail = await ann.receives('Ferry pilots vote');
  assert.doesNotMatch(mail.raw, /Library/, 'sent again by its program, it stays withdrawn');
  await town.settles();
  assert.equal(ann.inbox.length, 1);
});

test('a repeated POST with the same Idempotency-Key gets the first answer and does nothing', async (t) => {
  const town = await newsroom(t);
  const headers = { 'Idempotency-Key': 'seeds-1' };
  const article = { url: 'https://post.example/seeds', headline: 'Library lends seeds' };
  const post = (body: object) => call(town, 'POST /articles', body, headers);

  const refused = await post({ ...article, headline: '' });
  assert.equal(refused.status, 400);
  const first = await post(article);
  assert.equal(first.status, 201, 'an answered error does not use the key up');
  assert.equal(first.headers.get('idempotency-replayed'), null);
  await call(town, 'POST /articles', { ...article, headline: 'Changed meanwhile' });
  const again = await post(article);
  assert.deepEqual([again.status, again.body, again.headers.get('idempotency-replayed')], [201, first.body, 'true']);
  const other = await post({ ...article, headline: 'Another' });
  assert.deepEqual([other.status, other.body.code], [409, 'key-reused']);
  const elsewhere = await call(town, 'POST /sources', { url: 'https://post.example/feed' }, headers);
  assert.equal(elsewhere.status, 409, 'nor is it another route’s');
  const { items } = (await call(town, 'GET /articles')).body as { items: { headline: string }[] };
  assert.deepEqual(
    items.map(({ headline }) => headline),
    ['Changed meanwhile'],
  );

  const key = await town.command('api-key', 'add', '--name', 'other', '--scopes', 'articles:write');
  const theirs = await call(
    town,
    'POST /articles',
    { ...article, headline: 'Theirs' },
    { ...headers, Authorization: `Bearer ${key}` },
  );
  assert.equal(theirs.status, 200, 'another caller’s key is another key');

  const racing = { url: 'https://post.example/race', headline: 'Race' };
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => call(town, 'POST /articles', racing, { 'Idempotency-Key': 'race' })),
  );
  for (const { status, body } of answers)
    assert.ok(status === 201 || (status === 409 && body.code === 'in-progress'), String(status));
  assert.ok(answers.some(({ status }) => status === 201));
});

async function rows(town: Newsroom, query: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: town.env.DATABASE_URL });
  await client.connect();
  try {
    return (await client.query(query)).rows;
  } finally {
    await client.end();
  }
}

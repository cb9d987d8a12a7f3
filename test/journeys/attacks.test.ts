import assert from 'node:assert/strict';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { Colleague, codeOf, colleague, PASSWORD } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { linkIn } from '../support/reader.ts';

const KIM = 'kim@post.example';
const LEE = 'lee@post.example';
const JSON_PLEASE = { Accept: 'application/json' };

/** Every route of the console as its sources declare it, the ways in as well. */
function consoleRoutes(method: 'get' | 'post'): string[] {
  const root = path.join(import.meta.dirname, '../..');
  const files = globSync(['src/staff/{account,people,audit,sign-in}-routes.ts', 'src/*/*-pages-routes.ts'], {
    cwd: root,
  });
  return files
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/router\.(get|post)\(\s*'([^']+)'/g)])
    .filter(([, verb]) => verb === method)
    .map(([, , route = '']) => `/console${route.replace(/:\w+/g, '999')}`);
}

/** A request that no browser would let a page send: any Host, any body, any cookie. */
async function raw(town: Newsroom, method: string, at: string, headers: Record<string, string>, body = '') {
  const { hostname, port } = new URL(town.url);
  const sent = request({ hostname, port, method, path: at, headers, agent: false });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const text = Buffer.concat(await answer.toArray()).toString();
  return { status: answer.statusCode, headers: answer.headers, cookies: answer.headers['set-cookie'] ?? [], text };
}

const cookieOf = ({ cookies }: Colleague) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
const refusals = (town: Newsroom, who: string, act = 'sign-in.refused') =>
  town.context.audit.list({ before: null, act, who, limit: 500 });
const age = (town: Newsroom, interval: string) =>
  town.context.pool.query('update staff_sessions set created_at = created_at - $1::interval', [interval]);

/** Eight at a time: the machine that checks a password takes its time over it. @returns how each was answered */
async function inWaves(count: number, ask: (n: number) => Promise<Response>): Promise<number[]> {
  const statuses: number[] = [];
  while (statuses.length < count) {
    const wave = await Promise.all(Array.from({ length: 8 }, (_, n) => ask(statuses.length + n)));
    statuses.push(...wave.map(({ status }) => status));
  }
  return statuses;
}

/** Switches it on. @returns how to know the codes, and the codes for when the phone is lost */
async function secondFactor(kim: Colleague): Promise<{ secret: string; recovery: string[] }> {
  const begun = await (await kim.post('/console/account/second-factor', { password: PASSWORD })).text();
  const secret = /Key: <code>([A-Z2-7 ]+)<\/code>/.exec(begun)?.[1] ?? '';
  const on = await kim.post('/console/account/second-factor/on', { code: codeOf(secret) });
  assert.equal(on.status, 303);
  return { secret, recovery: [...begun.matchAll(/<li><code>([^<]+)<\/code>/g)].map((match) => match[1] ?? '') };
}

test('another site can have no deed of the console done, whatever it says and however it packs it', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin', KIM);
  const origins: Record<string, string>[] = [
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { Origin: `${town.url}.evil.example` },
    { Origin: town.url, 'Sec-Fetch-Site': 'same-site' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'none' },
    {},
  ];
  const types = [
    'application/x-www-form-urlencoded',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/json',
  ];
  const routes = consoleRoutes('post');
  assert.ok(routes.includes('/console/staff') && routes.includes('/console/sign-in/passkey'));
  for (const route of routes) {
    for (const origin of origins) {
      for (const type of types) {
        const headers = { Cookie: cookieOf(kim), 'Content-Type': type, Accept: 'application/json', ...origin };
        const { status, text } = await raw(town, 'POST', route, headers, `email=${LEE}&name=Lee&role=admin`);
        assert.deepEqual([status, JSON.parse(text).code], [403, 'cross-site'], `${route} ${JSON.stringify(headers)}`);
      }
    }
  }
  assert.equal((await town.context.people.list()).length, 1);
  assert.equal((await kim.get('/console')).status, 200, 'nobody was signed out either');
});

test('signing in leads nowhere but into the console', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'viewer', KIM);
  const elsewhere = [
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https:evil.example',
    'https:/evil.example/console',
    'https://evil.example\\@here.invalid/console',
    'javascript:alert(1)//console',
    'data:text/html,console',
    '/console/../../evil',
    '/console/..//evil.example',
    '/console/%2e%2e//evil.example',
    '/console/..\\\\evil.example',
    '/\t/evil.example',
    '\t//evil.example',
    '/console\r\nLocation: https://evil.example',
    '/console%0d%0aSet-Cookie:x=y',
    '/consolex',
    '/console/sign-in?to=//evil.example',
  ];
  for (const to of elsewhere) {
    const form = await kim.page(`/console/sign-in?to=${encodeURIComponent(to)}`);
    const kept = /name="to" value="([^"]*)"/.exec(form)?.[1] ?? '';
    assert.match(kept, /^\/console(\/|\?|$)/, to);
    const { status, headers } = await kim.post('/console/sign-in', { email: KIM, password: PASSWORD, to });
    const place = headers.get('Location') ?? '';
    assert.equal(status, 303, to);
    const { origin, pathname } = new URL(place, town.url);
    assert.ok(origin === town.url && /^\/console(\/|$)/.test(pathname), `${to} led to ${place}`);
    assert.doesNotMatch(`${place} ${headers.getSetCookie()}`, /evil\.example:|x=y/i, to);
  }
});

for (const TRUST_PROXY of ['0', '1']) {
  test(`no header of a request finds its way into a link or a redirect (TRUST_PROXY=${TRUST_PROXY})`, async (t) => {
    const BASE_URL = 'https://news.post.example';
    const town = await newsroom(t, { env: { BASE_URL, TRUST_PROXY } });
    const kim = await colleague(town, 'admin', KIM);
    const lies = {
      Host: 'evil.example',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'http',
      'X-Forwarded-Server': 'evil.example',
      'X-Original-URL': '/console/audit',
      'X-Rewrite-URL': '/console/audit',
      Forwarded: 'host=evil.example;proto=http',
      'X-Http-Method-Override': 'DELETE',
    };
    const form = { ...lies, Origin: BASE_URL, 'Content-Type': 'application/x-www-form-urlencoded' };
    const invited = await raw(
      town,
      'POST',
      '/console/staff',
      { ...form, Cookie: cookieOf(kim) },
      `email=${LEE}&name=Lee&role=viewer`,
    );
    assert.deepEqual([invited.status, invited.headers.location], [303, '/console/staff']);
    const invitation = await town.reader(LEE).receives('You are invited to the newsroom of The Daybreak Post');
    assert.match(linkIn(invitation, '/console/'), /^https:\/\/news\.post\.example\/console\/invitation\//);
    await raw(town, 'POST', '/forms/1/sign-ups', form, 'email=ann%40example.org');
    assert.match(await town.reader('ann@example.org').confirmLink(), /^https:\/\/news\.post\.example\/confirm\//);
    for (const { parsed, raw } of town.relay.mails) assert.doesNotMatch(`${raw} ${parsed.html}`, /evil\.example/);

    const turned = await raw(town, 'GET', '/console/audit', { ...lies, Accept: 'text/html' });
    assert.deepEqual([turned.status, turned.headers.location], [303, '/console/sign-in?to=%2Fconsole%2Faudit']);
    const { text } = await raw(town, 'GET', '/', { ...lies, Accept: 'text/html', Cookie: cookieOf(kim) });
    assert.doesNotMatch(text, /evil\.example|Audit log/);
  });
}

test('a session belongs to one browser, one door and one host', async (t) => {
  const town = await newsroom(t, { env: { BASE_URL: 'https://news.post.example' } });
  const kim = await colleague(town, 'admin', KIM);
  const lee = await colleague(town, 'viewer', LEE);
  const form = { Origin: town.context.baseUrl, 'Content-Type': 'application/x-www-form-urlencoded' };
  const entry = new URLSearchParams({ email: KIM, password: PASSWORD }).toString();
  const { cookies } = await raw(town, 'POST', '/console/sign-in', form, entry);
  const begun = await raw(town, 'POST', '/console/sign-in/passkey/begin', form);
  assert.ok(cookies.length > 0 && begun.cookies.length > 0);
  for (const line of [...cookies, ...begun.cookies]) {
    assert.match(line, /^__Host-daybreak\./);
    for (const flag of [/; HttpOnly/i, /; Secure/i, /; SameSite=Lax/i, /; Path=\/(;|$)/i]) assert.match(line, flag);
    assert.doesNotMatch(line, /Domain=/i);
  }

  // Lee planted her own session in Kim's browser: Kim signs in under it, and it does not become Kim's.
  const name = '__Host-daybreak.session_token';
  const planted = lee.cookies.get(name) ?? '';
  const victim = new Colleague(KIM, town);
  victim.cookies.set(name, planted);
  await victim.signsIn();
  assert.notEqual(victim.cookies.get(name), planted);
  assert.match(await victim.page('/console/account'), /kim@post/);
  assert.match(await lee.page('/console/account'), /lee@post/);

  // What a neighbour under the same domain can set has another name, and opens nothing.
  const valid = kim.cookies.get(name) ?? '';
  for (const other of ['daybreak.session_token', '__Secure-daybreak.session_token', 'session_token']) {
    const { status } = await raw(town, 'GET', '/console', { Cookie: `${other}=${valid}`, Accept: 'text/html' });
    assert.equal(status, 303, other);
  }
  for (const pair of [`${name}=; ${name}=${valid}`, `${name}=%ZZ`, `${name}=${'x'.repeat(5000)}`, ';;=;', `${name}`]) {
    const { status } = await raw(town, 'GET', '/console', { Cookie: pair, Accept: 'text/html' });
    assert.ok(status === 303 || status === 200, `${pair} answered ${status}`);
  }

  const before = new Map(kim.cookies);
  await secondFactor(kim);
  assert.notEqual(kim.cookies.get(name), before.get(name), 'more rights, another token');
  const old = new Colleague(KIM, town);
  for (const [key, value] of before) old.cookies.set(key, value);
  assert.equal((await old.get('/console')).status, 303);
});

test('where the console is reached without https, its cookies keep to the console', async (t) => {
  const town = await newsroom(t);
  await colleague(town, 'viewer', KIM);
  const form = { Origin: town.url, 'Content-Type': 'application/x-www-form-urlencoded' };
  const entry = new URLSearchParams({ email: KIM, password: PASSWORD }).toString();
  const { cookies } = await raw(town, 'POST', '/console/sign-in', form, entry);
  for (const line of cookies) assert.match(line, /^daybreak\..*; Path=\/console;.*HttpOnly; SameSite=Lax/i);
});

test('no page of the console is kept by a cache or framed by another site', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin', KIM);
  await kim.post('/console/alerts', { newsletter: 'breaking' });
  const places = [
    ...consoleRoutes('get'),
    '/console',
    '/console/alerts/1',
    '/console/alerts/1/preview',
    '/console/none',
  ];
  for (const place of places) {
    for (const who of [kim, new Colleague('', town)]) {
      const { status, headers } = await who.get(place);
      assert.ok(status < 500, place);
      assert.equal(headers.get('Cache-Control'), 'no-store', `${place} answered ${status}`);
      const framing = place.endsWith('1/preview') && who === kim ? /frame-ancestors 'self'/ : /frame-ancestors 'none'/;
      assert.match(headers.get('Content-Security-Policy') ?? '', framing, place);
    }
  }
});

test('what is another’s is not there: sessions, passkeys, second factors', async (t) => {
  const town = await newsroom(t);
  const admin = await colleague(town, 'admin');
  const editor = await colleague(town, 'editor');
  const viewer = await colleague(town, 'viewer');
  await secondFactor(admin);
  const { rows } = await town.context.pool.query(
    'select s.id from staff_sessions s join staff on staff.id = user_id where role = $1',
    ['admin'],
  );
  assert.ok(rows.length > 0);
  for (const id of [...rows.map(({ id }) => id), '0', '-1', '999', '1e1', '1%00', '..%2f1']) {
    for (const thief of [viewer, editor]) {
      for (const place of [`sessions/${id}/end`, `passkeys/${id}/remove`]) {
        const { status } = await thief.post(`/console/account/${place}`);
        assert.equal(status, 404, `${place} answered ${status}`);
      }
    }
  }
  const { id: userId = 0 } = (await town.context.people.byEmail(admin.email)) ?? {};
  const fields = { password: PASSWORD, userId: String(userId), user_id: String(userId), email: admin.email };
  await editor.post('/console/account/second-factor/off', fields);
  await editor.post('/console/account/second-factor', fields);
  assert.match(await admin.page('/console/account'), /Switch off/);
  assert.doesNotMatch(await editor.page('/console/account'), /Switch off/);
});

test('a dozen networks guess no password, fill no log, and keep out nobody who is in', async (t) => {
  const town = await newsroom(t, { env: { TRUST_PROXY: '1' } });
  const kim = await colleague(town, 'admin', KIM);
  const thief = new Colleague(KIM, town);
  const from = (n: number) => ({ 'X-Forwarded-For': `198.51.${n}.7` });
  const guess = (n: number, password: string) =>
    thief.post('/console/sign-in', { email: KIM, password }, from(Math.floor(n / 8)));
  const guesses = await inWaves(112, (n) => guess(n, `guess ${n}`));
  assert.equal(guesses.filter((status) => status === 401).length, 100);
  assert.equal((await guess(2000, PASSWORD)).status, 429, 'a new network, and the right password');
  assert.equal((await refusals(town, KIM)).length, 101, 'the last is the one that shut the door');

  const begun = await kim.post('/console/account/second-factor', { password: PASSWORD }, from(0));
  assert.equal(begun.status, 200, 'who is in goes on, even from such a network');

  const strangers = await inWaves(40, (n) =>
    thief.post('/console/sign-in', { email: `guess-${n}@post.example`, password: PASSWORD }, from(n)),
  );
  assert.deepEqual(new Set(strangers), new Set([401]));
  assert.equal((await refusals(town, 'nobody of ours')).length, 30);

  const knocks = await Promise.all(Array.from({ length: 130 }, () => thief.get('/console/sign-in', from(250))));
  assert.ok(knocks.some(({ status, headers }) => status === 429 && headers.get('Retry-After')));
});

test('whoever only claims to come from elsewhere is counted where they are', async (t) => {
  const town = await newsroom(t);
  await colleague(town, 'viewer', KIM);
  const thief = new Colleague(KIM, town);
  const statuses: number[] = [];
  for (let n = 0; n < 10; n += 1) {
    const elsewhere = { 'X-Forwarded-For': `198.51.${n}.7`, 'X-Real-IP': `198.51.${n}.7` };
    statuses.push((await thief.post('/console/sign-in', { email: KIM, password: `guess ${n}` }, elsewhere)).status);
  }
  assert.deepEqual(statuses.slice(-2), [429, 429]);
});

test('a thief who knows the password guesses ten codes and no more, and each is written down', async (t) => {
  const town = await newsroom(t, { env: { TRUST_PROXY: '1' } });
  const kim = await colleague(town, 'admin', KIM);
  const { secret, recovery } = await secondFactor(kim);
  const thief = new Colleague(KIM, town);
  const from = (n: number) => ({ 'X-Forwarded-For': `198.51.${n}.7` });
  const right = Number(codeOf(secret));
  const wrong = (n: number) => (n % 2 ? `wrong-${n}` : String((right + 1000 * (n + 1)) % 1_000_000).padStart(6, '0'));
  for (let n = 0; n < 10; n += 1) {
    if (n % 4 === 0) await thief.post('/console/sign-in', { email: KIM, password: PASSWORD }, from(n));
    const { status } = await thief.post('/console/sign-in/code', { code: wrong(n) }, from(n));
    assert.equal(status, 401);
  }
  assert.equal((await refusals(town, KIM)).length, 10);
  for (const code of [codeOf(secret), recovery[0] ?? '']) {
    await thief.post('/console/sign-in', { email: KIM, password: PASSWORD }, from(99));
    const shut = await thief.post('/console/sign-in/code', { code }, from(99));
    assert.equal(shut.status, 429);
    assert.match(await shut.text(), /Wait a quarter of an hour/);
  }
  assert.equal((await thief.get('/console')).status, 303);
  assert.equal((await refusals(town, KIM)).length, 10, 'told to wait is not written down each time');

  const inside = await kim.post('/console/sign-in/code', { code: recovery[0] ?? '' });
  assert.equal(inside.status, 401, 'a session left open is no place to try codes');
  assert.match(await inside.text(), /Start again with your password/);
});

test('the right password alone does not start the count of guesses anew', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin', KIM);
  const { secret } = await secondFactor(kim);
  const thief = new Colleague(KIM, town);
  for (let n = 0; n < 8; n += 1) assert.equal((await thief.signsIn()).status, 303);
  assert.equal((await thief.signsIn()).status, 429);
  assert.equal((await thief.post('/console/sign-in/code', { code: codeOf(secret) })).status, 303);
  assert.equal((await thief.signsIn()).status, 303, 'both factors do');
});

test('a session left open shows again who it is before it lets anybody in for good', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'viewer', KIM);
  const begin = (fields = {}) => kim.post('/console/account/passkeys/begin', fields, JSON_PLEASE);
  assert.equal((await begin()).status, 200, 'fresh from signing in');
  await age(town, '25 hours');
  assert.equal((await kim.get('/console/account')).status, 200);
  const asked = (await (await begin()).json()) as { status: number; code: string; detail: string };
  assert.deepEqual([asked.status, asked.code], [401, 'confirm-identity']);
  assert.match(asked.detail, /Type your password/);
  assert.equal((await refusals(town, KIM, 'password.refused')).length, 0, 'nothing was typed yet');
  for (let n = 0; n < 7; n += 1) assert.equal((await begin({ password: `guess ${n}` })).status, 401);
  assert.equal((await begin({ password: PASSWORD })).status, 200, 'and the count begins anew');
  for (let n = 0; n < 8; n += 1) assert.equal((await begin({ password: `guess ${n}` })).status, 401);
  const locked = (await (await begin({ password: PASSWORD })).json()) as { status: number; code: string };
  assert.deepEqual([locked.status, locked.code], [429, 'locked-out']);
  await begin({ password: PASSWORD });
  assert.equal((await refusals(town, KIM, 'password.refused')).length, 16, 'fifteen guesses, and the door that shut');
  assert.equal((await new Colleague(KIM, town).signsIn()).status, 303, 'signing in is counted apart');
});

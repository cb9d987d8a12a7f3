import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Colleague, codeOf, colleague, PASSWORD } from '../support/colleague.ts';
import { newsroom } from '../support/newsroom.ts';
import { linkIn } from '../support/reader.ts';
import { until } from '../support/until.ts';

const KIM = 'kim@post.example';

test('the first admin is made on the command line, chooses a strong password, and is in', async (t) => {
  const town = await newsroom(t);
  const stranger = new Colleague(KIM, town);
  assert.match(await stranger.page('/console/sign-in'), /staff add/);
  const link = await town.command('staff', 'add', '--email', KIM, '--name', 'Kim Ode', '--role', 'admin');
  const path = new URL(link).pathname;

  for (const password of ['short', 'passwordpassword', 'kimodekimode']) {
    const weak = await stranger.post(path, { password });
    assert.equal(weak.status, 400, password);
    assert.match(await weak.text(), /role="alert"/);
  }
  const strong = await stranger.post(path, { password: PASSWORD });
  assert.deepEqual([strong.status, strong.headers.get('Location')], [303, '/console']);
  assert.match(await stranger.page('/console'), /Kim Ode/);

  const again = await new Colleague(KIM, town).post(path, { password: 'another harbour kettle' });
  assert.equal(again.status, 410, 'the link works once');
  assert.equal((await new Colleague(KIM, town).signsIn()).status, 303);
});

test('whoever is not signed in is shown the door, and led back to where they wanted to go', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin', KIM);
  const visitor = new Colleague(KIM, town);
  const turned = await visitor.get('/console/audit?act=sign-in');
  const location = turned.headers.get('Location') ?? '';
  assert.deepEqual([turned.status, location], [303, '/console/sign-in?to=%2Fconsole%2Faudit%3Fact%3Dsign-in']);
  assert.equal((await visitor.post('/console/staff', { email: 'x@post.example' })).status, 401);
  const to = new URL(location, town.url).searchParams.get('to') ?? '';
  const entered = await visitor.post('/console/sign-in', { email: KIM, password: PASSWORD, to });
  assert.equal(entered.headers.get('Location'), '/console/audit?act=sign-in');
  assert.match(await visitor.page('/console/audit?act=sign-in'), /sign-in/);

  for (const elsewhere of [
    'https://evil.example/console',
    '//evil.example/console',
    '/\\evil.example/console',
    '/archive',
  ]) {
    const answer = await kim.post('/console/sign-in', { email: KIM, password: PASSWORD, to: elsewhere });
    assert.equal(answer.headers.get('Location'), '/console', elsewhere);
  }
});

test('an invited colleague gets a mail, and a second invitation makes the first link void', async (t) => {
  const town = await newsroom(t);
  const admin = await colleague(town, 'admin');
  const email = 'lee@post.example';
  assert.equal((await admin.post('/console/staff', { email, name: 'Lee', role: 'editor' })).status, 303);
  assert.equal((await admin.post('/console/staff', { email, name: 'Lee', role: 'editor' })).status, 409);
  const mistyped = await admin.post('/console/staff', { email: 'mo@', name: 'Mo Lind', role: 'viewer' });
  assert.equal(mistyped.status, 400);
  assert.match(await mistyped.text(), /value="Mo Lind"/, 'what was typed stays');
  const first = linkIn(
    await town.reader(email).receives('You are invited to the newsroom of The Daybreak Post'),
    '/console/',
  );
  const { id = 0 } = (await town.context.people.list()).find((person) => person.email === email) ?? {};
  town.clock.advance(60);
  await admin.post(`/console/staff/${id}/invite`);
  const second = await until('the second link is there', () =>
    town
      .reader(email)
      .post.map((mail) => linkIn(mail, '/console/'))
      .find((link) => link !== first),
  );
  const lee = new Colleague(email, town);
  assert.equal((await lee.get(new URL(first).pathname)).status, 410);
  assert.equal((await lee.post(new URL(second).pathname, { password: PASSWORD })).status, 303);
  assert.match(await lee.page('/console'), /Lee/);
  assert.equal((await lee.get('/console/staff')).status, 403);
});

test('a password is guessed a few times and no more, and not even the right one helps then', async (t) => {
  const town = await newsroom(t);
  await colleague(town, 'admin', KIM);
  const thief = new Colleague(KIM, town);
  const statuses = await Promise.all(Array.from({ length: 30 }, (_, n) => thief.signsIn(`guess number ${n}`)));
  assert.ok(statuses.filter(({ status }) => status === 401).length <= 8);
  const right = await thief.signsIn();
  assert.equal(right.status, 429);
  assert.match(await right.text(), /Too many wrong attempts/);
  const unknown = await new Colleague('nobody@post.example', town).signsIn();
  assert.equal(unknown.status, 401);
  assert.match(await unknown.text(), /do not belong together/);
});

test('with a second factor a password alone lets nobody in; a recovery code works once', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin', KIM);
  assert.equal((await kim.post('/console/account/second-factor', { password: 'wrong' })).status, 401);
  const begun = await (await kim.post('/console/account/second-factor', { password: PASSWORD })).text();
  const secret = /Key: <code>([A-Z2-7 ]+)<\/code>/.exec(begun)?.[1] ?? '';
  const recovery = [...begun.matchAll(/<li><code>([^<]+)<\/code>/g)].map((match) => match[1] ?? '');
  assert.ok(recovery.length >= 8);
  assert.match(begun, /<svg/);
  const hidden = { uri: /name="uri" value="([^"]+)"/.exec(begun)?.[1] ?? '', codes: recovery.join(' ') };
  const mistyped = await kim.post('/console/account/second-factor/on', { code: '000000', ...hidden });
  assert.equal(mistyped.status, 400);
  assert.match(await mistyped.text(), /<svg/, 'the picture is still there');
  const [spare = ''] = recovery;
  assert.equal(
    (await kim.post('/console/account/second-factor/on', { code: spare })).status,
    400,
    'no code of the app',
  );
  const on = await kim.post('/console/account/second-factor/on', { code: codeOf(secret) });
  assert.equal(on.headers.get('Location'), '/console/account');

  const thief = new Colleague(KIM, town);
  const half = await thief.signsIn();
  assert.equal(half.headers.get('Location'), '/console/sign-in/code?to=%2Fconsole');
  assert.equal((await thief.get('/console')).status, 303, 'not in yet');
  assert.equal((await thief.post('/console/sign-in/code', { code: '000000' })).status, 401);
  assert.equal((await thief.get('/console')).status, 303);

  const back = new Colleague(KIM, town);
  await back.signsIn();
  const [code = ''] = recovery;
  assert.equal((await back.post('/console/sign-in/code', { code })).headers.get('Location'), '/console');
  assert.match(await back.page('/console/account'), /Switch off/);
  const twice = new Colleague(KIM, town);
  await twice.signsIn();
  assert.equal((await twice.post('/console/sign-in/code', { code })).status, 401);
});

test('a session that was not ours before signing in is not ours after it', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin', KIM);
  const before = new Map(kim.cookies);
  await kim.signsIn();
  assert.notDeepEqual(kim.cookies, before);
  const planted = new Colleague(KIM, town);
  planted.cookies.set('daybreak.session_token', 'planted.by-somebody-else');
  await planted.signsIn();
  assert.notEqual(planted.cookies.get('daybreak.session_token'), 'planted.by-somebody-else');

  await kim.post('/console/sign-out');
  for (const [name, value] of before) kim.cookies.set(name, value);
  await kim.post('/console/sign-out');
  for (const [name, value] of before) kim.cookies.set(name, value);
  assert.equal((await kim.get('/console')).status, 303, 'signed out on the server, not in the browser alone');
});

test('whoever is no longer staff is out with the next request, and the last admin cannot go', async (t) => {
  const town = await newsroom(t);
  const admin = await colleague(town, 'admin');
  const lee = await colleague(town, 'editor', 'lee@post.example');
  const people = await town.context.people.list();
  const idOf = (email: string) => people.find((person) => person.email === email)?.id;
  await lee.page('/console');
  await admin.post(`/console/staff/${idOf('lee@post.example')}`, { role: 'editor', disabled: 'yes' });
  assert.equal((await lee.get('/console')).status, 303);
  assert.equal((await lee.signsIn()).status, 401);
  assert.equal((await admin.post(`/console/staff/${idOf('admin@post.example')}`, { role: 'viewer' })).status, 409);
  assert.match(await admin.page('/console/audit'), /staff\.change/);
});

test('a form on another site changes nothing', async (t) => {
  const town = await newsroom(t);
  const admin = await colleague(town, 'admin');
  const form = { email: 'lee@post.example', name: 'Lee', role: 'admin' };
  const origins = [{ Origin: 'https://evil.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }];
  for (const headers of [...origins, { Origin: town.url, 'Sec-Fetch-Site': 'same-site' }]) {
    assert.equal((await admin.post('/console/staff', form, headers)).status, 403, JSON.stringify(headers));
  }
  assert.equal((await town.context.people.list()).length, 1);
});

test('a session left open is no place to guess the password, and two admins cannot unmake each other', async (t) => {
  const town = await newsroom(t);
  const [kim, lee] = [await colleague(town, 'admin', KIM), await colleague(town, 'admin', 'lee@post.example')];
  const guesses = Array.from({ length: 12 }, (_, n) =>
    kim.post('/console/account/second-factor/off', { password: `guess ${n}` }),
  );
  for (const guess of guesses) assert.ok([401, 429].includes((await guess).status));
  const right = await kim.post('/console/account/second-factor/off', { password: PASSWORD });
  assert.match(await right.text(), /Too many wrong attempts/);
  assert.match(await lee.page('/console/audit?act=password.refused'), /kim@post/);

  const people = await town.context.people.list();
  const idOf = (email: string) => people.find((person) => person.email === email)?.id;
  const both = await Promise.all([
    kim.post(`/console/staff/${idOf('lee@post.example')}`, { role: 'viewer' }),
    lee.post(`/console/staff/${idOf(KIM)}`, { role: 'viewer' }),
  ]);
  assert.ok(both.some(({ status }) => status !== 303));
  assert.equal((await town.context.people.list()).filter(({ role }) => role === 'admin').length, 1);
});

test('whoever lost phone and password comes back by a new invitation, from the command line if need be', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin', KIM);
  const begun = await (await kim.post('/console/account/second-factor', { password: PASSWORD })).text();
  const secret = /Key: <code>([A-Z2-7 ]+)<\/code>/.exec(begun)?.[1] ?? '';
  await kim.post('/console/account/second-factor/on', { code: codeOf(secret) });
  const link = await town.command('staff', 'add', '--email', KIM, '--role', 'viewer');
  const back = new Colleague(KIM, town);
  await back.post(new URL(link).pathname, { password: 'another harbour kettle seventeen' });
  assert.match(await back.page('/console/account'), /Switch on/);
  assert.equal((await back.get('/console/staff')).status, 200, 'still an admin');
  assert.equal((await kim.get('/console')).status, 303, 'the old session is over');
});

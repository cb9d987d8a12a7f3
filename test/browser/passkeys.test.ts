import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CDPSession, Page } from 'playwright-core';
import { freePort } from '../../src/platform/db/free-port.ts';
import { chromium, observe, violations } from '../support/browser.ts';
import { Colleague, colleague, PASSWORD } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

const KIM = 'kim@post.example';
const LEE = 'lee@post.example';

/** A desk with a browser, and a device that can hold passkeys and knows its owner. */
interface Desk {
  page: Page;
  device: { cdp: CDPSession; authenticatorId: string };
}

/** Browsers make passkeys for names only, and of insecure addresses only for this one. */
async function namedNewsroom(t: TestContext): Promise<Newsroom> {
  const port = String(await freePort());
  return newsroom(t, { env: { PORT: port, BASE_URL: `http://localhost:${port}` } });
}

async function desk(t: TestContext): Promise<Desk> {
  const page = await (await (await chromium(t)).newContext()).newPage();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { page, device: { cdp, authenticatorId } };
}

async function signsIn({ page }: Desk, town: Newsroom, email: string): Promise<void> {
  await page.goto(`${town.context.baseUrl}/console/sign-in?to=/console/account`);
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Your account' }).waitFor();
}

async function addsPasskey({ page }: Desk, name: string): Promise<void> {
  await page.getByLabel('A name to know it by').fill(name);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('cell', { name, exact: true }).waitFor();
}

async function usesPasskey({ page }: Desk, town: Newsroom): Promise<void> {
  await page.goto(`${town.context.baseUrl}/console/sign-in?to=/console/account`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
}

/** The form that the browser sends while this is done. */
async function sentBy({ page }: Desk, path: string, act: () => Promise<void>): Promise<Record<string, string>> {
  const sent = page.waitForRequest((request) => new URL(request.url()).pathname === path);
  await act();
  return Object.fromEntries(new URLSearchParams((await sent).postData() ?? ''));
}

/** The same person with the browser's cookies, as a thief would have them. */
async function withCookiesOf({ page }: Desk, town: Newsroom): Promise<Colleague> {
  const thief = new Colleague('', town);
  for (const { name, value } of await page.context().cookies()) thief.cookies.set(name, value);
  return thief;
}

test('a passkey is added, signs its owner in by itself, and opens nothing once it is removed', async (t) => {
  const town = await namedNewsroom(t);
  const admin = await colleague(town, 'admin', KIM);
  const kim = await desk(t);
  const { complaints } = await observe(kim.page);
  await signsIn(kim, town, KIM);
  await addsPasskey(kim, '<b>Kim’s laptop</b>');
  assert.deepEqual(await violations(kim.page), []);
  const answer = await sentBy(kim, '/console/sign-in/passkey', async () => {
    await kim.page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await kim.page.getByRole('button', { name: 'Sign in with a passkey' }).waitFor();
    assert.deepEqual(await violations(kim.page), []);
    await usesPasskey(kim, town);
    await kim.page.getByRole('heading', { name: 'Your account' }).waitFor();
  });
  const acts = await town.context.audit.list({ before: null, act: null, who: KIM, limit: 9 });
  assert.equal(acts[0]?.act, 'sign-in');
  assert.deepEqual(acts.find(({ act }) => act === 'passkey.add')?.after, { name: '<b>Kim’s laptop</b>' });

  const thief = await withCookiesOf(kim, town);
  for (const name of [...thief.cookies.keys()]) if (name.endsWith('session_token')) thief.cookies.delete(name);
  assert.equal((await thief.post('/console/sign-in/passkey', answer)).status, 401, 'an answer opens once');
  await thief.post('/console/sign-in/passkey/begin');
  assert.equal((await thief.post('/console/sign-in/passkey', answer)).status, 401, 'and answers no other question');
  assert.match(await admin.page('/console/audit?act=sign-in.refused'), /kim@post/);

  await kim.page.getByRole('button', { name: /^Remove/ }).click();
  await kim.page.getByText('opens nothing any more').waitFor();
  await usesPasskey(kim, town);
  await kim.page.getByRole('alert').getByText('opens nothing here').waitFor();
  assert.deepEqual(
    complaints.filter((line) => !line.includes('401')),
    [],
  );
});

test('a passkey asks for the password first when signing in was a while ago', async (t) => {
  const town = await namedNewsroom(t);
  await colleague(town, 'viewer', KIM);
  const kim = await desk(t);
  await signsIn(kim, town, KIM);
  await town.context.pool.query(`update staff_sessions set created_at = created_at - interval '11 minutes'`);
  const { page } = kim;
  await page.reload();
  await page.getByLabel('Your password', { exact: true }).fill('not this one');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('alert').getByText('not your password').waitFor();
  await page.getByLabel('Your password', { exact: true }).fill(PASSWORD);
  await addsPasskey(kim, 'Phone');
  const thief = await withCookiesOf(kim, town);
  const headers = { Accept: 'application/json' };
  const begun = await thief.post('/console/account/passkeys/begin', {}, headers);
  const { code } = (await begun.json()) as { code: string };
  assert.deepEqual([begun.status, code], [401, 'confirm-identity']);
  const [refused] = await town.context.audit.list({ before: null, act: 'password.refused', who: KIM, limit: 1 });
  assert.ok(refused, 'a wrong password is written down');
});

test('a passkey is its owner’s alone, and one that only was touched is none', async (t) => {
  const town = await namedNewsroom(t);
  await colleague(town, 'editor', KIM);
  await colleague(town, 'viewer', LEE);
  const [kim, lee] = [await desk(t), await desk(t)];
  await signsIn(kim, town, KIM);
  await signsIn(lee, town, LEE);
  // Lee's answer is held back, so that its question is still open.
  const ending = '**/console/account/passkeys';
  await lee.page.route(ending, (route) => route.abort());
  const made = await sentBy(lee, '/console/account/passkeys', async () => {
    await lee.page.getByRole('button', { name: 'Add a passkey' }).click();
  });
  const asKim = await withCookiesOf(kim, town);
  await asKim.post('/console/account/passkeys/begin');
  assert.equal((await asKim.post('/console/account/passkeys', made)).status, 401, 'an answer to Lee’s question');
  for (const [name, value] of (await withCookiesOf(lee, town)).cookies) {
    if (name.endsWith('passkey')) asKim.cookies.set(name, value);
  }
  assert.equal((await asKim.post('/console/account/passkeys', made)).status, 401, 'nor with Lee’s question beside it');

  await lee.page.unroute(ending);
  const another = await desk(t);
  await signsIn(another, town, LEE);
  await addsPasskey(another, 'Lee’s phone');
  const { rows } = await town.context.pool.query('select id from staff_passkeys');
  assert.equal(rows.length, 1);
  assert.equal((await asKim.post(`/console/account/passkeys/${rows[0].id}/remove`)).status, 404);
  assert.doesNotMatch(await asKim.page('/console/account'), /Lee’s phone/);

  await another.page.context().clearCookies();
  await usesPasskey(another, town);
  await another.page.getByText(LEE).waitFor();

  await another.page.context().clearCookies();
  const { cdp, authenticatorId } = another.device;
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await another.page.route('**/console/sign-in/passkey/begin', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), userVerification: 'discouraged' } });
  });
  await usesPasskey(another, town);
  await another.page.getByRole('alert').getByText('opens nothing here').waitFor();
});

test('whoever is no longer staff has no passkey, and a new password ends old passkeys and sessions', async (t) => {
  const town = await namedNewsroom(t);
  const admin = await colleague(town, 'admin', KIM);
  await colleague(town, 'editor', LEE);
  const lee = await desk(t);
  await signsIn(lee, town, LEE);
  await addsPasskey(lee, 'Phone');
  const link = await town.command('staff', 'add', '--email', LEE, '--role', 'editor');
  const back = new Colleague(LEE, town);
  assert.equal((await back.post(new URL(link).pathname, { password: PASSWORD })).status, 303);
  await lee.page.reload();
  await lee.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await usesPasskey(lee, town);
  await lee.page.getByRole('alert').getByText('opens nothing here').waitFor();

  await signsIn(lee, town, LEE);
  await addsPasskey(lee, 'Phone again');
  const { id } = (await town.context.people.byEmail(LEE)) ?? {};
  // As if the process had died before it forgot the passkeys.
  await town.context.pool.query('update staff set disabled_at = now() where id = $1', [id]);
  await usesPasskey(lee, town);
  await lee.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  assert.equal((await (await withCookiesOf(lee, town)).get('/console')).status, 303);
  await admin.post(`/console/staff/${id}`, { role: 'editor', disabled: 'yes' });
  await until('no passkey is left', async () => {
    const { rows } = await town.context.pool.query('select from staff_passkeys');
    return rows.length === 0;
  });
});

test('what no browser would send as a passkey is refused in words', async (t) => {
  const town = await namedNewsroom(t);
  const kim = await colleague(town, 'viewer', KIM);
  const answers = [
    '',
    'null',
    '[]',
    '{"id":{"$gt":""}}',
    '{"id":"\\u0000"}',
    '{"id":"x","rawId":"x","type":"public-key"}',
  ];
  const hollow = { id: 'AA', rawId: 'AA', type: 'public-key' };
  const bytes = { clientDataJSON: 'AA', attestationObject: 'AA', authenticatorData: 'AA', signature: 'AA' };
  answers.push(JSON.stringify({ ...hollow, response: bytes }), 'x'.repeat(60_000));
  for (const answer of answers) {
    await kim.post('/console/account/passkeys/begin');
    const added = await kim.post('/console/account/passkeys', { answer, name: 'Phone' });
    assert.equal(added.status, 401, answer.slice(0, 60));
    assert.match(await added.text(), /role="alert"/);
  }
  const visitor = new Colleague('', town);
  for (const [n, answer] of answers.entries()) {
    await visitor.post('/console/sign-in/passkey/begin');
    const { status } = await visitor.post('/console/sign-in/passkey', { answer });
    assert.equal(status, n < 8 ? 401 : 429, answer.slice(0, 60));
  }
});

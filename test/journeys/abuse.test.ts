import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Challenge, solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import type { EmailAddress } from '../../src/kernel/email-address.ts';
import { colleague } from '../support/colleague.ts';
import { dnsServer, type Zone } from '../support/dns.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

const CONFIRM = 'Please confirm your subscription';
const ELSEWHERE = '203.0.113.7';

type Fields = Record<string, unknown>;

const behindProxy = (t: TestContext, env: Record<string, string> = {}) =>
  newsroom(t, { env: { TRUST_PROXY: '1', ...env } });

const signUp = (town: Newsroom, fields: Fields, { ip = ELSEWHERE, accept = 'application/json', form = 1 } = {}) =>
  fetch(`${town.url}/forms/${form}/sign-ups`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: accept, 'X-Forwarded-For': ip },
    body: JSON.stringify(fields),
    redirect: 'manual',
  });

async function tokenOf(town: Newsroom, form = 1): Promise<string> {
  const answer = await fetch(`${town.url}/forms/${form}`, { headers: { Accept: 'application/json' } });
  assert.equal(answer.headers.get('Cache-Control'), 'no-store');
  return ((await answer.json()) as { token: string }).token;
}

/** As somebody has it who takes a moment to type. */
async function typedToken(town: Newsroom): Promise<string> {
  const token = await tokenOf(town);
  town.clock.advance(5);
  return token;
}

interface Problem {
  code: string;
  detail: string;
  challenge: Challenge;
  suggestion?: string;
}
const problemOf = async (answer: Response) => (await answer.json()) as Problem;

async function solved(challenge: Challenge): Promise<string> {
  const solution = await solveChallenge({ challenge, deriveKey });
  return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');
}

const known = async (town: Newsroom): Promise<string[]> =>
  (await town.context.pool.query('select email from subscribers order by id')).rows.map(({ email }) => email);

async function always(town: Newsroom): Promise<void> {
  await town.context.pool.query(`update forms set proof_of_work = 'always'`);
}

async function setRules(town: Newsroom, rules: object): Promise<void> {
  await town.context.rules.changeRules({ disposable: 'flag', asksDns: false, oneGmail: false, ...rules });
}

test('a program that fills in the field nobody sees is answered like everybody, and nothing is stored', async (t) => {
  const town = await newsroom(t);
  const caught = await signUp(town, { email: 'bot@example.org', website_address: 'https://spam.example' });
  const other = await signUp(town, { email: 'ann@example.org', website_address: '' });
  assert.deepEqual([caught.status, await caught.text()], [other.status, await other.text()]);
  for (const filled of [['a', 'b'], { a: 1 }, 7])
    assert.equal((await signUp(town, { email: 'bot@example.org', website_address: filled })).status, 202);
  assert.deepEqual(await known(town), ['ann@example.org']);
  assert.match(
    await (await fetch(`${town.url}/metrics`)).text(),
    /daybreak_sign_ups_stopped_total\{rule="honeypot"\} 4/,
  );
});

test('without a token that is old enough a few may sign up from one network, and then a puzzle is asked for', async (t) => {
  const town = await behindProxy(t);
  const forged = ['', 'x', 'x~y', [1], (await tokenOf(town)).replace('~', 'A~')];
  for (const [n, token] of forged.entries())
    assert.equal((await signUp(town, { email: `a${n}@example.org`, token })).status, 202, String(token));
  const odd: Fields[] = [{}, { token: 'x~y' }, { token: await tokenOf(town) }];
  for (const fields of odd) {
    const answer = await signUp(town, { email: 'b@example.org', ...fields });
    assert.equal(answer.status, 403);
    assert.equal((await problemOf(answer)).code, 'proof-wanted');
  }
  assert.equal((await signUp(town, { email: 'b@example.org', token: await typedToken(town) })).status, 202);
  assert.equal((await signUp(town, { email: 'c@example.org' }, { ip: '198.51.100.7' })).status, 202, 'another network');
  const stale = await typedToken(town);
  town.clock.advance(86_400);
  assert.equal((await signUp(town, { email: 'd@example.org', token: stale })).status, 403, 'a day later');
});

test('a token of one form is none of another', async (t) => {
  const town = await behindProxy(t);
  await town.api('POST', '/forms', { title: 'Two', consent_text: 'Yes.', newsletters: ['daily'] });
  const token = await typedToken(town);
  for (let n = 0; n < 5; n += 1) await signUp(town, { email: `a${n}@example.org`, token }, { form: 2 });
  assert.equal((await signUp(town, { email: 'b@example.org', token }, { form: 2 })).status, 403);
  assert.equal((await signUp(town, { email: 'b@example.org', token }, { form: 1 })).status, 202);
});

test('many sign-ups from one network are asked for a puzzle, however good their tokens; this machine never', async (t) => {
  const town = await behindProxy(t);
  const token = await typedToken(town);
  for (let n = 0; n < 20; n += 1)
    assert.equal((await signUp(town, { email: `a${n}@example.org`, token }, { ip: `203.0.113.${n}` })).status, 202);
  const answer = await signUp(town, { email: 'b@example.org', token });
  assert.equal(answer.status, 403);
  const altcha = await solved((await problemOf(answer)).challenge);
  assert.equal((await signUp(town, { email: 'b@example.org', token, altcha })).status, 202);
  for (let n = 0; n < 40; n += 1)
    assert.equal((await signUp(town, { email: `c${n}@example.org` }, { ip: '127.0.0.1' })).status, 202);
});

test('one address may ask thirty times a minute, one network sixty', async (t) => {
  const town = await behindProxy(t);
  const bad = { email: 'none' };
  const statuses = async (ip: string, times: number) => {
    const all = await Promise.all(Array.from({ length: times }, () => signUp(town, bad, { ip })));
    return all.filter(({ status }) => status === 429).length;
  };
  assert.equal(await statuses('203.0.113.1', 31), 1);
  assert.equal(await statuses('203.0.113.2', 30), 0);
  assert.equal(await statuses('203.0.113.3', 1), 1, 'the /24 has had its sixty');
  assert.equal(await statuses('203.0.114.3', 1), 0);
  for (let n = 1; n <= 2; n += 1) assert.equal(await statuses(`2001:db8:1:2::${n}`, 30), 0);
  assert.equal(await statuses('2001:db8:1:2:ffff::9', 1), 1, 'the /64 too');
});

test('a form that always asks for a puzzle takes each solution once, its own only, and not for ever', async (t) => {
  const town = await newsroom(t);
  await town.api('POST', '/forms', { title: 'Two', consent_text: 'Yes.', newsletters: ['daily'] });
  await always(town);
  const ask = async (form = 1) => (await problemOf(await signUp(town, { email: 'a@example.org' }, { form }))).challenge;
  const altcha = await solved(await ask());
  assert.equal((await signUp(town, { email: 'a@example.org', altcha })).status, 202);
  assert.equal((await signUp(town, { email: 'b@example.org', altcha })).status, 403, 'used');
  const atOnce = await solved(await ask());
  const both = await Promise.all(
    ['c', 'd'].map((name) => signUp(town, { email: `${name}@example.org`, altcha: atOnce })),
  );
  assert.deepEqual(both.map(({ status }) => status).sort(), [202, 403]);
  assert.equal((await signUp(town, { email: 'b@example.org', altcha: await solved(await ask(2)) })).status, 403);

  const { expiresAt = Number.POSITIVE_INFINITY } = (await ask()).parameters;
  assert.ok(expiresAt * 1000 < Date.now() + 11 * 60_000, 'a solution is good for ten minutes');
  const easy = await ask();
  easy.parameters.keyPrefix = '0';
  const old = await ask();
  old.parameters.expiresAt = 1;
  const garbage = ['', 'e30=', 'bnVsbA==', 7, ['a'], 'x'.repeat(9000), await solved(easy), await solved(old)];
  const unsolved = Buffer.from(JSON.stringify({ challenge: await ask(), solution: { counter: -1, derivedKey: 'zz' } }));
  for (const sent of [...garbage, unsolved.toString('base64')])
    assert.equal((await signUp(town, { email: 'b@example.org', altcha: sent })).status, 403, String(sent).slice(0, 20));
  assert.equal((await known(town)).length, 2);
  const page = await signUp(town, { email: 'b@example.org' }, { accept: 'text/html' });
  assert.equal(page.status, 403);
  assert.match(await page.text(), /value="b@example.org".*data-challenge="[^"]+".*needs JavaScript/s);
});

test('an address typed into many forms gets one mail in a while', async (t) => {
  const town = await newsroom(t);
  await town.api('POST', '/forms', { title: 'Two', consent_text: 'Yes.', newsletters: ['daily'] });
  const ann = town.reader('ann@example.org');
  await signUp(town, { email: ann.email });
  await ann.receives(CONFIRM);
  for (const form of [2, 1, 2]) assert.equal((await signUp(town, { email: 'ANN@example.org' }, { form })).status, 202);
  town.clock.advance(16);
  await until('nothing is owed', async () => {
    await town.sweeps();
    return (await town.context.subscribers.owedConfirmations(new Date(8.64e15), 9)).length === 0;
  });
  assert.equal(town.relay.mails.length, 1);
});

test('throw-away domains are refused, flagged or let pass, as the newsroom has it; a role is flagged', async (t) => {
  const town = await newsroom(t);
  const flagsOf = async (email: string) =>
    (await town.context.pool.query('select flags from subscribers where email = $1', [email])).rows[0]?.flags;
  await signUp(town, { email: 'a@mailinator.com' });
  await signUp(town, { email: 'Info@example.org' });
  await signUp(town, { email: 'noreply@sub.mailinator.com' });
  assert.deepEqual(await flagsOf('a@mailinator.com'), ['disposable']);
  assert.deepEqual(await flagsOf('Info@example.org'), ['role']);
  assert.deepEqual(await flagsOf('noreply@sub.mailinator.com'), ['disposable', 'role']);
  await setRules(town, { disposable: 'allow' });
  assert.equal((await signUp(town, { email: 'b@mailinator.com' })).status, 202);
  assert.deepEqual(await flagsOf('b@mailinator.com'), []);
  await setRules(town, { disposable: 'refuse' });
  const answer = await signUp(town, { email: 'c@mailinator.com' });
  assert.equal(answer.status, 400);
  assert.match((await problemOf(answer)).detail, /mailinator\.com last for a few minutes/);
  const kim = await colleague(town, 'viewer');
  assert.match(await kim.page('/console/readers/3'), /throw-away.*shared/is);
});

test('where the DNS is asked, a domain that takes no mail is refused, and one that cannot be asked about is not', async (t) => {
  const zone: Zone = {
    'post.example': { MX: ['10 mail.post.example'] },
    'only-a.example': { A: ['192.0.2.1'] },
    'null-mx.example': { MX: ['0 .'], A: ['192.0.2.1'] },
    'nothing.example': { TXT: ['hello'] },
  };
  const town = await newsroom(t, { env: { DNS_SERVERS: await dnsServer(t, zone) } });
  const statusAt = async (domain: string) => (await signUp(town, { email: `ann@${domain}` })).status;
  assert.equal(await statusAt('null-mx.example'), 202, 'nobody has asked for it');
  await setRules(town, { asksDns: true });
  for (const domain of ['post.example', 'only-a.example']) assert.equal(await statusAt(domain), 202, domain);
  for (const domain of ['null-mx.example', 'nothing.example', 'unknown.example'])
    assert.equal(await statusAt(domain), 400, domain);
  const answer = await signUp(town, { email: 'ann@unknown.example' });
  assert.match((await problemOf(answer)).detail, /unknown\.example takes no mail/);

  zone['post.example'] = { MX: ['0 .'] };
  assert.equal(await statusAt('post.example'), 202, 'remembered');
  zone['slow.example'] = 'silence';
  const begun = performance.now();
  assert.equal(await statusAt('slow.example'), 202);
  assert.equal(await statusAt('new.example'), 202, 'a resolver that is silent is left alone');
  assert.ok(performance.now() - begun < 1900, 'nobody waits longer than a second');
});

test('a slip of the finger is asked about where a person types, and not twice', async (t) => {
  const town = await newsroom(t);
  const token = await typedToken(town);
  const typo = { email: 'Ann.B@gmial.com', token };
  const answer = await problemOf(await signUp(town, typo));
  assert.deepEqual([answer.code, answer.suggestion], ['invalid-input', 'Ann.B@gmail.com']);
  const page = await (await signUp(town, typo, { accept: 'text/html' })).text();
  assert.match(
    page,
    /Did you mean Ann\.B@gmail\.com\?.*name="instead" value="Ann\.B@gmail\.com".*name="sure" value="Ann\.B@gmial\.com"/s,
  );
  assert.equal((await signUp(town, { ...typo, sure: typo.email })).status, 202);
  assert.equal((await signUp(town, { ...typo, instead: 'Ann.B@gmail.com' })).status, 202);
  assert.equal((await signUp(town, { email: 'program@gmial.com' })).status, 202, 'programs are not asked');
  for (const email of ['a@mail.com', 'a@ymail.com', 'a@gmx.com', 'a@live.de', 'a@xn--gmil-0na.com'])
    assert.equal((await signUp(town, { email, token })).status, 202, email);
  assert.deepEqual((await known(town)).slice(0, 3), ['Ann.B@gmial.com', 'Ann.B@gmail.com', 'program@gmial.com']);
});

test('spellings of one mailbox are one reader: case and A-labels always, Gmail’s dots when the newsroom says so', async (t) => {
  const town = await newsroom(t);
  const all = (...emails: string[]) => Promise.all(emails.map((email) => signUp(town, { email })));
  await all('Ann@MÜNCHEN.example', 'ann@xn--mnchen-3ya.example', 'ANN@münchen.example');
  assert.equal((await known(town)).length, 1);
  await all('b.o.b@gmail.com', 'bob@gmail.com');
  assert.equal((await known(town)).length, 3);
  await setRules(town, { oneGmail: true });
  await all('b.o.b@gmail.com', 'bo.b+news@googlemail.com', 'BOB@gmail.com');
  assert.equal((await known(town)).length, 3, 'those of before stay who they are');
  await all('c.y@gmail.com', 'cy@googlemail.com', 'c.y+x@gmail.com');
  assert.equal((await known(town)).length, 4);
  const link = await fetch(`${town.url}/my-link`, {
    method: 'POST',
    body: new URLSearchParams({ email: 'c.y@gmail.com' }),
  });
  assert.ok(link.ok);
  await town.reader('c.y@gmail.com').receives('The link to your newsletters');
  const found = await (await colleague(town, 'viewer')).get('/console/readers?q=c.y%2Bother@googlemail.com');
  assert.match(found.headers.get('Location') ?? '', /^\/console\/readers\/\d+$/, 'staff find them by any');
});

test('sign-ups that come at once are all stored, also when one of them cannot be', async (t) => {
  const town = await newsroom(t);
  const names = Array.from({ length: 300 }, (_, n) => `r${n % 250}@example.org`);
  const answers = await Promise.all(names.map((email) => signUp(town, { email, time_zone: 'Europe/London' })));
  assert.ok(answers.every(({ status }) => status === 202));
  assert.equal((await known(town)).length, 250);
  await until('everybody has one mail', () => town.relay.mails.length === 250);

  // A newsletter that was removed in this moment: the form is remembered for a second.
  const row = (email: string, newsletterId: number) => ({
    ...{ email: email as EmailAddress, emailKey: email, emailHash: Buffer.from(email), timeZone: 'Europe/London' },
    ...{ name: null, newsletterIds: [newsletterId], topicSetId: 1, flags: [], at: town.clock.now() },
    proof: { method: 'form' as const },
  });
  const { recorder } = town.context;
  const stored = await Promise.allSettled([
    recorder.record(row('before@example.org', 1)),
    recorder.record(row('cannot@example.org', 999)),
    recorder.record(row('after@example.org', 1)),
  ]);
  assert.deepEqual(
    stored.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual((await known(town)).slice(250), ['before@example.org', 'after@example.org']);
});

test('what mails somebody, or reads much, may be asked for a few times a minute from one network', async (t) => {
  const town = await behindProxy(t);
  for (const [method, path, most] of [
    ['POST', '/my-link', 10],
    ['POST', '/confirm/AAAA~AAAA/new-link', 10],
    ['POST', '/preferences/AAAA~AAAA/address', 10],
    ['GET', '/preferences/AAAA~AAAA/my-data.json', 20],
  ] as const) {
    const ask = async (ip: string) =>
      (await fetch(town.url + path, { method, headers: { 'X-Forwarded-For': ip }, redirect: 'manual' })).status;
    for (let n = 0; n < most; n += 1) assert.notEqual(await ask(`203.0.113.${n}`), 429, path);
    assert.equal(await ask('203.0.113.99'), 429, path);
    assert.notEqual(await ask('198.51.100.7'), 429, `${path}, from another network`);
  }
});

test('an admin changes the rules, and it is written down', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  const answer = await kim.post('/console/sign-ups', { disposable: 'refuse', asks_dns: 'yes', one_gmail: 'yes' });
  assert.equal(answer.status, 303);
  assert.match(await kim.page('/console/sign-ups'), /Saved/);
  assert.deepEqual(await town.context.rules.kept(), { disposable: 'refuse', asksDns: true, oneGmail: true });
  assert.match(await kim.page('/console/audit'), /sign-ups\.change/);
  for (const disposable of ['', 'x', '<script>']) {
    const refused = await kim.post('/console/sign-ups', { disposable });
    assert.equal(refused.status, 400);
    assert.doesNotMatch(await refused.text(), /<script>/);
  }
  const twice = await kim.post('/console/sign-ups', [
    ['disposable', 'allow'],
    ['disposable', 'flag'],
  ]);
  assert.equal(twice.status, 400);
});

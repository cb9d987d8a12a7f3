import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'cheerio';
import type { EmailAddress } from '../../src/kernel/email-address.ts';
import { preferencesToken } from '../../src/subscribers/preferences-token.ts';
import { sendOwedMail } from '../../src/subscribers/send-account-mail.ts';
import { Colleague, codeOf, colleague, PASSWORD } from '../support/colleague.ts';
import { beside, type Newsroom, newsroom } from '../support/newsroom.ts';
import { linkIn, type Reader } from '../support/reader.ts';
import { until } from '../support/until.ts';

const NEW = 'Please confirm your new address';
const OLD = 'Your address is about to change';
const DAY_S = 86_400;

test('a change of address is made from the new one and can be undone from the old one', async (t) => {
  const { town, ann, own } = await subscribed(t);
  const work = town.reader('ann@work.example');
  assert.equal((await asks(own, ' ann@WORK.example')).status, 303);
  const [toNew, toOld] = await Promise.all([work.receives(NEW), ann.receives(OLD)]);
  assert.doesNotMatch(toNew.raw, /ann@example\.org/, 'a stranger’s inbox learns nothing of the old address');
  assert.doesNotMatch(toNew.raw, /List-Unsubscribe/, 'nor may it end the subscriptions');
  assert.doesNotMatch(toOld.parsed.text ?? '', /ann@work/, 'nor is the new one told whole');

  const move = onTown(town, linkIn(toNew, '/change-of-address/'));
  const keep = onTown(town, linkIn(toOld, '/keep-address/'));
  for (const link of [move, keep]) for (const method of ['GET', 'HEAD', 'OPTIONS']) await fetch(link, { method });
  assert.deepEqual(await town.states(work.email), {}, 'looking changes nothing');
  for (const [token, path] of [
    [move, 'keep-address'],
    [keep, 'change-of-address'],
  ] as const)
    assert.equal((await fetch(`${town.url}/${path}/${token.pathname.split('/').at(-1)}`)).status, 404);

  for (let i = 0; i < 2; i += 1)
    assert.match(await (await fetch(move, { method: 'POST' })).text(), /Your address is changed/);
  assert.deepEqual(await town.states(work.email), { daily: 'active', breaking: 'active' });
  assert.deepEqual(await town.states(ann.email), {});
  const alert = await town.alert({ headline: 'Harbour closed', text: 'Ice.' });
  await town.settles();
  assert.equal((await town.edition(alert)).counts.accepted, 1);
  assert.deepEqual(
    work.inbox.map(({ parsed }) => parsed.subject),
    [NEW, 'Harbour closed'],
  );

  for (let i = 0; i < 2; i += 1)
    assert.match(await (await fetch(keep, { method: 'POST' })).text(), /Your address stays/);
  assert.deepEqual(await town.states(ann.email), { daily: 'active', breaking: 'active' });
  assert.equal((await fetch(move, { method: 'POST' })).status, 410, 'what was stopped stays stopped');
  const locked = await asks(own, 'ann@elsewhere.example');
  assert.equal(locked.status, 409);
  assert.match(await locked.text(), /was stopped from your address/);
});

test('links left behind in an old mailbox stop mail, and open and tell nothing else', async (t) => {
  const { town, ann, own } = await subscribed(t);
  const leave = await town.leavingLink(ann);
  town.clock.advance(60);
  await asks(own, 'ann@work.example');
  const toOld = await ann.receives(OLD);
  const work = town.reader('ann@work.example');
  await fetch(onTown(town, linkIn(await work.receives(NEW), '/change-of-address/')), { method: 'POST' });
  for (const path of ['', '/my-data.json', '/address', '/erase']) {
    const answer = await fetch(own + path, { headers: { Accept: 'text/html' } });
    assert.equal(answer.status, 410, path);
    assert.doesNotMatch(await answer.text(), /ann@work/);
  }
  assert.equal((await fetch(`${own}/erase`, { method: 'POST' })).status, 410);
  assert.equal((await fetch(own, { method: 'POST', body: new URLSearchParams() })).status, 410);
  const question = await (await fetch(leave)).text();
  assert.doesNotMatch(question, /ann@work|\/preferences\//);
  await fetch(`${town.url}/my-link`, { method: 'POST', body: new URLSearchParams({ email: work.email }) });
  const fresh = onTown(town, linkIn(await work.receives('The link to your newsletters'), '/preferences/'));
  assert.equal((await fetch(fresh)).status, 200);

  await fetch(onTown(town, linkIn(toOld, '/keep-address/')), { method: 'POST' });
  assert.equal((await fetch(own)).status, 200, 'whoever keeps the address keeps the links to it');
  await fetch(leave, { method: 'POST' });
  assert.deepEqual(await town.states(ann.email), { daily: 'unsubscribed', breaking: 'unsubscribed' });
});

test('whoever types an address into a form without confirming it keeps nobody from it', async (t) => {
  const { town, ann, own } = await subscribed(t);
  await town.reader('ann@work.example').signsUp();
  await asks(own, 'ann@work.example');
  const move = linkIn(await town.reader('ann@work.example').receives(NEW), '/change-of-address/');
  assert.equal((await fetch(onTown(town, move), { method: 'POST' })).status, 200);
  assert.deepEqual(await town.states('ann@work.example'), { daily: 'active', breaking: 'active' });

  await town.reader(ann.email).signsUp();
  const keep = onTown(town, linkIn(await ann.receives(OLD), '/keep-address/'));
  for (let i = 0; i < 2; i += 1)
    assert.match(await (await fetch(keep, { method: 'POST' })).text(), /Your address stays/);
  assert.deepEqual(await town.states(ann.email), { daily: 'active', breaking: 'active' });
  assert.deepEqual(await town.states('ann@work.example'), {});
});

test('whoever presses twice at once is told both times that it is done', async (t) => {
  const { town, ann, own } = await subscribed(t);
  await asks(own, 'ann@work.example');
  const move = onTown(town, linkIn(await town.reader('ann@work.example').receives(NEW), '/change-of-address/'));
  const keep = onTown(town, linkIn(await ann.receives(OLD), '/keep-address/'));
  for (const link of [move, keep]) {
    const answers = await Promise.all([1, 2, 3].map(() => fetch(link, { method: 'POST' })));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
      link.pathname.split('/')[1],
    );
  }
  assert.equal((await town.states(ann.email)).daily, 'active');
});

test('two who want each other’s address at the same moment are both answered', async (t) => {
  const town = await newsroom(t);
  for (let round = 0; round < 4; round += 1) {
    const pair = [town.reader(`a${round}@example.org`), town.reader(`b${round}@example.org`)] as const;
    await Promise.all(pair.map((reader) => reader.signsUp()));
    const links = await Promise.all(
      [pair, pair.toReversed()].map(async ([from, to]) => {
        const id = (await town.context.readers.idOf(from?.email ?? '')) ?? 0;
        const own = `${town.url}/preferences/${town.context.tokens.seal('preferences', [id])}`;
        assert.equal((await asks(own, to?.email ?? '')).status, 303);
        return onTown(town, linkIn((await to?.receives(NEW)) as never, '/change-of-address/'));
      }),
    );
    const answers = await Promise.all(links.map((link) => fetch(link, { method: 'POST' })));
    const statuses = answers.map(({ status }) => status).sort();
    assert.equal(statuses[0], 200);
    assert.ok([404, 410].includes(statuses[1] ?? 0), `the other is told that it is over, not ${statuses[1]}`);
  }
});

test('where all spellings of a Gmail address are one reader, another spelling of theirs is taken', async (t) => {
  const { town, own } = await subscribed(t);
  await town.context.rules.changeRules({ disposable: 'flag', asksDns: false, oneGmail: true });
  const bob = await town.reader('b.o.b@gmail.com').subscribes();
  assert.equal((await asks(own, 'bo.b+news@googlemail.com')).status, 303);
  const typed = town.reader('bo.b+news@googlemail.com');
  const theirs = await typed.receives('The link to your newsletters');
  const shown = await (await fetch(onTown(town, linkIn(theirs, '/preferences/')))).text();
  assert.match(shown, /b\.o\.b@gmail\.com/, 'whoever has the mailbox gets their own link');
  await quiet(town);
  assert.deepEqual([typed.post.length, bob.post.length], [1, 1]);

  town.clock.advance(60);
  await asks(own, 'a.nn@gmail.com');
  const move = onTown(town, linkIn(await town.reader('a.nn@gmail.com').receives(NEW), '/change-of-address/'));
  assert.equal((await fetch(move, { method: 'POST' })).status, 200);
  const { rows } = await town.context.pool.query('select email, email_key from subscribers order by id');
  assert.deepEqual(rows[0], { email: 'a.nn@gmail.com', email_key: 'ann@gmail.com' });
  await town.reader('an.n@gmail.com').signsUp();
  assert.equal(
    (await town.context.pool.query('select from subscribers')).rows.length,
    2,
    'and is one reader from then on',
  );

  town.clock.advance(11 * 60);
  const [{ id }] = (await town.context.pool.query('select id from subscribers order by id')).rows;
  const moved = `${town.url}/preferences/${preferencesToken(id, town.context.tokens, town.context.clock.now())}`;
  await asks(moved, 'ann+work@gmail.com');
  const again = await town.reader('ann+work@gmail.com').receives(NEW);
  const keep = onTown(town, linkIn(await town.reader('a.nn@gmail.com').receives(OLD), '/keep-address/'));
  assert.equal((await fetch(onTown(town, linkIn(again, '/change-of-address/')), { method: 'POST' })).status, 200);
  assert.equal((await fetch(keep, { method: 'POST' })).status, 200);
  const [back] = (await town.context.pool.query('select email from subscribers order by id')).rows;
  assert.equal(back.email, 'a.nn@gmail.com', 'a spelling is given back too');
  assert.equal((await fetch(moved)).status, 200, 'with the links to it');
  assert.equal((await fetch(own)).status, 410, 'and without those to the address before');
});

test('an address that was suppressed meanwhile is not moved to; its owner is told of a change for as long as it can be stopped', async (t) => {
  const { town, ann, own } = await subscribed(t);
  const work = town.reader('ann@work.example');
  await asks(own, work.email);
  const move = onTown(town, linkIn(await work.receives(NEW), '/change-of-address/'));
  const kim = await colleague(town, 'admin');
  await kim.post('/console/suppressions', { address: work.email, reason: 'asked us to' });
  assert.equal((await fetch(move, { method: 'POST' })).status, 410);
  assert.equal((await town.states(ann.email)).daily, 'active');

  const bob = await town.reader('bob@example.org').subscribes();
  const id = (await town.context.readers.idOf(bob.email)) ?? 0;
  const next = { email: 'bob@work.example' as EmailAddress, key: 'bob@work.example', hash: Buffer.alloc(32) };
  await town.context.addresses.ask(id, next, town.clock.now());
  town.clock.advance(13 * DAY_S);
  await town.sweeps();
  await bob.receives(OLD);
  await quiet(town);
  assert.equal(town.reader(next.email).post.length, 0, 'two days are over');
});

test('a chain of changes ends where the first old address says', async (t) => {
  const { town, ann, own } = await subscribed(t);
  const [one, two] = [town.reader('one@thief.example'), town.reader('two@thief.example')];
  for (const next of [one, two]) {
    await asks(own, next.email);
    const mail = await next.receives(NEW);
    await fetch(onTown(town, linkIn(mail, '/change-of-address/')), { method: 'POST' });
    town.clock.advance(60);
  }
  assert.equal((await town.states(two.email)).daily, 'active');
  const theirs = onTown(town, linkIn(await one.receives(OLD), '/keep-address/'));
  await fetch(onTown(town, linkIn(await ann.receives(OLD), '/keep-address/')), { method: 'POST' });
  assert.equal((await town.states(ann.email)).daily, 'active');
  await fetch(theirs, { method: 'POST' });
  assert.equal((await town.states(ann.email)).daily, 'active');
});

test('asking for an address says the same whoever has it, and writes to nobody twice', async (t) => {
  const { town, ann, own } = await subscribed(t);
  const bob = await town.reader('bob@example.org').subscribes();
  const cas = town.reader('cas@example.org');
  const kim = await colleague(town, 'admin');
  await kim.post('/console/suppressions', { address: cas.email, reason: 'asked us to' });
  const answers = [];
  for (const email of [bob.email, cas.email, 'dan@example.org', 'dan@example.org', bob.email]) {
    const answer = await asks(own, email);
    answers.push([answer.status, answer.headers.get('Location'), await answer.text()]);
    town.clock.advance(60);
  }
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  await quiet(town);
  assert.equal(cas.post.length, 0);
  assert.deepEqual(bob.post.map(({ parsed }) => parsed.subject).slice(1), ['The link to your newsletters']);
  assert.equal((await asks(own, 'eve@example.org')).status, 409, 'five a day are enough');
  assert.equal((await asks(own, ann.email)).status, 400);
  const bad = await asks(own, '"><script>alert(1)</script>');
  assert.equal(bad.status, 400);
  const shown = load(await bad.text());
  assert.equal(shown('script').length, 0);
  assert.equal(shown('#email').val(), '"><script>alert(1)</script>');
  assert.deepEqual(await town.states(ann.email), { daily: 'active', breaking: 'active' });
});

test('however many readers want to move to one address at once, it gets one mail', async (t) => {
  const town = await newsroom(t);
  const readers = Array.from({ length: 8 }, (_, n) => `r${n}@example.org`);
  await town.imports('daily', readers);
  const owed = await Promise.all(
    readers.map(async (email) => {
      const id = (await town.context.readers.idOf(email)) ?? 0;
      const target = { email: 'dan@example.org' as EmailAddress, key: 'dan@example.org', hash: Buffer.alloc(16) };
      return (await town.context.addresses.ask(id, target, town.clock.now()))[0] ?? 0;
    }),
  );
  await Promise.all(owed.map((mailId) => sendOwedMail(mailId, town.context)));
  assert.equal(town.reader('dan@example.org').post.length, 1);
});

test('links to change an address end, and addresses given up are forgotten', async (t) => {
  const { town, ann, own } = await subscribed(t);
  const work = town.reader('ann@work.example');
  await asks(own, work.email);
  const [toNew, toOld] = await Promise.all([work.receives(NEW), ann.receives(OLD)]);
  town.clock.advance(2 * DAY_S + 1);
  assert.equal((await fetch(onTown(town, linkIn(toNew, '/change-of-address/')), { method: 'POST' })).status, 410);
  town.clock.advance(13 * DAY_S);
  assert.equal((await fetch(onTown(town, linkIn(toOld, '/keep-address/')), { method: 'POST' })).status, 410);
  const { upkeep } = await import('../../src/platform/queue/jobs.ts');
  await town.context.jobs.wake(upkeep, {});
  await until('the change is forgotten', async () => {
    const { rows } = await town.context.pool.query('select from address_changes');
    return rows.length === 0;
  });
  town.clock.advance(16 * DAY_S);
  await town.context.jobs.wake(upkeep, {});
  await until('what was mailed is forgotten', async () => {
    const { rows } = await town.context.pool.query('select from account_mails');
    return rows.length === 0;
  });
});

test('all that is known of a reader is one file, with no key in it and nobody else', async (t) => {
  const { town, ann, own } = await subscribed(t);
  await town.reader('bob@example.org').subscribes();
  const alert = await town.alert({ headline: 'Harbour closed', text: 'Ice.' });
  await town.settles();
  assert.equal((await town.edition(alert)).counts.accepted, 2);
  await town.context.pool.query(
    `update subscribers set name = 'Ann', flags = '{role}', paused_at = $2, paused_until = $3 where email = $1`,
    [ann.email, '2026-11-20T12:00:00Z', '2026-12-01T00:00:00Z'],
  );
  await asks(own, 'ann@work.example');
  const keep = onTown(town, linkIn(await ann.receives(OLD), '/keep-address/'));
  assert.equal((await fetch(keep, { method: 'POST' })).status, 200);
  const answer = await fetch(`${own}/my-data.json`);
  assert.match(answer.headers.get('Content-Disposition') ?? '', /attachment; filename=my-data.json/);
  assert.match(answer.headers.get('Content-Type') ?? '', /^application\/json/);
  assert.equal(answer.headers.get('Cache-Control'), 'no-store');
  const text = await answer.text();
  const data = JSON.parse(text);
  assert.equal(data.reader.email, ann.email);
  const { name, noted_at_sign_up, paused_at, paused_until } = data.reader;
  assert.deepEqual([name, noted_at_sign_up], ['Ann', ['role']]);
  assert.deepEqual([paused_at, paused_until], ['2026-11-20T12:00:00.000Z', '2026-12-01T00:00:00.000Z']);
  for (const key of ['reader_since', 'time_zone']) assert.ok(data.reader[key], key);
  const [{ asked_at, stopped_at, ...change }, ...others] = data.address_changes;
  assert.ok(asked_at && stopped_at);
  assert.deepEqual(change, { old_address: ann.email, new_address: 'ann@work.example', moved_at: null });
  assert.deepEqual(others, []);
  assert.deepEqual(
    data.subscriptions.map((s: { newsletter: string }) => s.newsletter),
    ['Daily digest', 'Breaking news'],
  );
  assert.deepEqual(data.mails.count, { accepted: 1 });
  assert.equal(data.mails.list[0].subject, 'Harbour closed');
  assert.ok(
    data.consents.some(({ kind, wording }: { kind: string; wording: string }) => kind === 'requested' && wording),
  );
  assert.doesNotMatch(text, /bob@|~|hash|token/);
});

test('a reader erases themselves with one press, and no sooner', async (t) => {
  const { town, ann, own } = await subscribed(t);
  const asked = await fetch(`${own}/erase`);
  assert.match(await asked.text(), /Erase everything we know of you/);
  assert.equal((await town.states(ann.email)).daily, 'active');
  const done = await fetch(`${own}/erase`, { method: 'POST' });
  assert.equal(done.status, 200);
  assert.match(await done.text(), /You are erased/);
  assert.deepEqual(await town.states(ann.email), {});
  for (const path of ['', '/erase', '/address', '/my-data.json']) assert.equal((await fetch(own + path)).status, 404);
  const { rows } = await town.context.pool.query(
    'select (select count(*) from subscribers) + (select count(*) from consent_events) + (select count(*) from account_mails) as left',
  );
  assert.equal(Number(rows[0].left), 0);
});

test('after a change of the secret old links work and a suppressed address is known', async (t) => {
  const { town, ann, own } = await subscribed(t);
  const kim = await colleague(town, 'admin');
  await kim.post('/console/suppressions', { address: 'cas@example.org', reason: 'asked us to' });
  const { DAYBREAK_SECRET: old = '' } = town.env;
  const env = {
    ...town.env,
    DAYBREAK_SECRET: 'quite another secret of thirty-two bytes',
    DAYBREAK_OLD_SECRETS: JSON.stringify([old]),
  };
  const later = await beside(t, Object.assign(Object.create(town), { env }));
  assert.equal((await fetch(new URL(new URL(own).pathname, later.url))).status, 200);
  await later.reader('cas@example.org').signsUp();
  assert.equal((await fetch(onTown(later, await town.leavingLink(ann)), { method: 'POST' })).status, 200);
  assert.equal((await later.states(ann.email)).daily, 'unsubscribed');
  const again = await later.context.suppressions.byHash(later.context.tokens.mac('suppression', 'cas@example.org'));
  assert.equal(again?.reason, 'asked us to');
  await quiet(town);
  assert.equal(town.reader('cas@example.org').post.length, 0);
});

test('after a change of the secret staff sign in again, with the second factor they have', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  const begun = await (await kim.post('/console/account/second-factor', { password: PASSWORD })).text();
  const secret = /Key: <code>([A-Z2-7 ]+)<\/code>/.exec(begun)?.[1] ?? '';
  const [, recovery = ''] = /<li><code>([^<]+)<\/code>/.exec(begun) ?? [];
  await kim.post('/console/account/second-factor/on', { code: codeOf(secret) });
  const env = { ...town.env, DAYBREAK_SECRET: 'quite another secret of thirty-two bytes' };
  const DAYBREAK_OLD_SECRETS = JSON.stringify([town.env.DAYBREAK_SECRET]);
  const later = await beside(t, Object.assign(Object.create(town), { env: { ...env, DAYBREAK_OLD_SECRETS } }));
  const back = new Colleague(kim.email, later);
  for (const [name, value] of kim.cookies) back.cookies.set(name, value);
  assert.equal((await back.get('/console')).status, 303, 'the session is over');
  assert.match((await back.signsIn()).headers.get('Location') ?? '', /sign-in\/code/);
  const entered = await back.post('/console/sign-in/code', { code: recovery });
  assert.equal(entered.headers.get('Location'), '/console');
});

async function subscribed(t: Parameters<typeof newsroom>[0]): Promise<{ town: Newsroom; ann: Reader; own: string }> {
  const town = await newsroom(t);
  const ann = await town.reader('ann@example.org').subscribes();
  const page = await (await fetch(await ann.confirmLink())).text();
  const path = load(page)('main a').attr('href') ?? '';
  return { town, ann, own: onTown(town, path).href };
}

const asks = (own: string, email: string): Promise<Response> =>
  fetch(`${own}/address`, {
    ...{ method: 'POST', body: new URLSearchParams({ email }), redirect: 'manual' },
    headers: { Accept: 'text/html' },
  });

/** Mails carry the public address; the test's own server answers for it. */
const onTown = (town: Newsroom, url: string): URL => new URL(new URL(url).pathname, town.url);

/** Waits until nothing is owed to anybody. */
async function quiet(town: Newsroom): Promise<void> {
  town.clock.advance(16);
  await until('no mail is owed', async () => {
    const now = town.clock.now();
    const { optIn, subscribers } = town.context;
    const owed = await Promise.all([optIn.owedMails(now, 10), subscribers.owedConfirmations(now, 10)]);
    if (owed.flat().length > 0) await town.sweeps();
    return owed.flat().length === 0;
  });
}

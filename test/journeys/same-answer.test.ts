import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Newsroom, newsroom, onBothQueues } from '../support/newsroom.ts';
import { overhear } from '../support/statements.ts';
import { until } from '../support/until.ts';

const CONFIRM = 'Please confirm your subscription';
const REMIND = 'You are already subscribed';

onBothQueues('nobody learns from the form who is a reader', async (t, queue) => {
  const town = await newsroom(t, { queue });
  await town.reader('pending@example.org').signsUp();
  await town.reader('pending@example.org').receives(CONFIRM);
  await town.reader('active@example.org').subscribes();
  const left = await town.reader('left@example.org').subscribes();
  await fetch(await town.leavingLink(left), { method: 'POST' });
  await town.imports('daily', ['dead@example.org']);
  town.relay.refuses('dead@example.org', '550 5.1.1 no such user');
  await town.publishes({ headline: 'Library lends seeds' });
  await town.digestNow();
  await town.settles();
  town.relay.accepts('dead@example.org');
  town.clock.advance(3600);

  const readers = ['new', 'pending', 'active', 'left', 'dead'].map((name) => town.reader(`${name}@example.org`));
  const before = new Map(readers.map((reader) => [reader, reader.post.length]));
  for (const accept of ['application/json', 'text/html', '*/*']) {
    const answers = [];
    for (const { email } of readers) answers.push(await signUp(town, email, accept));
    const [first] = answers;
    assert.equal(first?.status, accept === 'text/html' ? 303 : 202);
    for (const answer of answers) assert.deepEqual(answer, first);
  }

  await nothingIsOwed(town);
  const got = readers.map((reader) => reader.post.slice(before.get(reader)).map(({ parsed }) => parsed.subject));
  assert.deepEqual(got, [[CONFIRM], [CONFIRM], [REMIND], [CONFIRM], []]);
  assert.deepEqual(await town.states('active@example.org'), { daily: 'active', breaking: 'active' });
  assert.deepEqual(await town.states('left@example.org'), { daily: 'pending', breaking: 'pending' });
});

onBothQueues('however often an address is typed in, it gets one mail in a while', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const ann = town.reader('ann@example.org');
  for (let i = 0; i < 3; i += 1) await ann.signsUp();
  await nothingIsOwed(town);
  await Promise.all(
    ['ANN@example.org', 'Ann@Example.Org', ' ann@example.org'].map((email) => signUp(town, email, '*/*')),
  );
  await nothingIsOwed(town);
  assert.equal(town.relay.mails.length, 1);

  town.clock.advance(10 * 60);
  await ann.signsUp();
  await nothingIsOwed(town);
  assert.equal(ann.post.length, 2, 'later, one who lost the first mail gets another');
});

test('the same statements are run for everybody, in number and in words', async (t) => {
  // Without workers: what is heard is the request's own.
  const town = await newsroom(t, { workers: 'elsewhere' });
  const { subscribers, suppressions, tokens, clock, pool } = town.context;
  const at = (state: string) => `${state}@example.org`;
  await town.imports('daily', ['active', 'left', 'dead'].map(at));
  await signUp(town, at('pending'), '*/*');
  const left = (await town.context.readers.idOf(at('left'))) ?? 0;
  await subscribers.end(left, 'all', { method: 'link' }, clock.now());
  await suppressions.add(tokens.mac('suppression', at('dead')), 'bounced 5.1.1', clock.now());
  const heard = overhear(pool);
  const statements = new Map<string, string[]>();
  for (const state of ['warm', 'new', 'pending', 'active', 'left', 'dead']) {
    heard();
    await signUp(town, at(state), 'application/json');
    statements.set(
      state,
      heard().map(({ text }) => text),
    );
  }
  const expected = statements.get('new') ?? [];
  assert.ok(expected.some((text) => /insert into consent_events/.test(text)));
  for (const [state, own] of statements) if (state !== 'warm') assert.deepEqual(own, expected, state);
});

test('nobody is answered sooner than anybody could be told apart', async (t) => {
  const town = await newsroom(t);
  await town.reader('active@example.org').subscribes();
  for (const email of ['new@example.org', 'active@example.org', 'new@example.org']) {
    const asked = performance.now();
    await signUp(town, email, 'application/json');
    assert.ok(performance.now() - asked >= 19, email);
  }
});

/** Everything of the answer that a stranger could compare. */
async function signUp(town: Newsroom, email: string, accept: string) {
  const response = await fetch(`${town.url}/forms/1/sign-ups`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: accept },
    body: JSON.stringify({ email, newsletters: ['daily', 'breaking'] }),
    redirect: 'manual',
  });
  const headers = [...response.headers].filter(([name]) => name !== 'date');
  return { status: response.status, headers, body: await response.text() };
}

/** Waits until every sign-up has had its mail, or been judged to need none. */
async function nothingIsOwed(town: Newsroom): Promise<void> {
  // Longer than the sweep leaves to the queue: a sign-up in the moment of another's mail is found by it.
  town.clock.advance(16);
  await until('no confirmation is owed', async () => {
    const owed = await town.context.subscribers.owedConfirmations(new Date(8.64e15), 100);
    if (owed.length > 0) await town.sweeps();
    return owed.length === 0;
  });
}

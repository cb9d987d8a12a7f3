import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { foreignSite } from '../support/browser.ts';
import { type Colleague, colleague, PASSWORD } from '../support/colleague.ts';
import { dsn } from '../support/dsn.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

const WORDS = {
  newsletter: 'breaking',
  headline: 'Storm closes the bridge',
  text: 'Both ways, until Friday.',
  url: '',
};
const FRIDAY_NIGHT = '2026-11-20T23:30:00Z';

async function desk(t: TestContext, options = {}): Promise<{ town: Newsroom; kim: Colleague }> {
  const town = await newsroom(t, options);
  return { town, kim: await colleague(town, 'admin') };
}

/** Writes and releases an alert. @returns its id */
async function breaks(kim: Colleague, words: Partial<typeof WORDS> = {}, how: Record<string, string> = {}) {
  const begun = await kim.post('/console/alerts', { newsletter: 'breaking' });
  const place = begun.headers.get('Location') ?? '';
  await saves(kim, place, words);
  return releases(kim, place, how);
}

const wordingOn = async (kim: Colleague, place: string): Promise<string> =>
  /name="wording" value="(\d+)"/.exec(await kim.page(place))?.[1] ?? '';

async function saves(kim: Colleague, place: string, words: Record<string, string>): Promise<void> {
  const saved = await kim.post(place, { ...WORDS, ...words, wording: await wordingOn(kim, place) });
  assert.equal(saved.status, 303);
}

async function releases(kim: Colleague, place: string, how: Record<string, string> = {}): Promise<number> {
  const answer = await kim.post(`${place}/release`, { wording: await wordingOn(kim, place), ...how });
  assert.equal(answer.status, 303, await answer.text());
  return Number(place.split('/').at(-1));
}

const readers = (count: number) => Array.from({ length: count }, (_, n) => `r${n}@example.org`);

test('in quiet hours an alert waits for the reader’s morning, is dropped, or goes out because it cannot wait', async (t) => {
  const { town, kim } = await desk(t, { now: FRIDAY_NIGHT });
  await town.api('PATCH', '/newsletters/breaking', { quiet_from: '22:00', quiet_until: '07:00' });
  await town.reader('ann@example.org').subscribes(['breaking'], 'Europe/London');
  await town.reader('bob@example.org').subscribes(['breaking'], 'America/New_York');
  const first = await breaks(kim);
  await town.reaches(first, { audience: 2, accepted: 1, deferred: 1 });
  assert.equal(town.reader('bob@example.org').inbox.length, 1, 'it is half past six in New York');
  await town.clock.set('2026-11-21T06:59:00Z');
  await town.sweeps();
  await town.reaches(first, { audience: 2, accepted: 1, deferred: 1 });
  town.clock.set('2026-11-21T07:00:30Z');
  await town.sweeps();
  await town.reaches(first, { audience: 2, accepted: 2 });

  town.clock.set('2026-11-21T23:30:00Z');
  await town.api('PATCH', '/newsletters/breaking', { quiet_rule: 'drop' });
  const second = await breaks(kim, { headline: 'Bridge still shut' });
  await town.reaches(second, { audience: 2, accepted: 1, skipped: 1 });
  assert.match(await kim.page(`/console/editions/${second}?state=skipped`), /quiet hours/);
  const third = await breaks(kim, { headline: 'Leave your houses' }, { over_quiet: 'yes' });
  await town.reaches(third, { audience: 2, accepted: 2 });
  assert.match(await kim.page('/console/audit?act=alert.release'), /&#34;overQuiet&#34;:true/);
});

test('nobody gets more alerts a day than are enough, unless an editor says so, and that is written down', async (t) => {
  const { town, kim } = await desk(t);
  await town.api('PATCH', '/newsletters/breaking', { alerts_per_day: 1 });
  await town.imports('breaking', ['ann@example.org', 'bob@example.org']);
  town.relay.refuses('bob@example.org', '552 5.2.2 mailbox full');
  const first = await breaks(kim);
  await town.reaches(first, { audience: 2, accepted: 1, failed: 1 });
  town.relay.accepts('bob@example.org');
  const second = await breaks(kim, { headline: 'Ferry runs instead' });
  await town.reaches(second, { audience: 2, accepted: 1, skipped: 1 });
  assert.equal(town.reader('bob@example.org').inbox.length, 1, 'who got nothing has not had enough');
  assert.match(
    await kim.page(`/console/editions/${second}?state=skipped`),
    /ann@example\.org.*had enough alerts today/s,
  );
  const third = await breaks(kim, { headline: 'Bridge open again' }, { over_cap: 'yes' });
  await town.reaches(third, { audience: 2, accepted: 2 });
  assert.match(await kim.page('/console/audit?act=alert.release'), /&#34;overCap&#34;:true/);
  town.clock.advance(24 * 3600 + 1);
  const fourth = await breaks(kim, { headline: 'A new day' });
  await town.reaches(fourth, { audience: 2, accepted: 2 });
});

test('a correction goes to exactly those who have the wrong text, below the mail that was wrong', async (t) => {
  const { town, kim } = await desk(t);
  const everybody = readers(40);
  await town.imports('breaking', everybody);
  for (const email of everybody.slice(20)) town.relay.refuses(email, '451 4.2.0 later');
  const wrong = await breaks(kim);
  await town.reaches(wrong, { audience: 40, accepted: 20, deferred: 20 });
  const begun = await kim.post(`/console/editions/${wrong}/correct`);
  assert.equal(begun.status, 303, await begun.text());
  assert.equal((await town.edition(wrong)).status, 'cancelled', 'nobody else gets what is wrong');
  const place = begun.headers.get('Location') ?? '';
  assert.match(await kim.page(place), /For the 20 readers/);
  for (const email of everybody) town.relay.accepts(email);
  await town.imports('breaking', ['new@example.org']);
  await town.reader('r3@example.org').unsubscribesByOneClick();
  const unsaid = await kim.post(`${place}/release`, { wording: '1' });
  assert.equal(unsaid.status, 400, 'what was wrong must be said');
  await saves(kim, place, {
    headline: 'Storm closes one lane',
    text: 'Traffic alternates.',
    wrong: 'The bridge is open.',
  });
  const correction = await releases(kim, place);
  await town.reaches(correction, { audience: 20, accepted: 19, skipped: 1 });

  const [first, second, ...more] = town.reader('r0@example.org').inbox;
  assert.equal(more.length, 0);
  assert.equal(second?.parsed.subject, 'Correction: Storm closes one lane');
  assert.equal(second?.parsed.inReplyTo, first?.parsed.messageId);
  assert.deepEqual([second?.parsed.references].flat(), [first?.parsed.messageId]);
  const { text = '', html } = second?.parsed ?? {};
  for (const word of ['The bridge is open.', 'Storm closes the bridge', 'Traffic alternates.'])
    assert.ok(text.includes(word) && String(html).includes(word), word);
  for (const email of [...everybody.slice(20), 'new@example.org'])
    assert.equal(town.reader(email).inbox.length, 0, email);
  assert.equal(town.reader('r3@example.org').inbox.length, 1, 'who has left gets nothing more');
});

test('in a rehearsal only staff are mailed, and readers lose nothing by it', async (t) => {
  const { town, kim } = await desk(t);
  await town.reader('ann@example.org').subscribes();
  await town.imports('breaking', [kim.email]);
  await town.imports('daily', [kim.email]);
  await kim.post('/console/safety', { rehearsal: 'yes', confirm_above: '10000' });
  for (const page of ['/console', '/console/editions', '/console/safety'])
    assert.match(await kim.page(page), /<b>Rehearsal/);
  const alert = await breaks(kim);
  await town.reaches(alert, { audience: 2, accepted: 1, skipped: 1 });
  await town.publishes({ headline: 'Ferry pilots vote' });
  await town.goesTo('2026-11-21T07:00:00Z');
  await town.moveOn('daily', '2026-11-22T07:00:00Z');
  await town.settles();
  await town.reader('eve@example.org').signsUp();
  await town.sweeps();
  assert.deepEqual(
    town.relay.mails.map(({ to }) => to).filter((to) => to !== kim.email && to !== 'ann@example.org'),
    [],
  );
  assert.equal(town.reader('ann@example.org').inbox.length, 0);

  await kim.post('/console/safety', { confirm_above: '10000' });
  town.clock.advance(3600);
  await town.sweeps();
  await town.reader('eve@example.org').confirmLink();
  await town.goesTo('2026-11-22T07:00:00Z');
  await town.reader('ann@example.org').receives('Ferry pilots vote');
});

test('an alert goes to a slice of its readers first, and to nobody else while its link is dead', async (t) => {
  const { town, kim } = await desk(t);
  const site = await foreignSite(t, '<h1>The story</h1>');
  await town.imports('breaking', readers(1500));
  const id = await breaks(kim, { url: `${site}/gone` }, { canary: 'yes' });
  await town.reaches(id, { audience: 15, accepted: 15 });
  town.clock.advance(3);
  await until('it is held', async () => (await town.edition(id)).status === 'paused');
  assert.match(await kim.page(`/console/editions/${id}`), /Held after the first 15 readers: the link .* answers 404/);
  const sent = () => town.relay.mails.filter(({ to }) => to !== kim.email);
  assert.equal(sent().length, 15);
  // An editor who knows better goes on, and nobody of the slice gets it twice.
  assert.equal((await kim.post(`/console/editions/${id}/resume`)).status, 303);
  await town.reaches(id, { audience: 1500, accepted: 1500 });
  assert.equal(new Set(sent().map(({ to }) => to)).size, 1500);
  assert.equal(sent().length, 1500);
});

test('a slice that is refused or slow holds the rest; one that is well lets it go by itself', async (t) => {
  const { town, kim } = await desk(t);
  const everybody = readers(1200);
  await town.imports('breaking', everybody);
  for (const email of everybody) town.relay.refuses(email, '552 5.2.2 mailbox full');
  const refused = await breaks(kim, {}, { canary: 'yes' });
  await until('it is paused', async () => {
    town.clock.advance(1);
    return (await town.edition(refused)).status === 'paused';
  });
  assert.match(
    await kim.page(`/console/editions/${refused}`),
    /Held after the first 12 readers: 12 of them did not get it \(mailbox is full\)/,
  );
  await kim.post(`/console/editions/${refused}/cancel`);
  for (const email of everybody) town.relay.accepts(email);

  town.relay.stallsAt('DATA');
  const slow = await breaks(kim, { headline: 'Slow' }, { canary: 'yes' });
  await town.relay.stalled();
  town.clock.advance(11);
  await until('it is held', async () => (await town.edition(slow)).status === 'paused');
  assert.match(await kim.page(`/console/editions/${slow}`), /not answered for. Is the relay slow/);
  town.relay.resumes();
  await kim.post(`/console/editions/${slow}/cancel`);
  await town.settles();

  const well = await breaks(kim, { headline: 'Well' }, { canary: 'yes' });
  await until('the slice is out', async () => (await town.edition(well)).counts.accepted === 12);
  town.clock.advance(3);
  await town.reaches(well, { audience: 1200, accepted: 1200 });
});

test('a release to many asks for the password again once the session has grown old', async (t) => {
  const { town, kim } = await desk(t);
  await town.imports('breaking', readers(3));
  await kim.post('/console/safety', { confirm_above: '2' });
  const fresh = await breaks(kim);
  await town.reaches(fresh, { audience: 3, accepted: 3 });
  await town.context.pool.query("update staff_sessions set created_at = created_at - interval '11 minutes'");
  const begun = await kim.post('/console/alerts', { newsletter: 'breaking' });
  const place = begun.headers.get('Location') ?? '';
  await saves(kim, place, {});
  assert.match(await kim.page(place), /3 readers are many: type your password/);
  const press = async (more: object) => (await kim.post(`${place}/release`, { wording: '2', ...more })).status;
  assert.deepEqual([await press({}), await press({ password: 'not this one' })], [401, 401]);
  assert.equal((await town.edition(Number(place.split('/').at(-1)))).status, 'draft');
  assert.equal(await press({ password: PASSWORD }), 303);
});

test('a correction of a correction reaches whoever has any of the wrong texts', async (t) => {
  const { town, kim } = await desk(t);
  await town.imports('breaking', readers(10));
  const first = await breaks(kim);
  await town.reaches(first, { audience: 10, accepted: 10 });
  for (const email of readers(10).slice(6)) town.relay.refuses(email, '451 4.2.0 later');
  const second = await corrects(kim, first, { headline: 'One lane', wrong: 'Both lanes.' });
  await town.reaches(second, { audience: 10, accepted: 6, deferred: 4 });
  for (const email of readers(10)) town.relay.accepts(email);
  const third = await corrects(kim, second, { headline: 'No lane at all', wrong: 'One lane.' });
  await town.reaches(third, { audience: 10, accepted: 10 });
  const [a, b, c] = town.reader('r0@example.org').inbox.map(({ parsed }) => parsed);
  assert.deepEqual([c?.inReplyTo, c?.references], [b?.messageId, [a?.messageId, b?.messageId]]);
  assert.equal(town.reader('r9@example.org').inbox.length, 2);
  const twice = await kim.post(`/console/editions/${first}/correct`);
  assert.equal(twice.status, 409);
  assert.match(await twice.text(), new RegExp(`No. ${second} has put it right already`));
});

test('a correction waits for what is still being handed over', async (t) => {
  const { town, kim } = await desk(t);
  await town.imports('breaking', readers(3));
  town.relay.stallsAt('DATA', (address) => address === 'r1@example.org');
  const wrong = await breaks(kim);
  await town.relay.stalled();
  await until('two have it', async () => (await town.edition(wrong)).counts.accepted === 2);
  const right = await corrects(kim, wrong, { wrong: 'Both lanes.' });
  await town.ticks();
  await until('the correction is looked at', async () => (await town.edition(right)).status === 'assembling');
  town.relay.resumes();
  await until('the third has it', async () => (await town.edition(wrong)).counts.accepted === 3);
  await town.ticks();
  await town.reaches(right, { audience: 3, accepted: 3 });
});

test('the newsroom’s own inboxes go first, and mail that comes back holds the rest', async (t) => {
  const { town, kim } = await desk(t);
  await town.imports('breaking', readers(1200));
  const seeds = { seeds: 'desk@gmail.example\r\n desk@outlook.example' };
  assert.equal((await kim.post('/console/newsletters/breaking/seeds', { seeds: 'desk@' })).status, 400);
  assert.equal((await kim.post('/console/newsletters/breaking/seeds', seeds)).status, 303);
  assert.match(await kim.page('/console/newsletters/breaking/seeds'), /desk@gmail\.example\ndesk@outlook\.example/);
  const id = await breaks(kim, {}, { canary: 'yes' });
  await until('the slice is out', async () => (await town.edition(id)).counts.accepted === 14);
  const sent = town.relay.mails.filter(({ to }) => to !== kim.email);
  for (const address of ['desk@gmail.example', 'desk@outlook.example'])
    assert.ok(
      sent.some(({ to }) => to === address),
      address,
    );
  for (const { from } of sent.slice(0, 3)) await town.inbound(from, dsn);
  await until('they have come back', async () => (await town.edition(id)).counts.bounced === 3);
  town.clock.advance(3);
  await until('it is held', async () => (await town.edition(id)).status === 'paused');
  assert.match(await kim.page(`/console/editions/${id}`), /3 of them did not get it \(returned mail\)/);
});

/** Begins a correction, writes it and releases it. @returns its id */
async function corrects(kim: Colleague, wrong: number, words: Record<string, string>): Promise<number> {
  const begun = await kim.post(`/console/editions/${wrong}/correct`);
  assert.equal(begun.status, 303, await begun.text());
  const place = begun.headers.get('Location') ?? '';
  await saves(kim, place, words);
  return releases(kim, place);
}

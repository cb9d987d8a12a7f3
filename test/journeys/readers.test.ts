import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Colleague, colleague } from '../support/colleague.ts';
import { returned } from '../support/dsn.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

const [ANN, BOB, CY, DEE, EVE, FAY] = ['ann', 'bob', 'cy', 'dee', 'eve', 'fay'].map(
  (name) => `${name}@example.org`,
) as [...[string, string, string, string, string, string]];
const STORM = { headline: 'Storm closes the bridge', text: 'Both ways.' };

/** Where the search for a whole address leads. */
async function traceOf(kim: Colleague, email: string): Promise<string> {
  const answer = await kim.get(`/console/readers?q=${encodeURIComponent(email)}`);
  assert.equal(answer.status, 303, `${email} is found`);
  return answer.headers.get('Location') ?? '';
}

const told = async (kim: Colleague, email: string, ask = '') => kim.page(`${await traceOf(kim, email)}${ask}`);

/** The text of a page without its marks, for sentences that go across them. */
const words = (html: string): string => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

const attempted = (town: Newsroom, id: number, attempts: number) =>
  until(`a row of edition ${id} is put off for the ${attempts}. time`, async () => {
    const { items } = (await town.api('GET', `/editions/${id}/deliveries`)).body as {
      items: Record<string, unknown>[];
    };
    return items.some((row) => row.state === 'deferred' && row.attempts === attempts);
  });

test('each reader’s trace says why they did or did not get an alert', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'viewer');
  await town.imports('breaking', [ANN, DEE, EVE]);
  const bob = await town.reader(BOB).subscribes(['breaking']);
  town.clock.advance(60);
  await bob.unsubscribesByOneClick(bob.post.at(-1));
  await town.reader(FAY).signsUp({ newsletters: ['breaking'] });
  town.clock.advance(60);

  town.relay.refuses(DEE, '550 5.1.1 no such user');
  town.relay.refuses(EVE, '451 4.2.0 greylisted');
  const first = await town.alert(STORM);
  await town.reaches(first, { audience: 3, accepted: 1, failed: 1, deferred: 1 });
  assert.match(
    words(await told(kim, EVE)),
    /Deferred Put off: relay said try later\. It is tried again on 20 Nov 2026/,
  );
  town.relay.refuses(EVE, '452 4.2.2 mailbox full');
  town.clock.advance(61);
  await town.sweeps();
  await attempted(town, first, 2);
  town.relay.accepts(EVE);
  town.clock.advance(121);
  await town.settles();
  town.clock.advance(60);
  await town.reader(CY).subscribes(['breaking']);
  town.clock.advance(60);
  const second = await town.alert({ headline: 'Bridge open again', text: 'One lane.' });
  await town.settles();

  const eve = words(await told(kim, EVE));
  assert.match(
    eve,
    /Attempt 1: deferred, relay said try later .*451 4\.2\.0 greylisted.* Attempt 2: deferred, mailbox is full .*452 4\.2\.2 mailbox full.* Attempt 3: accepted .*250 /,
  );
  const answers: [string, number, RegExp][] = [
    [ANN, first, /Storm closes the bridge .*Accepted The relay took it/],
    [BOB, first, /Not planned They had left on 20 Nov 2026, 12:01 GMT, by the unsubscribe button of their mailbox\./],
    [CY, first, /Not planned They subscribed only afterwards, on 20 Nov 2026/],
    [CY, second, /Bridge open again .*Accepted/],
    [DEE, first, /Failed Given up: address does not exist\..*550 5\.1\.1 no such user/],
    [DEE, second, /Skipped Their address is suppressed since 20 Nov 2026, .*: address does not exist\./],
    [FAY, first, /Not planned They had asked for it on 20 Nov 2026, .*, and have not confirmed to this day\./],
  ];
  for (const [email, id, answer] of answers) {
    const page = words(await told(kim, email, `?edition=${id}`));
    const [, asked = ''] = page.split('Did they get it?');
    assert.match(asked.split('The latest of their newsletters')[0] ?? '', answer, `${email}, no. ${id}`);
  }
  assert.match(words(await told(kim, BOB)), /Left Breaking news By the unsubscribe button of their mailbox/);
  assert.match(words(await told(kim, ANN)), /Was imported Breaking news By an import moved from the old list/);
  for (const [asked, answer] of [
    [`no. ${second}`, /Bridge open again/],
    ['999', /There is no edition “ 999 ”/],
    ['nonsense', /There is no edition “ nonsense ”/],
  ] as const)
    assert.match(words(await told(kim, ANN, `?edition=${encodeURIComponent(asked)}`)), answer);
});

test('a digest for another time zone, one with nothing new, and one cancelled are told apart', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'viewer');
  await town.reader(ANN).subscribes(['daily'], 'Europe/London');
  await town.reader(BOB).subscribes(['daily'], 'Asia/Tokyo');
  assert.match(words(await told(kim, BOB)), /Next, in Tokyo .*Sat 21 Nov, 07:00 GMT\+9/);
  await town.publishes({ headline: 'Library lends seeds' });
  await town.goesTo('2026-11-20T22:00:00Z');
  await town.reader(BOB).receives('Library lends seeds');
  await town.settles();
  assert.match(
    words(await told(kim, ANN)),
    /Not planned It was for readers in other time zones, or with times of their own: by this reader’s clock it was due at 22:00, and theirs comes at 07:00\./,
  );
  const again = await town.digestNow();
  await town.settles();
  assert.match(words(await told(kim, BOB, `?edition=${again}`)), /Skipped There was nothing new for them/);

  const alert = await town.alert({ ...STORM, undo_seconds: 600 });
  assert.match(words(await told(kim, ANN, `?edition=${alert}`)), /Not planned It has not left yet/);
  await town.api('POST', `/alerts/${alert}/cancel`);
  assert.match(words(await told(kim, ANN, `?edition=${alert}`)), /Not planned They never asked for Breaking news/);
});

test('staff end a subscription, ask for a confirmation again and erase, and all of it is written down', async (t) => {
  const town = await newsroom(t);
  const [viewer, editor, admin] = [
    await colleague(town, 'viewer'),
    await colleague(town, 'editor'),
    await colleague(town, 'admin'),
  ];
  await town.imports('daily', [ANN]);
  const place = await traceOf(editor, ANN);
  assert.doesNotMatch(await viewer.page(place), /<button[^>]*>(Unsubscribe|Erase)/);
  const [{ id: daily = 0 } = {}] = await town.context.newsletters.all();
  const newsletter = String(daily);
  assert.equal((await viewer.post(`${place}/unsubscribe`, { newsletter })).status, 403);
  assert.equal((await editor.post(`${place}/unsubscribe`, { newsletter })).status, 303);
  assert.deepEqual(await town.states(ANN), { daily: 'unsubscribed' });
  assert.match(words(await editor.page(place)), /Left Daily digest By staff, for them/);
  assert.equal((await editor.post(`${place}/unsubscribe`, { newsletter })).status, 409);
  assert.equal((await editor.post(`${place}/unsubscribe`, { newsletter: '99' })).status, 404);

  assert.equal((await editor.post(`${place}/confirmation`)).status, 409, 'nothing waits for one');
  const fay = town.reader(FAY);
  await fay.signsUp({ newsletters: ['daily'] });
  await fay.confirmLink();
  const pending = await traceOf(editor, FAY);
  const early = await editor.post(`${pending}/confirmation`);
  assert.equal(early.status, 409);
  assert.match(await early.text(), /less than ten minutes ago/);
  town.clock.advance(11 * 60);
  assert.equal((await editor.post(`${pending}/confirmation`)).status, 303);
  await until('a second confirmation is there', () => fay.post.length === 2);

  assert.equal((await editor.post(`${place}/erase`, { address: ANN })).status, 403);
  const wrong = await admin.post(`${place}/erase`, { address: FAY });
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /value="fay@example\.org"/, 'what was typed stays');
  assert.equal((await admin.post(`${place}/erase`, { address: ' Ann@Example.org ' })).status, 303);
  assert.equal((await admin.get(place)).status, 404);
  assert.match(await admin.page(`/console/readers?q=${ANN}`), /No reader has the address/);
  const audit = await admin.page('/console/audit');
  for (const act of ['reader.unsubscribe', 'reader.ask-again', 'reader.erase']) assert.ok(audit.includes(act), act);
  assert.match(audit, /a…@example\.org/);
  assert.ok(!audit.includes(ANN), 'the log does not remember whom it forgot');
});

test('a suppression is checked, made and lifted by whoever knows the address, and shows it to nobody', async (t) => {
  const town = await newsroom(t);
  const [viewer, admin] = [await colleague(town, 'viewer'), await colleague(town, 'admin')];
  const at = '/console/suppressions';
  assert.match(await viewer.page(at), /None yet/);
  assert.equal((await viewer.post(at, { address: ANN, reason: 'wants it so' })).status, 403);
  assert.equal((await admin.post(at, { address: 'ann', reason: 'wants it so' })).status, 400);
  const reasonless = await admin.post(at, { address: ANN, reason: ' ' });
  assert.equal(reasonless.status, 400);
  assert.match(await reasonless.text(), /value="ann@example\.org"/, 'what was typed stays');
  assert.equal((await admin.post(at, { address: 'ANN@example.org', reason: 'wants it so' })).status, 303);
  assert.equal((await admin.post(at, { address: ANN, reason: 'twice' })).status, 409);
  const listed = await viewer.page(at);
  assert.match(listed, /wants it so/);
  assert.doesNotMatch(listed, /ann@/i);
  assert.match(words(await viewer.page(`${at}?address=${ANN}`)), /Yes, since 20 Nov 2026, 12:00 GMT : wants it so/);
  assert.match(words(await viewer.page(`${at}?address=${BOB}`)), /No\. “ bob@example\.org ” may be mailed/);
  assert.equal((await viewer.get(`${at}?address=nonsense`)).status, 400);
  assert.match(words(await viewer.page(`/console/readers?q=${ANN}`)), /But the address is suppressed .*wants it so/);

  await town.imports('breaking', [BOB]);
  await admin.post(at, { address: BOB, reason: 'asked by phone' });
  const id = await town.alert(STORM);
  await town.reaches(id, { audience: 1, skipped: 1 });
  assert.match(words(await told(viewer, BOB)), /Skipped Their address is suppressed since .*: asked by phone\./);
  assert.equal((await admin.post(`${at}/lift`, { address: CY })).status, 409);
  assert.equal((await viewer.post(`${at}/lift`, { address: BOB })).status, 403);
  assert.equal((await admin.post(`${at}/lift`, { address: BOB })).status, 303);
  assert.match(words(await told(viewer, BOB)), /Their address was suppressed when their turn came/);
  const audit = await admin.page('/console/audit');
  for (const act of ['suppression.add', 'suppression.lift']) assert.ok(audit.includes(act), act);
  assert.doesNotMatch(audit, /(ann|bob)@/i);
});

test('readers are found by an address, by how it begins, and by leafing through the newest', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'viewer');
  assert.match(await kim.page('/console/readers'), /No reader yet/);
  const many = Array.from({ length: 60 }, (_, n) => `r${n}@example.org`);
  await town.imports('daily', [ANN, 'ann@example.org.uk', ...many]);
  const listed = (page: string) => [...page.matchAll(/dir="auto">([^<]+@[^<]+)<\/a>/g)].map(([, email]) => email);

  assert.match(await traceOf(kim, 'Ann@example.org'), /\/console\/readers\/\d+$/);
  assert.match(await traceOf(kim, 'ann@example.org.u'), /\/console\/readers\/\d+$/, 'only one begins so');
  assert.deepEqual(listed(await kim.page('/console/readers?q=ANN')), [ANN, 'ann@example.org.uk']);
  for (const [start, seen] of [
    ['/console/readers', 62],
    ['/console/readers?q=r', 60],
  ] as const) {
    const first = await kim.page(start);
    const more = /href="(\/console\/readers\?[^"]+)">More/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const both = [...listed(first), ...listed(await kim.page(more))];
    assert.deepEqual([both.length, new Set(both).size], [seen, seen], start);
  }
  await town.imports(
    'daily',
    many.map((email) => `p${email}`),
  );
  await town.context.pool.query(`update subscribers set email = 'p.' || substr(email, 2) where email like 'pr%'`);
  const dotted = await kim.page('/console/readers?q=p');
  const next = /href="(\/console\/readers\?[^"]+)">More/.exec(dotted)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const shown = [...listed(dotted), ...listed(await kim.page(next))];
  assert.deepEqual([shown.length, new Set(shown).size], [60, 60], 'also when kept under another spelling than shown');
  for (const q of ['%', 'r_', '\\', "'", 'zzz']) {
    assert.match(await kim.page(`/console/readers?q=${encodeURIComponent(q)}`), /No address begins with/, q);
  }
  assert.match(words(await kim.page('/console/readers?q=nobody@example.org')), /It is not suppressed either/);
});

test('what readers, relays and browsers say runs nowhere, and a field sent twice breaks nothing', async (t) => {
  const town = await newsroom(t);
  const [kim, admin] = [await colleague(town, 'editor'), await colleague(town, 'admin')];
  const hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>';
  const odd = "{{title}}'&{%raw%}@example.org";
  await fetch(`${town.url}/forms/1/sign-ups`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'User-Agent': hostile, Referer: `https://post.example/${hostile}` },
    body: JSON.stringify({ email: odd, newsletters: ['breaking'] }),
  });
  await fetch(await town.reader(odd).confirmLink(), { method: 'POST', headers: { 'User-Agent': hostile } });
  const first = await town.alert({ headline: hostile, text: hostile });
  const mail = await town.reader(odd).receives(hostile);
  await town.settles();
  await town.inbound(mail.from, returned(hostile));
  await town.reaches(first, { audience: 1, accepted: 1, bounced: 1 });
  town.relay.refuses(odd, `451 4.2.0 ${hostile}`);
  await admin.post('/console/suppressions/lift', { address: odd });
  const second = await town.alert({ headline: hostile, text: hostile });
  await town.reaches(second, { audience: 1, deferred: 1 });
  await admin.post('/console/suppressions', { address: odd, reason: hostile });

  const place = await traceOf(kim, odd);
  const asked = encodeURIComponent(hostile);
  for (const at of [
    ...[place, `${place}?edition=${asked}`, '/console/readers', `/console/readers?q=${asked}`, '/console/suppressions'],
    ...[`/console/suppressions?address=${encodeURIComponent(odd)}`],
  ]) {
    const page = await kim.page(at);
    assert.doesNotMatch(page, /<script>alert|<img src=x/, at);
  }
  const page = await kim.page(place);
  for (const [what, pattern] of Object.entries({
    'the address as it is written': /<h1 dir="auto">\{\{title\}\}&#39;&amp;\{%raw%\}@example\.org/,
    'the relay’s words': /451 4\.2\.0 &#34;&gt;&lt;script/,
    'the diagnostic': /smtp; 550 5\.1\.1 &#34;&gt;&lt;script/,
    'the page it was signed up on': /https:\/\/post\.example\/%22%3E%3Cscript%3E/,
  }))
    assert.match(page, pattern, what);

  for (const at of [`${place}?edition=1&edition=2`, '/console/readers?q=a&q=b&after=1&after=2'])
    assert.equal((await kim.get(at)).status, 200, at);
  assert.equal((await kim.get('/console/suppressions?address=a&address=b')).status, 200);
  assert.equal((await admin.post('/console/suppressions')).status, 400, 'an empty form');
  for (const at of [`${place}?cursor=x`, '/console/readers?cursor=-1', '/console/suppressions?cursor=1.5'])
    assert.equal((await kim.get(at)).status, 400, at);
  for (const at of ['/console/readers/0', '/console/readers/999999', '/console/readers/x'])
    assert.equal((await kim.get(at)).status, 404, at);
  assert.equal((await kim.get('/console/readers?q=%00')).status, 400);
});

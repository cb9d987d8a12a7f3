import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { Colleague, colleague, PASSWORD } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { linkIn } from '../support/reader.ts';
import { until } from '../support/until.ts';

const acts = async (town: Newsroom, who: string) =>
  (await town.context.audit.list({ before: null, act: null, who, limit: 500 })).reverse();

test('what a key does stands in the audit log by the key’s name, and what is refused does not', async (t) => {
  const town = await newsroom(t);
  const ok = async (method: string, route: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await town.api(method, route, body, headers);
    assert.ok(answer.status < 300, `${method} ${route} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await ok('PATCH', '/newsletters/breaking', { needs_approval: true });
  await ok('PATCH', '/newsletters/breaking', { needs_approval: false });
  await ok('PATCH', '/newsletters/breaking', { needs_approval: false });
  await ok('POST', '/newsletters', { slug: 'sport', name: 'Sport', kind: 'digest' });
  await ok('PATCH', '/forms/1', { button: 'Go' });
  await ok('POST', '/forms', { title: 'Sport', consent_text: 'Send it.', newsletters: ['sport'] });
  await ok('POST', '/sources', { url: 'https://feeds.example/rss' });
  await town.imports('breaking', ['ann@example.org']);
  const article = await town.publishes({ headline: 'Storm closes the bridge' });
  await ok('DELETE', `/articles/${article}`);
  // Half a character and a null: nothing a key sends keeps its act out of the log.
  const words = { newsletter: 'breaking', headline: 'Storm \ud800', text: 'Both ways.', undo_seconds: 600 };
  const again = { 'Idempotency-Key': 'once' };
  const { id: alert } = await ok('POST', '/alerts', words, again);
  await ok('POST', '/alerts', words, again);
  await ok('POST', `/alerts/${alert}/cancel`);
  const { id: digest } = await ok('POST', '/editions', { newsletter: 'daily' });
  await ok('POST', `/editions/${digest}/cancel`).catch(() => undefined);
  await ok('DELETE', '/subscribers/1');

  for (const [method, route, body] of [
    ['PATCH', '/newsletters/breaking', { needs_approval: 'no' }],
    ['PATCH', '/newsletters/none', { needs_approval: false }],
    ['POST', '/alerts', { newsletter: 'daily', headline: 'x', text: 'y' }],
    ['POST', '/editions/999/pause', undefined],
    ['DELETE', '/articles/999', undefined],
  ] as const) {
    assert.ok((await town.api(method, route, body)).status >= 400, route);
  }

  const log = await acts(town, 'API key "test"');
  const told = log
    .map(({ act, subject }) => `${act} ${subject}`)
    .filter((line) => line !== `edition.cancel edition ${digest}`);
  assert.deepEqual(told, [
    'newsletter.change newsletter breaking',
    'newsletter.change newsletter breaking',
    'newsletter.create newsletter sport',
    'form.change form 1',
    'form.create form 2',
    'source.add source 1',
    'reader.import newsletter breaking',
    `article.withdraw article ${article}`,
    `alert.release edition ${alert}`,
    `edition.cancel edition ${alert}`,
    `edition.start edition ${digest}`,
    'reader.erase reader 1',
  ]);
  const [on, off] = log;
  assert.deepEqual([on?.before, on?.after], [{ needs_approval: false }, { needs_approval: true }]);
  assert.deepEqual([off?.before, off?.after], [{ needs_approval: true }, { needs_approval: false }]);
  assert.match(on?.ipTruncated ?? '', /^127\.0\.0\.0$|^::/);
});

test('what is done on the command line stands in the audit log too', async (t) => {
  const town = await newsroom(t);
  const file = path.join(town.env.DATA_DIR ?? '', 'readers.csv');
  await writeFile(file, 'email\nann@example.org\n');
  await town.command('staff', 'add', '--email', 'kim@post.example', '--name', 'Kim', '--role', 'editor');
  await town.command('api-key', 'add', '--name', 'cms', '--scopes', 'alerts:write');
  await town.command('brand', '--name', 'The Harbour Post');
  await town.command('brand');
  await town.command('subscribers', 'import', file, '--newsletter', 'daily', '--consent', 'moved from the old list');
  const log = await acts(town, 'command line');
  assert.deepEqual(
    log.map(({ act, before, after }) => ({ act, before, after })),
    [
      { act: 'staff.invite', before: null, after: { email: 'kim@post.example', role: 'editor' } },
      { act: 'key.create', before: null, after: { name: 'cms', scopes: ['alerts:write'] } },
      { act: 'brand.change', before: { name: 'The Daybreak Post' }, after: { name: 'The Harbour Post' } },
      {
        ...{ act: 'reader.import', before: null },
        after: { consent: 'moved from the old list', rows: 1, imported: 1, unchanged: 0, rejected: 0 },
      },
    ],
  );
});

test('whoever is signed out hears no more of an edition, though they were listening', async (t) => {
  const town = await newsroom(t, { env: { UNDO_SECONDS: '600' } });
  const [kim, lee] = [await colleague(town, 'editor'), await colleague(town, 'editor', 'lee@post.example')];
  const admin = await colleague(town, 'admin');
  const id = await town.alert({ headline: 'Storm closes the bridge', text: 'Both ways.' });
  const listens = async (who: typeof kim) => {
    const answer = await who.get(`/console/editions/${id}/live`, { Accept: 'text/event-stream' });
    assert.equal(answer.status, 200);
    return answer;
  };
  const listening = [await listens(kim), await listens(lee)];
  const began = performance.now();
  await kim.post('/console/sign-out');
  const { id: who } = (await town.context.people.byEmail('lee@post.example')) ?? {};
  await admin.post(`/console/staff/${who}`, { role: 'viewer' });
  await Promise.all(listening.map((answer) => answer.text()));
  assert.ok(performance.now() - began < 15_000, 'long before a stream ends by itself');
  assert.equal((await kim.get(`/console/editions/${id}/live`, { Accept: 'text/event-stream' })).status, 401);
});

const WORDS = {
  newsletter: 'breaking',
  headline: 'Storm closes the bridge',
  text: 'Both ways, until Friday.',
  url: '',
};

async function draftOf(kim: Colleague, words = {}): Promise<string> {
  const place = (await kim.post('/console/alerts', { url: '', newsletter: 'breaking' })).headers.get('Location') ?? '';
  await kim.post(place, { ...WORDS, ...words, ...wordingOn(await kim.page(place)) });
  return place;
}

const wordingOn = (page: string) => ({ wording: /name="wording" value="(\d+)"/.exec(page)?.[1] ?? '' });
const idOf = (place: string): number => Number(place.split('/').at(-1));

test('an edition’s page says who wrote, approved and released it, what put it right, and shows the mail', async (t) => {
  const town = await newsroom(t);
  const [kim, lee] = [await colleague(town, 'editor'), await colleague(town, 'editor', 'lee@post.example')];
  const viewer = await colleague(town, 'viewer');
  await town.imports('breaking', ['ann@example.org']);
  await town.api('PATCH', '/newsletters/breaking', { needs_approval: true });
  const text = 'Both ways. <script>alert(1)</script>';
  const place = await draftOf(kim, { text });
  const id = idOf(place);
  assert.equal((await viewer.get(`/console/editions/${id}/mail`)).status, 404, 'there is none yet');
  await kim.post(`${place}/want-approval`);
  await lee.post(`${place}/approve`, wordingOn(await lee.page(place)));
  await kim.post(`${place}/release`, wordingOn(await kim.page(place)));
  await town.reaches(id, { audience: 1, accepted: 1 });
  const page = (await viewer.page(`/console/editions/${id}`)).replaceAll(/<[^>]+>/g, '');
  assert.match(
    page,
    /Written by Kim editor, approved by Kim editor, released by Kim editor at \w+ 20 Nov, 12:00 GMT\./,
  );
  assert.doesNotMatch(page, /Put right by/);

  const mail = await viewer.get(`/console/editions/${id}/mail`);
  const html = await mail.text();
  assert.match(html, /Storm closes the bridge/);
  assert.doesNotMatch(html, /<script>|%%|unsubscribe\/[A-Za-z0-9]/);
  assert.match(mail.headers.get('Content-Security-Policy') ?? '', /^default-src 'none';.*sandbox$/);

  const correct = async () => {
    const begun = (await kim.post(`/console/editions/${id}/correct`)).headers.get('Location') ?? '';
    await kim.post(begun, { ...WORDS, wrong: 'Only one way.', ...wordingOn(await kim.page(begun)) });
    return begun;
  };
  const discarded = await correct();
  await kim.post(`/console/editions/${idOf(discarded)}/cancel`);
  const correction = await correct();
  assert.doesNotMatch(await viewer.page(`/console/editions/${id}`), /Put right by/, 'a draft puts nothing right');
  await kim.post(`${correction}/want-approval`);
  await lee.post(`${correction}/approve`, wordingOn(await lee.page(correction)));
  await kim.post(`${correction}/release`, wordingOn(await kim.page(correction)));
  await town.settles();
  const put = new RegExp(`Put right by <a href="/console/editions/${idOf(correction)}">no. ${idOf(correction)}</a>\\.`);
  assert.match(await viewer.page(`/console/editions/${id}`), put);
  // Who came after it has nothing to be put right.
  await town.imports('breaking', ['bob@example.org']);
  const bob = await viewer.get(`/console/readers?q=bob%40example.org`);
  const asked = `${bob.headers.get('Location')}?edition=${idOf(correction)}`;
  assert.match(await viewer.page(asked), new RegExp(`It was only for those who had been sent no\\. ${id}`));
  assert.match(await viewer.page(`/console/editions/${idOf(discarded)}`), /This draft was discarded\. Nobody was sent/);
});

test('a viewer is shown no link to a page that turns viewers away', async (t) => {
  const town = await newsroom(t, { env: { UNDO_SECONDS: '600' } });
  const [kim, viewer] = [await colleague(town, 'editor'), await colleague(town, 'viewer')];
  const [draft, counting] = [await draftOf(kim), await draftOf(kim)];
  await kim.post(`${counting}/release`, wordingOn(await kim.page(counting)));
  for (const at of ['/console/editions', '/console']) {
    const page = await viewer.page(at);
    assert.match(page, /Storm closes the bridge/);
    assert.doesNotMatch(page, /href="\/console\/alerts\//, at);
    assert.match(page, new RegExp(`href="/console/editions/${idOf(counting)}"`));
    assert.match(await kim.page(at), new RegExp(`href="${draft}"`));
  }
});

test('the audit log is asked what was done to something, on which days; all of it can be taken away', async (t) => {
  const town = await newsroom(t);
  const admin = await colleague(town, 'admin');
  // The newsroom's day: in London's summer it begins at eleven in the evening, by UTC.
  const at = ['2026-06-30T22:59:59Z', '2026-06-30T23:00:00Z', '2026-07-01T22:59:59Z', '2026-07-01T23:00:00Z'];
  await town.context.pool.query(
    `insert into audit_log (at, who, act, subject, after)
     select a, 'lee', 'edition.pause', 'edition ' || n, jsonb_build_object('reason', '=1+1') from unnest($1::timestamptz[]) with ordinality u (a, n)`,
    [at],
  );
  await town.context.pool.query(
    `insert into audit_log (at, who, act, subject) select '2026-08-01', 'mo', 'article.add', '=cmd|' || n from generate_series(1, 2500) n`,
  );
  const subjects = async (query: string) =>
    [...(await admin.page(`/console/audit?${query}`)).matchAll(/subject=[^"]+">(edition \d+|=[^<]+)</g)].map(
      ([, name]) => name,
    );
  assert.deepEqual(await subjects('subject=edition+3'), ['edition 3']);
  assert.deepEqual(await subjects('from=2026-07-01&to=2026-07-01'), ['edition 3', 'edition 2']);
  assert.deepEqual(await subjects('to=2026-06-30'), ['edition 1']);
  assert.deepEqual(await subjects('from=2026-07-02&to=2026-07-31'), ['edition 4']);
  assert.deepEqual(await subjects('from=2026-07-01&to=2026-07-01&subject=edition+2&who=lee'), ['edition 2']);
  assert.equal((await subjects('from=2026-08-01&who=mo')).length, 100);
  const page = await admin.page('/console/audit?from=2026-08-01&who=mo');
  const older = /href="([^"]+before=[^"]+)">Older/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
  assert.match(await admin.page(older), /=cmd\|2400</);
  for (const odd of [
    'from=2026-02-31',
    'from=yesterday&to=%00',
    'from=a&from=b&subject=x&subject=y',
    'before=-1&from=0000-01-01&to=9999-12-31',
  ])
    assert.equal((await admin.get(`/console/audit?${odd}`)).status, 200, odd);
  assert.match(await admin.page('/console/audit?subject=%22%3E%3Cscript%3E'), /Nothing fits this filter/);

  const csv = await (await admin.get('/console/audit.csv?who=mo')).text();
  assert.equal(csv.trim().split('\n').length, 2501);
  assert.match(csv, /,'=cmd\|1,/, 'no formula for a spreadsheet');
  assert.equal((await (await admin.get('/console/audit.csv?to=2026-06-30')).text()).trim().split('\n').length, 2);
});

test('what a page says was done has been done, and is said once', async (t) => {
  const town = await newsroom(t);
  const admin = await colleague(town, 'admin');
  await town.imports('daily', ['ann@example.org']);
  await town.api('POST', '/sources', { url: source.url });
  const places: [place: string, lie: string, post: [string, Record<string, string>], said: RegExp][] = [
    ['/console/account', 'second-factor.off', ['/console/account/sessions/1/end', {}], /<b>Done\.<\/b> That browser/],
    ['/console/brand', 'saved', ['/console/brand', brandFields], /<b>Saved\.<\/b>/],
    ['/console/safety', 'yes', ['/console/safety', { confirm_above: '10' }], /<b>Saved\.<\/b>/],
    ['/console/newsletters/breaking/seeds', 'yes', ['/console/newsletters/breaking/seeds', {}], /<b>Saved\.<\/b>/],
    ['/console/staff', 'staff.change', ['/console/staff/1', { role: 'admin' }], /<b>Saved\.<\/b>/],
    ['/console/sources/1', 'source.add', ['/console/sources/1', source], /<b>Saved\.<\/b>/],
    ['/console/suppressions', 'suppression.add', ['/console/suppressions', suppression], /<b>Suppressed\.<\/b>/],
    [
      '/console/readers',
      'reader.erase',
      ['/console/readers/1/erase', { address: 'ann@example.org' }],
      /<b>Erased\.<\/b>/,
    ],
  ];
  for (const [place, lie, [at, fields], said] of places) {
    assert.doesNotMatch(await admin.page(`${place}?done=${lie}`), /class="said" role="status"/, place);
    // Somebody signed in elsewhere, so that there is a session to end.
    if (place === '/console/account') await new Colleague(admin.email, town).signsIn();
    const answer = await admin.post(place === '/console/account' ? await endOther(admin) : at, fields);
    assert.deepEqual([answer.status, answer.headers.get('Location')], [303, place]);
    const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('daybreak.done=')) ?? '';
    assert.match(cookie, /; Max-Age=60; Path=\/console; .*HttpOnly; SameSite=Strict/);
    assert.doesNotMatch(await admin.page('/console/keys'), /class="said" role="status"/);
    assert.match(await admin.page(place), said, place);
    assert.doesNotMatch(await admin.page(place), /class="said" role="status"/, `${place} a second time`);
  }
  admin.cookies.set('daybreak.done', '%E0%A4%A');
  await admin.page('/console/account');
});

const brandFields = {
  ...{ name: 'The Harbour Post', accent: '#b3261e', postal_address: '1 Harbour Street' },
  ...{
    time_zone: 'Europe/London',
    locale: 'en',
    logo_url: '',
    logo_width: '120',
    logo_alt: '',
    social: '',
    headlines: 'serif',
  },
};
const source = { url: 'https://feeds.example/rss', name: '', poll_seconds: '300' };
const suppression = { address: 'bob@example.org', reason: 'asked for it' };

async function endOther(who: Colleague): Promise<string> {
  return /\/console\/account\/sessions\/\d+\/end/.exec(await who.page('/console/account'))?.[0] ?? '';
}

test('whoever becomes staff again is seen to have no password, and gets a new one', async (t) => {
  const town = await newsroom(t);
  const admin = await colleague(town, 'admin');
  const lee = await colleague(town, 'editor', 'lee@post.example');
  const { id } = (await town.context.people.byEmail(lee.email)) ?? {};
  assert.doesNotMatch(await admin.page('/console/staff'), /No password yet/);
  await admin.post(`/console/staff/${id}`, { role: 'editor', disabled: 'yes' });
  assert.match(await admin.page('/console/staff'), /<b>Saved\.<\/b><\/p>/);
  await admin.post(`/console/staff/${id}`, { role: 'editor' });
  const page = await admin.page('/console/staff');
  assert.match(page, /<b>Saved\.<\/b> Whoever comes back has no password yet: press “New password”/);
  assert.match(page, /lee@post\.example.*>No password yet</s);
  await admin.post(`/console/staff/${id}/invite`);
  const [, again] = await until('the link is there', async () => {
    const post = town.reader(lee.email).post.map((mail) => linkIn(mail, '/console/'));
    return post.length > 1 && post;
  });
  assert.equal((await lee.post(new URL(again ?? '').pathname, { password: PASSWORD })).status, 303);
  assert.doesNotMatch(await admin.page('/console/staff'), /No password yet/);
});

test('what is refused is named as the page names it, and errors inside lead back inside', async (t) => {
  const town = await newsroom(t);
  const admin = await colleague(town, 'admin');
  const refused = async (place: string, fields: Record<string, string>) => {
    const answer = await admin.post(place, fields);
    assert.equal(answer.status, 400, place);
    return answer.text();
  };
  for (const confirm_above of ['', 'many', '1.5', '-1'])
    assert.match(
      await refused('/console/safety', { rehearsal: 'yes', confirm_above }),
      /checked> This is a rehearsal.*id="confirm_above-error">Must be a whole number from 0 to 1,000,000,000</s,
    );
  const breaking = (await town.context.newsletters.bySlug('breaking')) ?? assert.fail();
  const { name, description } = breaking;
  const newsletter = { name, description, when_uncertain: 'resend', quiet_rule: 'after', active: 'yes' };
  const hours = async (quiet_from: string, quiet_until: string) =>
    refused('/console/newsletters/breaking', { ...newsletter, quiet_from, quiet_until });
  assert.match(await hours('22:00', ''), /id="quiet_until-error">Quiet hours have a beginning and an end: give both/);
  assert.match(await hours('', '07:00'), /id="quiet_from-error">Quiet hours have a beginning and an end: give both/);
  const none = /he quiet hours begin and end at the same minute: make one of them later, or leave both empty\./;
  assert.match(await hours('07:00', '07:00'), none);
  const viaApi = await town.api('PATCH', '/newsletters/breaking', { quiet_from: '07:00', quiet_until: '07:00' });
  assert.match(String(viaApi.body.detail), none);
  assert.match(await refused('/console/staff', { name: 'Mo', email: 'mo@', role: 'viewer' }), /email-error">Should be/);
  assert.match(await refused('/console/sources', { ...source, poll_seconds: '5' }), /poll_seconds-error">M/);
  assert.match(await refused('/console/suppressions', { ...suppression, reason: '' }), /reason-error">M/);

  const nowhere = 'https://nowhere.invalid/story';
  for (const place of ['/console/articles', '/console/alerts']) {
    const page = await refused(place, { url: nowhere, newsletter: 'breaking' });
    assert.match(page, /nowhere\.invalid\/story could not be read: /);
    assert.doesNotMatch(page, /\.\.|headline and text instead/);
  }
  const alert = await town.api('POST', '/alerts', { newsletter: 'breaking', url: nowhere });
  assert.match(String(alert.body.detail), /[^.]\. Give headline and text instead\.$/);
  const place = await draftOf(admin, { url: nowhere });
  const checked = await admin.page(`${place}?checks=run`);
  assert.match(checked, /The story’s address does not answer: .*[^.]\./);
  assert.doesNotMatch(checked, /[a-z]\.\.(?!\.)/);

  const nobody = new Colleague('nobody@post.example', town);
  const out = await (await nobody.post('/console/staff')).text();
  assert.match(out, /<h1>Sign in first<\/h1>.*<a href="\/console">Sign in<\/a>/s);
  const missing = await (await admin.get('/console/editions/999')).text();
  assert.match(missing, /<a href="\/console">Back to the console<\/a>/);
  assert.match(await (await nobody.get('/forms/999')).text(), /Go to the sign-up page/);
});

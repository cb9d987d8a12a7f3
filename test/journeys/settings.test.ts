import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Colleague, colleague } from '../support/colleague.ts';
import { newsroom } from '../support/newsroom.ts';
import { sentFrom, shownIn } from '../support/page-form.ts';

type FormJson = { button: string; consent_text: string; newsletters: { slug: string }[] };
type Changes = Parameters<typeof sentFrom>[1];

/** Opens a page, fills in its form and presses the button. */
const fills = async (who: Colleague, place: string, changes: Changes, action = place) =>
  who.post(action, sentFrom(await who.page(place), changes));

const saved = (answer: Response) => assert.deepEqual([answer.status, done(answer)], [303, 'saved']);
const done = (answer: Response) =>
  /^daybreak\.done=[^;]*%20(\w+);/.exec(answer.headers.getSetCookie().join('\n'))?.[1] ?? '';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)>{{ brand }}`;

test('an admin moves the digest to another hour, and a reader’s next edition moves with it', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.reader('bob@example.org').subscribes(['daily'], 'Asia/Tokyo');
  const listed = await kim.page('/console/newsletters');
  assert.match(listed, /Every day at 07:00 in each reader’s zone/);
  assert.ok(listed.indexOf('Fri 20 Nov, 22:00 GMT') < listed.indexOf('Sat 21 Nov, 07:00 GMT'), 'Tokyo, then London');

  saved(await fills(kim, '/console/newsletters/daily', { send_at: '06:15', reply_to: 'desk@post.example' }));
  await town.moveOn('daily', '2026-11-21T06:15:00Z');
  assert.match(
    await kim.page('/console/newsletters'),
    /Every day at 06:15.*Fri 20 Nov, 21:15 GMT.*Sat 21 Nov, 06:15 GMT/s,
  );
  assert.equal(shownIn(await kim.page('/console/newsletters/daily'), '#send_at'), '06:15');
  const log = await kim.page('/console/audit?act=newsletter.change');
  for (const words of ['newsletter daily', 'send_at&#34;:&#34;07:00', 'send_at&#34;:&#34;06:15', 'reply_to&#34;:null'])
    assert.ok(log.includes(words), words);
  assert.doesNotMatch(log, /lateness/, 'what stayed is no part of the change');
  saved(await fills(kim, '/console/newsletters/daily', {}));
  assert.equal(await kim.page('/console/audit?act=newsletter.change'), log, 'nothing changed, nothing to write down');

  await town.publishes({ headline: 'Ferry pilots vote' });
  await town.goesTo('2026-11-21T06:15:00Z');
  await ann.receives('Ferry pilots vote');
});

test('a digest gets an evening edition and loses its weekends, on its page and on those of its readers', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  await town.reader('ann@example.org').subscribes(['daily']);
  const days = ['1', '2', '3', '4', '5'];
  saved(await fills(kim, '/console/newsletters/daily', { also_at: ['', '18:00', ''], days }));
  // A Friday, at noon.
  await town.moveOn('daily', '2026-11-20T18:00:00Z');
  assert.match(await kim.page('/console/newsletters'), /Monday to Friday at 07:00 and 18:00 in each reader’s zone/);
  const page = await kim.page('/console/newsletters/daily');
  assert.equal(shownIn(page, '[name=also_at]:first-child'), '18:00');
  assert.equal(page.match(/name="days"[^>]* checked/g)?.length, 5);
  saved(await fills(kim, '/console/newsletters/daily', {}));
  const log = await kim.page('/console/audit?act=newsletter.change');
  assert.equal(log.match(/also_at/g)?.length, 2, 'once before, once after');

  const id = (await town.context.readers.idOf('ann@example.org')) ?? 0;
  const preferences = `${town.url}/preferences/${town.context.tokens.seal('preferences', [id])}`;
  const own = await (await fetch(preferences)).text();
  assert.match(own, /<option value="daily" selected>Monday to Friday</);
  assert.match(own, />07:00 and 18:00, as usual</);
  assert.doesNotMatch(own, /weekly-6|value="weekdays"/);
  await town.api('PATCH', '/newsletters/daily', { days: [1, 3, 6] });
  const spoken = await (await fetch(preferences)).text();
  assert.match(spoken, /selected>Monday, Wednesday and Saturday<.*value="weekdays".*weekly-6/s);
  await town.api('PATCH', '/newsletters/daily', { days: [1, 2, 3, 4, 5] });
  assert.match(await kim.page(`/console/readers/${id}`), /Monday to Friday at 07:00 and 18:00/);
});

test('a newsletter begins switched off, is finished on its page, and keeps its short name', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  const made = await fills(
    kim,
    '/console/newsletters/new',
    { kind: 'breaking', name: 'Sport now', slug: 'sport-now' },
    '/console/newsletters',
  );
  assert.equal(made.headers.get('Location'), '/console/newsletters/sport-now');
  assert.match(await kim.page('/console/newsletters/sport-now'), /Made\.<\/b> It is not active yet/);
  assert.equal((await town.api('GET', '/newsletters/sport-now')).body.active, false);
  const page = await kim.page('/console/newsletters/sport-now');
  assert.doesNotMatch(page, /name="send_at"/, 'a breaking newsletter has no hour');
  const from = { from_name: 'Sport', from_address: 'sport@post.example', reply_to: '' };
  saved(await fills(kim, '/console/newsletters/sport-now', { active: 'yes', needs_approval: 'yes', ...from }));
  const { body } = await town.api('GET', '/newsletters/sport-now');
  assert.deepEqual(
    [body.active, body.needs_approval, body.from_address, body.reply_to, body.when_uncertain],
    [true, true, 'sport@post.example', null, 'resend'],
  );
  assert.match(await kim.page('/console/newsletters'), /Sport now.*By a second person/s);

  for (const [slug, status, why] of [
    ['daily', 409, /already a newsletter with that slug/],
    ['new', 400, /choose another/],
    ['Week End', 400, /lower-case letters, digits and hyphens/],
  ] as const) {
    const again = await kim.post('/console/newsletters', { kind: 'digest', name: 'The weekend', slug });
    assert.equal(again.status, status, slug);
    const words = await again.text();
    assert.match(words, why);
    assert.deepEqual([shownIn(words, '#name'), shownIn(words, '#slug')], ['The weekend', slug]);
  }
});

test('an editor reads the settings, sees no button, and is refused', async (t) => {
  const town = await newsroom(t);
  await town.key();
  const lee = await colleague(town, 'editor');
  for (const place of ['newsletters', 'newsletters/daily', 'newsletters/breaking', 'forms', 'forms/1', 'brand']) {
    const page = await lee.page(`/console/${place}`);
    const [, main = ''] = /<main.*?>(.*)<\/main>/s.exec(page) ?? [];
    assert.match(main, /<h1/);
    assert.doesNotMatch(main, /<button/, place);
    assert.doesNotMatch(page, /(newsletters|forms)\/new"|console\/keys|console\/staff/, place);
    if (/\/|brand/.test(place)) assert.match(page, /Only an admin can change this.*<fieldset disabled/s, place);
  }
  const posts = ['newsletters', 'newsletters/daily', 'forms', 'forms/1', 'brand', 'keys', 'keys/1/revoke'];
  for (const place of posts) assert.equal((await lee.post(`/console/${place}`)).status, 403, place);
  for (const place of ['newsletters/new', 'forms/new', 'keys'])
    assert.equal((await lee.get(`/console/${place}`)).status, 403, place);
  assert.equal((await town.api('GET', '/newsletters')).status, 200, 'the key still works');
});

test('new wording is a new version, and the code for a page is what the embed looks for', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  await town.reader('ann@example.org').signsUp();
  const versionOf = async () => (await town.api('GET', '/forms/1')).body.version;

  saved(await fills(kim, '/console/forms/1', { newsletters: ['breaking', 'daily', ''], success_text: 'Look.' }));
  assert.equal(await versionOf(), 1, 'the order, and what is said afterwards, are no wording');
  const consent_text = 'I want these newsletters.\r\n\r\nI can leave at any time.';
  saved(await fills(kim, '/console/forms/1', { consent_text, button: 'Yes' }));
  saved(await fills(kim, '/console/forms/1', {}));
  assert.equal(await versionOf(), 2);
  const page = await kim.page('/console/forms/1');
  assert.match(page, /its words are version 2.*makes version 3.*proof of consent keeps the words/s);
  assert.match(await kim.page('/console/audit?act=form.change'), /version&#34;:1.*version&#34;:2/s);

  const form = (await (
    await fetch(`${town.url}/forms/1`, { headers: { Accept: 'application/json' } })
  ).json()) as FormJson;
  assert.deepEqual(
    [form.button, form.consent_text, form.newsletters.map(({ slug }) => slug)],
    ['Yes', consent_text.replaceAll('\r\n', '\n'), ['breaking', 'daily']],
  );
  const script = `<script src="${town.url}/embed.js" async></script>`;
  assert.equal(shownIn(page, '#code'), `<div data-daybreak-form="1"></div>\n${script}`);
  assert.equal(shownIn(page, '#script'), script);
  assert.equal(shownIn(page, '#policy'), `script-src ${town.url}; connect-src ${town.url}`);
  for (const address of [shownIn(page, '#link'), `${town.url}/embed.js`])
    assert.equal((await fetch(address)).status, 200, address);

  const origins = 'https://news.example\r\n\r\n https://old.example ';
  const made = await fills(
    kim,
    '/console/forms/new',
    { title: 'Sport', consent_text: 'Yes.', newsletters: ['', 'breaking'], allowed_origins: origins },
    '/console/forms',
  );
  assert.match(made.headers.get('Location') ?? '', /\/console\/forms\/2$/);
  const { body } = await town.api('GET', '/forms/2');
  assert.deepEqual(body.allowed_origins, ['https://news.example', 'https://old.example']);
});

test('a newsletter that rests is kept by the forms that name it', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  saved(await fills(kim, '/console/newsletters/breaking', { active: null }));
  saved(await fills(kim, '/console/forms/1', { title: 'Sign up' }));
  saved(await fills(kim, '/console/forms/1', { newsletters: ['breaking', 'daily'] }));
  assert.doesNotMatch(await (await fetch(`${town.url}/forms/1`)).text(), /Breaking news/);
  saved(await fills(kim, '/console/newsletters/breaking', { active: 'yes' }));
  assert.match(await (await fetch(`${town.url}/forms/1`)).text(), /Breaking news.*Daily digest/s);
});

test('the newsroom’s name and colour are on the next page, in a shade that can be read', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  const seenBy = async () => {
    const page = await (await fetch(`${town.url}/forms/1`)).text();
    const [, sheet = ''] = /href="(\/brand\.css[^"]*)"/.exec(page) ?? [];
    return { page, sheet, css: await (await fetch(town.url + sheet)).text() };
  };
  const before = await seenBy();
  saved(await fills(kim, '/console/brand', { name: 'The Valley Courier', picked: '#ffe600', time_zone: 'Asia/Tokyo' }));
  const after = await seenBy();
  assert.match(after.page, /The Valley Courier/);
  assert.notEqual(after.sheet, before.sheet, 'what a browser has kept of the old colour is not asked');
  assert.match(after.css, /^:root\{--accent:#7a6e00;--accent-dark:#ffe600;/);
  const page = await kim.page('/console/brand');
  assert.match(page, /darkened to #7a6e00 on white, contrast 5\.\d to 1.*In dark mode: #ffe600, contrast 14\.\d to 1/s);
  assert.match(await kim.page('/console/audit?act=brand.change'), /#b3261e.*#ffe600/s);

  saved(await fills(kim, '/console/brand', { accent: '#0B57A4', picked: '#ffe600', locale: 'EN-us' }));
  assert.match((await seenBy()).css, /--accent:#0b57a4/, 'the one that was touched counts');
  assert.equal(shownIn(await kim.page('/console/brand'), '#locale'), 'en-US');
});

test('the newsroom’s logo, links and headlines are on pages and in mails, and as text for whoever sees no picture', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  const look = {
    ...{ logo_url: 'https://post.example/logo.png', logo_width: '180', logo_alt: 'The Valley Courier' },
    ...{
      social: 'Mastodon https://post.example/@desk\r\n\r\n  On the radio  https://radio.example/  ',
      headlines: 'book',
    },
  };
  saved(await fills(kim, '/console/brand', { name: 'The Valley Courier', ...look }));
  const ann = await town.reader('ann@example.org').subscribes(['daily']);
  await town.publishes({ headline: 'Library lends seeds' });
  await town.digestNow();
  const { html, text = '' } = (await ann.receives('Library lends seeds')).parsed;
  for (const shown of [String(html), await (await fetch(`${town.url}/forms/1`)).text()]) {
    assert.match(
      shown,
      /<img[^>]* src="https:\/\/post\.example\/logo\.png" alt="The Valley Courier" width="180" height="32"/,
    );
    assert.match(
      shown,
      /href="https:\/\/post\.example\/@desk".*Mastodon.*href="https:\/\/radio\.example\/".*On the radio/s,
    );
  }
  assert.match(String(html), /font-family:Palatino Linotype/);
  assert.match(
    text,
    /^The Valley Courier\n.*Mastodon:\nhttps:\/\/post\.example\/@desk\nOn the radio:\nhttps:\/\/radio\.example\/\n/s,
  );
  const page = await kim.page('/console/brand');
  assert.equal(shownIn(page, '#social'), 'Mastodon https://post.example/@desk\nOn the radio https://radio.example/');

  saved(await fills(kim, '/console/brand', { logo_alt: '' }));
  assert.match(
    await (await fetch(`${town.url}/forms/1`)).text(),
    /<img[^>]* alt="" width="180" height="32"><bdi>The Valley Courier</,
  );
  saved(await fills(kim, '/console/brand', { logo_url: '', social: '' }));
  assert.doesNotMatch(await (await fetch(`${town.url}/forms/1`)).text(), /logo\.png|Mastodon/);
  assert.match(await kim.page('/console/audit?act=brand.change'), /logo\.png.*Mastodon/s);
});

test('a key is shown once, opens what it may, and is refused from the moment it is revoked', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  assert.match(await kim.page('/console/keys'), /No key yet/);
  const fields: [string, string][] = [
    ['name', 'cms'],
    ['scopes', 'newsletters:read'],
    ['scopes', 'articles:write'],
    ['scopes', 'articles:write'],
  ];
  const answer = await kim.post('/console/keys', fields);
  assert.deepEqual([answer.status, answer.headers.get('Cache-Control')], [200, 'no-store']);
  const shown = await answer.text();
  const key = shownIn(shown, '#key');
  assert.match(key, /^daybreak_[\w-]{43}$/);
  assert.ok(shownIn(shown, '#example').startsWith(`curl ${town.url}/api/v1/newsletters`));

  const calls = async (path: string, method = 'GET') =>
    (await fetch(`${town.url}/api/v1${path}`, { method, headers: { Authorization: `Bearer ${key}` } })).status;
  assert.deepEqual([await calls('/newsletters'), await calls('/articles'), await calls('/forms')], [200, 403, 403]);
  const list = await kim.page('/console/keys');
  assert.match(list, /cms.*newsletters:read, articles:write</s);
  for (const page of [list, await kim.page('/console/audit?act=key.create')]) assert.ok(!page.includes(key));
  assert.match(await kim.page('/console/audit?act=key.create'), /key 1<.*cms/s);

  assert.equal((await kim.post('/console/keys/1/revoke')).status, 303);
  assert.equal(await calls('/newsletters'), 401);
  assert.equal((await kim.post('/console/keys/1/revoke')).status, 303, 'pressed twice');
  assert.equal((await kim.page('/console/audit?act=key.revoke')).match(/>key 1</g)?.length, 1);
  assert.match(await kim.page('/console/keys'), /Revoked/);
  assert.equal((await kim.post('/console/keys/99/revoke')).status, 404);

  for (const scopes of [[], ['everything'], ['articles:write', HOSTILE]]) {
    const refused = await fills(kim, '/console/keys', { name: 'old cms', scopes });
    assert.equal(refused.status, 400, String(scopes));
    const words = await refused.text();
    assert.match(words, /Nothing has been saved.*id="scopes-error"/s);
    assert.equal(shownIn(words, '#name'), 'old cms');
    assert.doesNotMatch(words, /<script>alert|<img src=x/);
  }
  const writer = await (await kim.post('/console/keys', { name: 'desk', scopes: 'alerts:write' })).text();
  assert.match(shownIn(writer, '#example'), /-d '\{\}'/, 'an example that sends nothing to anybody');
});

test('nonsense is refused in words beside its field, and everything typed stays', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  const cases: [place: string, field: string, value: string | string[], why: RegExp][] = [
    ['newsletters/daily', 'send_at', '25:00', /must be a time such as 07:00/i],
    ['newsletters/daily', 'send_at', '', /must be a time/i],
    ['newsletters/daily', 'also_at', ['18:00', '25:00'], /must be a time such as 07:00/i],
    ['newsletters/daily', 'also_at', HOSTILE, /must be a time such as 07:00/i],
    ['newsletters/daily', 'days', HOSTILE, /must be some of the numbers/i],
    ['newsletters/daily', 'days', [], /must be at least one day/i],
    ['newsletters/daily', 'lateness_minutes', 'six hours', /whole number from 1 to 1440/],
    ['newsletters/daily', 'lateness_minutes', '0', /whole number from 1 to 1440/],
    ['newsletters/daily', 'name', ' ', /must not be empty/i],
    ['newsletters/daily', 'name', ['a', 'b'], /must not be empty/i],
    ['newsletters/daily', 'description', 'x'.repeat(501), /at most 500 characters/],
    ['newsletters/daily', 'from_address', 'desk@', /is not an email address/i],
    ['newsletters/daily', 'reply_to', HOSTILE, /is not an email address/i],
    ['newsletters/daily', 'when_uncertain', HOSTILE, /must be hold or resend/i],
    ['newsletters/daily', 'from_name', 'Post\r\nBcc: bob@example.org', /must be one line/i],
    ['forms/1', 'title', '', /must not be empty/i],
    ['forms/1', 'consent_text', 'a\0b', /must not hold control characters/i],
    ['forms/1', 'button', 'x'.repeat(61), /at most 60 characters/],
    ['forms/1', 'consent_link_url', 'javascript:alert(1)', /must be a whole address/i],
    ['forms/1', 'name_field', HOSTILE, /must be none or optional/i],
    ['forms/1', 'success_text', ' ', /must not be empty/i],
    ['forms/1', 'proof_of_work', HOSTILE, /must be never, suspicion or always/i],
    ['forms/1', 'topics', 'nonsense', /there is no topic/i],
    ['forms/1', 'newsletters', ['daily', 'nightly'], /there is no newsletter/i],
    ['forms/1', 'newsletters', ['', ''], /at least one newsletter/],
    ['forms/1', 'newsletters', HOSTILE, /there is no newsletter/i],
    ['forms/1', 'allowed_origins', 'https://ok.example\r\nnews.example/', /“news\.example\/” must be like/],
    ['forms/1', 'allowed_origins', HOSTILE, /must be like https:\/\/news\.example/],
    ['brand', 'accent', 'red', /must be like #b3261e/i],
    ['brand', 'picked', HOSTILE, /must be like #b3261e/i],
    ['brand', 'time_zone', 'Mars/Olympus', /is not a time zone/i],
    ['brand', 'time_zone', HOSTILE, /is not a time zone/i],
    ['brand', 'locale', HOSTILE, /is not a language/i],
    ['brand', 'locale', 'xx-nowhere', /is not a language/i],
    ['brand', 'postal_address', '', /must not be empty/i],
    ['brand', 'logo_url', 'http://post.example/logo.png', /must be a whole address/i],
    ['brand', 'logo_url', 'https://kim:pw@post.example/logo.png', /must be a whole address/i],
    ['brand', 'logo_url', 'javascript:alert(1)', /must be a whole address/i],
    ['brand', 'logo_url', 'https://post.example/logo.SVG?v=2', /must be a PNG, JPEG or GIF/i],
    ['brand', 'logo_url', `https://post.example/${'x'.repeat(500)}`, /at most 500 characters/i],
    ['brand', 'logo_width', '241', /must be from 16 to 240/i],
    ['brand', 'logo_width', '', /must be from 16 to 240/i],
    ['brand', 'logo_alt', 'x'.repeat(101), /at most 100 characters/i],
    ['brand', 'social', 'Mastodon', /“Mastodon” must be like/i],
    ['brand', 'social', 'Mastodon javascript:alert(1)', /must be like/i],
    ['brand', 'social', HOSTILE, /must be like/i],
    ['brand', 'social', Array(7).fill('Mastodon https://post.example/@desk').join('\n'), /at most 6 links/i],
    ['brand', 'headlines', HOSTILE, /must be serif, book or sans/i],
  ];
  for (const [place, field, value, why] of cases) {
    const before = await kim.page(`/console/${place}`);
    // Something harmless beside it, to be found again.
    const other = place === 'forms/1' ? ['button', 'Go'] : ['name', 'The other field'];
    const keeps = other[0] !== field;
    const answer = await fills(kim, `/console/${place}`, {
      ...(keeps && { [String(other[0])]: String(other[1]) }),
      [field]: value,
    });
    const what = `${place}: ${field} ${String(value).slice(0, 40)}`;
    assert.equal(answer.status, 400, what);
    const words = await answer.text();
    assert.match(words, /Nothing has been saved/, what);
    assert.match(shownIn(words, `#${field === 'picked' ? 'accent' : field}-error`), why, what);
    if (keeps) assert.equal(shownIn(words, `#${other[0]}`), other[1], what);
    const own = shownIn(words, `#${field}`);
    // A list to choose from holds nothing else.
    if (
      typeof value === 'string' &&
      own !== '' &&
      !['picked', 'name_field', 'proof_of_work', 'headlines'].includes(field)
    )
      assert.equal(own.replaceAll('\r\n', '\n'), value.replaceAll('\r\n', '\n').replaceAll('\0', '\ufffd'), what);
    assert.doesNotMatch(words, /<script>alert|<img src=x/, what);
    assert.equal(await kim.page(`/console/${place}`), before, `${what}: nothing was saved`);
  }
  for (const place of ['newsletters/nightly', 'forms/99', 'forms/abc', 'newsletters/%3Cscript%3E']) {
    assert.equal((await kim.get(`/console/${place}`)).status, 404, place);
    assert.equal((await kim.post(`/console/${place}`, { name: 'x', title: 'x' })).status, 404, place);
  }
});

test('what stands in a setting runs nowhere', async (t) => {
  const town = await newsroom(t);
  const kim = await colleague(town, 'admin');
  const hostile = HOSTILE.slice(0, 60);
  const words = { name: hostile, description: HOSTILE, from_name: HOSTILE };
  saved(await fills(kim, '/console/newsletters/daily', words));
  saved(await fills(kim, '/console/forms/1', { title: HOSTILE, button: hostile, consent_text: HOSTILE }));
  const links = `${HOSTILE.slice(0, 30)} https://post.example/?a="><script>`;
  const logo = { logo_url: 'https://post.example/logo.png?a="><script>', logo_alt: HOSTILE };
  assert.equal((await fills(kim, '/console/brand', { social: `${HOSTILE} https://post.example/` })).status, 400);
  saved(await fills(kim, '/console/brand', { name: HOSTILE, postal_address: HOSTILE, social: links, ...logo }));
  assert.equal((await kim.post('/console/keys', { name: HOSTILE, scopes: 'forms:read' })).status, 200);
  assert.equal(shownIn(await kim.page('/console/forms/1'), '#consent_text'), HOSTILE, 'it is text like any other');
  const inside = ['newsletters', 'newsletters/daily', 'newsletters/new', 'forms', 'forms/1', 'forms/new', 'brand'];
  const places = [...inside, 'keys', 'audit', 'staff'].map((place) => `/console/${place}`);
  for (const place of [...places, '/console', '/forms/1', '/archive', '/'])
    assert.doesNotMatch(await kim.page(place), /<script>alert|<img src=x/, place);
});

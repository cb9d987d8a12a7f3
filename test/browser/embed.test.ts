import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { chromium, foreignSite, type Observed, observe, violations } from '../support/browser.ts';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom, onBothQueues } from '../support/newsroom.ts';
import { shownIn } from '../support/page-form.ts';
import type { RelayedMail } from '../support/relay.ts';

const TITLE = 'Sign up to our daily news alerts';
const UNREACHABLE = 'We could not reach the newsroom. Check your connection and press the button again.';
const SHORTCODE = '<p>[ms-form id=1]</p>';
const SECTION = '<div data-daybreak-form="1" data-topics="politics, chess,no-such"></div>';
const NONCE = 'c3VucmlzZQ';

onBothQueues('a reader signs up on a newspaper’s page, gets the digest, and leaves', async (t, queue) => {
  const town = await newsroom(t, { queue });
  const { page, site, seen } = await newspaper(t, town, SHORTCODE);
  const ann = town.reader('ann@example.org');
  const bob = await town.reader('bob@example.org').subscribes();

  await page.getByLabel('Breaking news').uncheck();
  await page.getByLabel('Your email address').fill('ann@example.org');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  assert.equal(await page.getByText('ms-form').count(), 0, 'no shortcode is left over');
  assert.deepEqual(seen.complaints, []);

  await opens(page, await ann.receives('Please confirm your subscription'), 'Confirm my subscription');
  await page.getByRole('heading', { name: 'Confirm your subscription' }).waitFor();
  assert.deepEqual(await town.states('ann@example.org'), { daily: 'pending' }, 'opening the link changes nothing');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'You are subscribed' }).waitFor();

  await town.publishes({ headline: 'Ferry pilots vote on winter timetable' });
  await town.digestNow();
  const digest = await ann.receives('Ferry pilots vote on winter timetable');
  await opens(page, digest, 'Unsubscribe');
  await page.getByRole('heading', { name: 'Stop getting Daily digest?' }).waitFor();
  assert.deepEqual(await town.states('ann@example.org'), { daily: 'active' }, 'opening the link changes nothing');
  await page.getByRole('button', { name: 'Unsubscribe', exact: true }).click();
  await page.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();

  town.clock.advance(3600);
  await town.publishes({ headline: 'Library lends seeds' });
  await town.digestNow();
  await town.alert({ headline: 'Storm closes the harbour bridge', text: 'Buses turn at the fish market.' });
  await town.settles();
  assert.equal(bob.inbox.length, 3, 'the mails went out');
  assert.deepEqual(ann.inbox, [digest]);

  assert.deepEqual(seen.complaints, []);
  assert.deepEqual([...seen.origins].sort(), [site, town.url].sort(), 'nothing is asked of a third origin');
  assert.deepEqual(seen.cookies, []);
  assert.deepEqual(await page.context().cookies(), []);
});

test('a form that the page’s own script inserts late appears, and signs up', async (t) => {
  const town = await newsroom(t);
  const { page, seen } = await newspaper(t, town, '<main></main>');
  await page.evaluate(`document.querySelector('main').innerHTML = '<div><div data-daybreak-form="1"></div></div>'`);
  await page.getByLabel('Your email address').fill('ann@example.org');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  await town.reader('ann@example.org').confirmLink();
  assert.deepEqual(await town.states('ann@example.org'), { daily: 'pending', breaking: 'pending' });
  assert.deepEqual(seen.complaints, []);
});

test('shortcodes become forms wherever a text has them, also later; where code is shown they stay', async (t) => {
  const town = await newsroom(t);
  const body = `${SHORTCODE}<p id="two">See [ms-form title="a" id=“1”] and [MS-FORM id='1' /].</p><p id="later">soon</p>
    <pre>[ms-form id=1]</pre><p><code>[ms-form id=1]</code></p><div contenteditable>[ms-form id=1]</div>`;
  const { page, seen } = await newspaper(t, town, body);
  const forms = () => page.getByRole('heading', { name: TITLE });
  await page.locator('#two').getByRole('heading', { name: TITLE }).nth(1).waitFor();
  assert.equal(await forms().count(), 3);
  await page.evaluate(`document.querySelector('#later').firstChild.data = 'Here: [ms-form id=1]'`);
  await page.locator('#later').getByRole('heading', { name: TITLE }).waitFor();
  assert.equal(await page.getByText('[ms-form id=1]').count(), 3);
  assert.deepEqual(seen.complaints, []);
});

for (const [typed, message] of [
  ['ann', 'Enter your email address, like name@example.org.'],
  ['ann@example', 'This does not look like an email address: it should be like name@example.org.'],
] as const) {
  test(`“${typed}” as an address shows what is wrong beside the field, and the field keeps it`, async (t) => {
    const town = await newsroom(t);
    const { page } = await newspaper(t, town, SHORTCODE);
    const field = page.getByLabel('Your email address');
    await field.fill(typed);
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('textbox', { description: message }).waitFor();
    assert.equal(await field.inputValue(), typed);
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    assert.equal(await focused(page), 'email');

    const [box, error] = await Promise.all([field.boundingBox(), page.getByText(message).boundingBox()]);
    assert.ok(box && error);
    const gap = error.y - (box.y + box.height);
    assert.ok(error.x === box.x && gap >= 0 && gap < 16, `the message stands ${gap} px below the field`);

    await field.fill('ann@example.org');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  });
}

test('a reader without a connection is told what to do, and doing it works', async (t) => {
  const town = await newsroom(t);
  const { page } = await newspaper(t, town, SHORTCODE);
  const button = page.getByRole('button', { name: 'Sign up' });
  await page.getByLabel('Your email address').fill('ann@example.org');
  await page.context().setOffline(true);
  await button.click();
  await page.getByRole('alert').getByText(UNREACHABLE).waitFor();
  assert.equal(await page.getByLabel('Your email address').inputValue(), 'ann@example.org');

  await page.context().setOffline(false);
  await button.click();
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  assert.equal(await page.getByText(UNREACHABLE).count(), 0);
});

test('a form that could not be loaded offers to try again', async (t) => {
  const town = await newsroom(t);
  const { page, site } = await newspaper(t, town, SHORTCODE);
  await page.route(`${town.url}/forms/1`, (route) => route.abort());
  await page.goto(site);
  await page.getByText('The sign-up form could not be loaded.').waitFor();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: TITLE }).waitFor();
});

test('the form speaks its newsletter’s language, from right to left where that is written so, on whatever page', async (t) => {
  const town = await newsroom(t);
  await wholeForm(town);
  await town.api('PATCH', '/newsletters/daily', { language: 'ar' });
  const { page, seen } = await newspaper(t, town, SHORTCODE);
  const field = page.getByLabel('عنوان بريدك الإلكتروني');
  assert.equal(await field.evaluate((input) => input.closest('[lang]')?.getAttribute('lang')), 'ar');
  const [box, legend] = await Promise.all([page.getByRole('checkbox').first(), page.getByText('موضوعات بعينها فقط؟')]);
  const right = async (part: typeof box) => ((b) => (b ? b.x + b.width : 0))(await part.boundingBox());
  assert.ok((await right(box)) > 1200, 'the boxes stand on the right');
  assert.ok((await right(legend)) > 1200, 'the text begins on the right');
  for (const [typed, message] of [
    ['ann', 'أدخل عنوان بريدك الإلكتروني، مثل name@example.org.'],
    ['ann@example', 'لا يبدو هذا عنوان بريد إلكتروني: ينبغي أن يكون على هيئة name@example.org.'],
  ] as const) {
    await field.fill(typed);
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { description: message }).waitFor();
    assert.deepEqual(await violations(page), []);
  }
  assert.deepEqual(
    seen.complaints.filter((line) => !line.includes('400')),
    [],
  );
});

test('what could not be loaded is said in the language of the page, and what is no longer offered by the newsroom', async (t) => {
  const town = await newsroom(t);
  const browser = await chromium(t);
  for (const [lang, message, button] of [
    ['fr-CA', 'Le formulaire d’inscription n’a pas pu être chargé.', 'Réessayer'],
    ['UK', 'Не вдалося завантажити форму підписки.', 'Спробувати ще раз'],
    ['ar', 'تعذّر تحميل نموذج الاشتراك.', 'أعد المحاولة'],
    ['de', 'The sign-up form could not be loaded.', 'Try again'],
  ] as const) {
    const forms = '<div data-daybreak-form="1"></div><div data-daybreak-form="99"></div>';
    const script = `<script src="${town.url}/embed.js"></script>`;
    const site = await foreignSite(t, `<!doctype html><html lang="${lang}"><title>x</title>${forms}${script}</html>`);
    const page = await browser.newPage();
    await page.route(`${town.url}/forms/1`, (route) => route.abort());
    await page.goto(site);
    await page.getByText(message).waitFor();
    await page.getByRole('button', { name: button }).waitFor();
    await page.getByText('This sign-up form is no longer offered.').waitFor();
  }
});

test('the keyboard alone is enough', async (t) => {
  const town = await newsroom(t);
  const { page } = await newspaper(t, town, SHORTCODE);
  const { keyboard } = page;
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await keyboard.press('Space');
  await keyboard.press('Tab');
  assert.equal(await focused(page), 'email');
  await keyboard.type('ann@example.org');
  await keyboard.press('Tab');
  assert.match(await outline(page), /^solid [23]px/, 'one sees where one is');
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  assert.equal(await focused(page), 'Check your inbox', 'the answer is read out');

  await page.goto(await town.reader('ann@example.org').confirmLink());
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: 'You are subscribed' }).waitFor();
  assert.deepEqual(await town.states('ann@example.org'), { daily: 'active' }, 'the space bar unticked the other');
});

for (const scheme of ['light', 'dark'] as const) {
  test(`the whole form on a ${scheme} page fits phones, tablets and desks, satisfies WCAG 2.2 AA, and needs no mouse`, async (t) => {
    const town = await newsroom(t);
    await wholeForm(town);
    const { page, site, seen } = await newspaper(t, town, SECTION, '<meta name="color-scheme" content="light dark">');
    await page.emulateMedia({ colorScheme: scheme });
    const { keyboard } = page;
    for (const width of [320, 768, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(site);
      await page.getByRole('heading', { name: TITLE }).waitFor();
      assert.equal(await overflow(page), 0, `${width} px`);
      assert.deepEqual(await violations(page), [], `${width} px`);
      // Two newsletters, four topics.
      for (let stop = 0; stop < 6; stop += 1) await keyboard.press('Tab');
      await keyboard.press('Tab');
      assert.equal(await focused(page), 'name');
      await keyboard.type('Ann O’Hara');
      await keyboard.press('Tab');
      assert.equal(await focused(page), 'email', 'nothing out of sight stands in the way');
      await keyboard.type(`${scheme}-${width}@example.org`);
      await keyboard.press('Enter');
      await page.getByRole('heading', { name: 'One more step' }).waitFor();
      assert.equal(await focused(page), 'One more step');
      assert.equal(await overflow(page), 0, `${width} px`);
      // Of text on a dark page that states no colour axe can say nothing, and here is no other.
      if (scheme === 'light') assert.deepEqual(await violations(page), [], `${width} px`);
    }
    const reader = town.reader(`${scheme}-1280@example.org`);
    await reader.receives('Please confirm your subscription');
    assert.deepEqual(await kept(town, reader.email), {
      ...{ name: 'Ann O’Hara', topics: ['politics'], page_url: `${site}/` },
    });
    assert.deepEqual(seen.complaints, []);
  });

  test(`the form on a ${scheme} page satisfies WCAG 2.2 AA, with an error and without`, async (t) => {
    const town = await newsroom(t);
    const { page } = await newspaper(t, town, SHORTCODE, `<meta name="color-scheme" content="${scheme}">`);
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('textbox', { description: /Enter your email address/ }).waitFor();
    assert.deepEqual(await violations(page), []);
  });
}

test('the script is under 8 kB, needs nothing else, and leaves nothing behind', async (t) => {
  const town = await newsroom(t);
  const script = Buffer.from(await (await fetch(`${town.url}/embed.js`)).arrayBuffer());
  const size = gzipSync(script).length;
  assert.ok(size < 8000, `${size} bytes`);
  const { page, seen } = await newspaper(t, town, `${SHORTCODE}<div data-daybreak-form="1"></div>${SHORTCODE}`);
  assert.equal(await page.getByRole('heading', { name: TITLE }).count(), 3);
  const ids = await page.evaluate(
    `[...document.querySelectorAll('[data-daybreak-form]')].flatMap((e) => [...e.shadowRoot.querySelectorAll('[id]')].map((x) => x.id))`,
  );
  assert.equal(new Set(ids as string[]).size, (ids as string[]).length, 'no id twice on a page');
  assert.deepEqual(seen.cookies, []);
  assert.equal(await page.evaluate('localStorage.length + sessionStorage.length + document.cookie.length'), 0);
});

test('what a form says is text on the newspaper’s page, whatever it says', async (t) => {
  const town = await newsroom(t);
  const hostile = '<img src=x onerror=alert(1)>"]';
  const words = {
    title: hostile,
    button: hostile,
    consent_text: hostile,
    success_title: hostile,
    success_text: hostile,
  };
  await wholeForm(town, { ...words, consent_link_text: hostile });
  const { page, seen } = await newspaper(t, town, `<div data-daybreak-form="1" data-topics='"],${hostile}'></div>`);
  await page.getByRole('heading', { name: hostile }).waitFor();
  await page.getByLabel('Your email address').fill('ann@example.org');
  await page.keyboard.press('Enter');
  await page.locator('.done').waitFor();
  assert.equal(await page.locator('img').count(), 0);
  assert.deepEqual(seen.complaints, []);
});

test('a mistyped address is asked about; its reader may take the other one or insist', async (t) => {
  const town = await newsroom(t);
  const { page } = await newspaper(t, town, SHORTCODE);
  const sent: Record<string, unknown>[] = [];
  await page.route('**/sign-ups', async (route) => {
    const said = route.request().postDataJSON();
    sent.push(said);
    if (said.email !== 'ann@gmial.com' || said.sure === said.email) return route.continue();
    const errors = [{ field: 'email', message: 'Did you mean ann@gmail.com?' }];
    await route.fulfill({
      status: 400,
      headers: { 'Access-Control-Allow-Origin': '*' },
      json: { code: 'invalid', errors, suggestion: 'ann@gmail.com' },
    });
  });
  for (const answer of ['Yes, use that', 'No, it is right']) {
    await page.reload();
    await page.getByLabel('Your email address').fill('ann@gmial.com');
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: 'Did you mean ann@gmail.com?' }).waitFor();
    assert.equal(await focused(page), 'Yes, use that');
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: answer }).press('Enter');
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  }
  assert.deepEqual(
    sent.map(({ email, sure, website_address }) => [email, sure, website_address]),
    [
      ['ann@gmial.com', undefined, ''],
      ['ann@gmail.com', undefined, ''],
      ['ann@gmial.com', undefined, ''],
      ['ann@gmial.com', 'ann@gmial.com', ''],
    ],
  );
});

test('where work is wanted the browser does it, and the sign-up goes again; where it cannot, our own page is named', async (t) => {
  const town = await newsroom(t);
  const { page, seen } = await newspaper(t, town, SHORTCODE);
  const cors = { 'Access-Control-Allow-Origin': '*' };
  const challenge = { salt: 'a1' };
  await page.route('**/sign-ups', async (route) => {
    if (route.request().postDataJSON().altcha === 'solved a1') return route.continue();
    await route.fulfill({ status: 403, headers: cors, json: { code: 'proof-wanted', challenge } });
  });
  const prover = async (body: string) => {
    await page.unroute('**/assets/prove.js');
    await page.route('**/assets/prove.js', (route) =>
      route.fulfill({ headers: { ...cors, 'Content-Type': 'text/javascript' }, body }),
    );
    await page.reload();
    await page.getByLabel('Your email address').fill('ann@example.org');
    await page.keyboard.press('Enter');
  };
  await prover('export const prove = async () => { throw new Error() };');
  await page.getByRole('alert').getByRole('link', { name: 'open the form' }).waitFor();
  await prover("export const prove = async ({ salt }) => 'solved ' + salt;");
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  assert.deepEqual(
    seen.complaints.filter((line) => !line.includes('403')),
    [],
    'a strict policy lets it in',
  );
});

test('plain HTML, pasted into a page of another origin, signs up in a browser that runs no script', async (t) => {
  const town = await newsroom(t);
  await wholeForm(town);
  const kim = await colleague(town, 'admin');
  const site = await foreignSite(t, `<!doctype html>${shownIn(await kim.page('/console/forms/1'), '#plain')}`);
  const context = await (await chromium(t)).newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(site);
  await page.getByLabel('Politics').check();
  await page.getByLabel('Your name').fill('Ann');
  await page.getByLabel('Your email address').fill('ann@example.org');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('heading', { name: 'One more step' }).waitFor();
  assert.equal(page.url(), `${town.url}/forms/1/check-your-inbox`);
  assert.deepEqual(await kept(town, 'ann@example.org'), {
    ...{ name: 'Ann', topics: ['politics'], page_url: `${site}/` },
  });
});

/** Form 1 with everything a form may hold. */
async function wholeForm(town: Newsroom, change: object = {}): Promise<void> {
  const topics = ['politics', 'sport', 'weather', 'local-government-and-planning'];
  await town.publishes({ headline: 'Ferry pilots vote', topics: [...topics, 'chess'] });
  const link = { consent_link_text: 'Privacy policy', consent_link_url: 'https://post.example/privacy' };
  const success = {
    success_title: 'One more step',
    success_text: 'Look into your mail.\n\nIt comes from the newsdesk.',
  };
  const { status } = await town.api('PATCH', '/forms/1', {
    ...{ name_field: 'optional', topics, ...link, ...success, ...change },
  });
  assert.equal(status, 200);
}

/** What the sign-up left behind. */
async function kept(town: Newsroom, email: string) {
  const { rows } = await town.context.pool.query(
    `select r.name, array(select slug from topics where id = any (ts.topic_ids)) as topics, c.page_url
     from subscribers r join subscriptions s on s.subscriber_id = r.id join topic_sets ts on ts.id = s.topic_set_id
     join consent_events c on c.subscriber_id = r.id where r.email = $1 limit 1`,
    [email],
  );
  return rows[0];
}

const overflow = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');

/** A newspaper's page of another origin that lets in our script and our answers, and no style at all. */
async function newspaper(
  t: TestContext,
  town: Newsroom,
  body: string,
  head = '',
): Promise<{ page: Page; site: string; seen: Observed }> {
  const allowed = `default-src 'none'; script-src 'nonce-${NONCE}' ${town.url}; connect-src ${town.url}; style-src 'none'`;
  const start = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The Valley Courier</title>${head}</head>`;
  const script = `<script nonce="${NONCE}" src="${town.url}/embed.js" async></script>`;
  const site = await foreignSite(t, `${start}<body><h1>Ferry pilots vote</h1>${body}${script}</body></html>`, allowed);
  const page = await (await chromium(t)).newPage();
  const seen = await observe(page);
  await page.goto(site);
  if (body.startsWith(SHORTCODE) || body === SECTION)
    await page.getByRole('heading', { name: TITLE }).first().waitFor();
  return { page, site, seen };
}

/** Shows the mail as a mail program does, and opens what stands behind a link of it. */
async function opens(page: Page, mail: RelayedMail, link: string): Promise<void> {
  await page.goto('about:blank');
  await page.setContent(String(mail.parsed.html));
  const href = await page.getByRole('link', { name: link, exact: true }).getAttribute('href');
  await page.goto(href ?? '');
}

const INNERMOST = '(function at(root) { const e = root.activeElement; return e?.shadowRoot ? at(e.shadowRoot) : e })';

/** The name of the field, or the words, that has the keyboard's focus. */
const focused = (page: Page) => page.evaluate(`((e) => e.name || e.textContent)(${INNERMOST}(document))`);

const outline = async (page: Page) =>
  String(
    await page.evaluate(`((s) => s.outlineStyle + ' ' + s.outlineWidth)(getComputedStyle(${INNERMOST}(document)))`),
  );

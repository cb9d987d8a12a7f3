import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { chromium, foreignSite, type Observed, observe, violations } from '../support/browser.ts';
import { type Newsroom, newsroom, onBothQueues } from '../support/newsroom.ts';
import type { RelayedMail } from '../support/relay.ts';

const TITLE = 'Sign up to our daily news alerts';
const UNREACHABLE = 'We could not reach the newsroom. Check your connection and press the button again.';
const SHORTCODE = '<p>[ms-form id=1]</p>';

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
  test(`the form on a ${scheme} page satisfies WCAG 2.2 AA, with an error and without`, async (t) => {
    const town = await newsroom(t);
    const { page } = await newspaper(t, town, SHORTCODE, `<meta name="color-scheme" content="${scheme}">`);
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByRole('textbox', { description: /Enter your email address/ }).waitFor();
    assert.deepEqual(await violations(page), []);
  });
}

/** A newspaper's page of another origin that lets in our script and our answers, and no style at all. */
async function newspaper(
  t: TestContext,
  town: Newsroom,
  body: string,
  head = '',
): Promise<{ page: Page; site: string; seen: Observed }> {
  const allowed = `default-src 'none'; script-src ${town.url}; connect-src ${town.url}; style-src 'none'`;
  const start = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The Valley Courier</title>${head}</head>`;
  const script = `<script src="${town.url}/embed.js" async></script>`;
  const site = await foreignSite(t, `${start}<body><h1>Ferry pilots vote</h1>${body}${script}</body></html>`, allowed);
  const page = await (await chromium(t)).newPage();
  const seen = await observe(page);
  await page.goto(site);
  if (body === SHORTCODE) await page.getByRole('heading', { name: TITLE }).waitFor();
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { chromium, foreignSite, violations } from '../support/browser.ts';
import { codeOf, PASSWORD } from '../support/colleague.ts';
import { type FaultTown, faultTown } from '../support/fault-town.ts';
import { until } from '../support/until.ts';

const READERS = 20_000;
const KIM = 'kim@post.example';
const LEE = 'lee@post.example';
const STORY = `<html><head><title>Bridge shut by storm</title><meta property="og:title" content="Bridge shut by storm">
<meta property="og:description" content="Both ways, until Friday."></head><body><h1>Bridge shut by storm</h1></body></html>`;

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const headed = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

test('an editor breaks news to 20,000 readers over a slow relay, stops it at half, and puts it right', async (t) => {
  const site = await foreignSite(t, STORY);
  const news = await faultTown(t, { queue: 'redis', workers: 'here', env: { UNDO_SECONDS: '4' } });
  news.town.clock.runs();
  await news.town.imports(
    'breaking',
    Array.from({ length: READERS }, (_, n) => `r${n}@example.org`),
  );
  const browser = await chromium(t);
  const kim = await firstAdmin(browser, news);
  const lee = await invites(kim, browser, news);
  await wantsApproval(kim);

  // Lee drafts from the article's address, and cannot let it go alone.
  await lee.getByRole('link', { name: 'Alert', exact: true }).click();
  await lee.getByLabel('Address of the article').fill(site);
  await press(lee, 'Go on');
  await headed(lee, 'Alert');
  assert.equal(await lee.getByLabel('Headline').inputValue(), 'Bridge shut by storm');
  await lee.getByText('20,000 readers').first().waitFor();
  await lee.getByText('The story’s address answers 200').waitFor();
  await lee.getByLabel('Headline').fill('Storm closes the bridge');
  await lee.frameLocator('iframe').getByText('Storm closes the bridge').waitFor();
  await press(lee, 'Save');
  assert.equal(await lee.getByRole('button', { name: 'Release' }).count(), 0);
  const desk = lee.url().replace(/\?.*/, '');
  await approvedBy(kim, lee, desk);

  // A countdown that is called back, and one that is not.
  await press(lee, 'Release');
  await headed(lee, 'Going out');
  const seconds = () => lee.getByRole('timer').textContent();
  const first = await seconds();
  await until('the countdown counts', async () => (await seconds()) !== first);
  await press(lee, 'Undo');
  await lee.getByText('Called back.').waitFor();
  const toReaders = (await news.relay.record()).filter(({ to }) => to.endsWith('@example.org'));
  assert.deepEqual(toReaders, []);
  await news.relay.follows({ delayMs: 3 });
  await press(lee, 'Release');
  await headed(lee, 'Storm closes the bridge');

  await t.test('progress is seen moving, without the page being loaded again', () => moves(lee));
  await until('half of them have it', async () => (await acceptedOn(lee)) > READERS / 2);
  await press(lee, 'Cancel what is left');
  await lee.getByText('Cancelled', { exact: true }).waitFor();
  const edition = Number(/editions\/(\d+)/.exec(lee.url())?.[1]);
  await until('nothing is under way', async () => (await news.town.edition(edition)).counts.pending === 0);
  const { counts } = await news.town.edition(edition);
  assert.ok(counts.accepted >= READERS / 2 && counts.skipped > 0, JSON.stringify(counts));
  assert.equal(counts.accepted + counts.skipped, counts.audience);

  await news.relay.behaves();
  await lee.getByText('How long readers waited', { exact: false }).waitFor();
  await press(lee, 'Write a correction');
  await headed(lee, 'Correction');
  await lee.getByLabel('What was wrong').fill('The bridge is open to buses.');
  await lee.getByLabel('The headline as it should be').fill('Storm closes the bridge to cars');
  await lee.getByLabel('What is right').fill('Buses still cross every ten minutes.');
  await press(lee, 'Save');
  await lee.getByText('Saved.').waitFor();
  await approvedBy(kim, lee, lee.url().replace(/\?.*/, ''));
  await press(lee, 'Release');
  await lee.getByText('Puts right what stood in', { exact: false }).waitFor();
  const correction = Number(/editions\/(\d+)/.exec(lee.url())?.[1]);
  await news.town.reaches(correction, { audience: counts.accepted, accepted: counts.accepted });
  await t.test('the correction reached exactly those who had the wrong text, below it', () =>
    isThreaded(news, edition, correction),
  );
});

async function firstAdmin(browser: Browser, { town }: FaultTown): Promise<Page> {
  const link = await town.command('staff', 'add', '--email', KIM, '--name', 'Kim Ode', '--role', 'admin');
  const page = await browser.newPage();
  await page.goto(new URL(new URL(link).pathname, town.url).href);
  await page.getByLabel('Choose a password').fill(PASSWORD);
  await press(page, 'Set password and sign in');
  await headed(page, 'Home');
  await page.getByRole('link', { name: 'Kim Ode' }).click();
  await page.getByLabel('To switch it on, type your password').fill(PASSWORD);
  await press(page, 'Switch on');
  await headed(page, 'Second step when you sign in');
  const secret = (await page.locator('code').first().textContent()) ?? '';
  await page.getByLabel('Type the six digits').fill(codeOf(secret));
  await press(page, 'Switch on');
  await page.getByRole('status').getByText('Saved.').waitFor();
  return page;
}

async function invites(kim: Page, browser: Browser, { town, relay }: FaultTown): Promise<Page> {
  await kim.getByRole('link', { name: 'Settings' }).click();
  await kim.getByRole('link', { name: 'Staff', exact: true }).click();
  await kim.getByLabel('Name', { exact: true }).fill('Lee Marsh');
  await kim.getByLabel('Email address').fill(LEE);
  await press(kim, 'Send the invitation');
  const mail = await until('the invitation is out', async () => (await relay.record()).find(({ to }) => to === LEE));
  const page = await (await browser.newContext()).newPage();
  await page.goto(new URL(new URL(mail.invitation).pathname, town.url).href);
  await page.getByLabel('Choose a password').fill(PASSWORD);
  await press(page, 'Set password and sign in');
  await headed(page, 'Home');
  return page;
}

async function wantsApproval(kim: Page): Promise<void> {
  await kim.getByRole('link', { name: 'Newsletters' }).click();
  await kim.getByRole('link', { name: 'Breaking news' }).click();
  await kim.getByLabel('Needs approval').check();
  await press(kim, 'Save');
  await kim.getByRole('status').getByText('Saved.').waitFor();
}

async function approvedBy(kim: Page, lee: Page, desk: string): Promise<void> {
  await press(lee, 'Ask for approval');
  await lee.getByText('Waiting for a second person').waitFor();
  await kim.goto(desk);
  await press(kim, 'Approve');
  await kim.getByText('Approved.').waitFor();
  await lee.goto(desk);
  await lee.getByText('by Kim Ode').waitFor();
}

async function acceptedOn(page: Page): Promise<number> {
  const label = await page.locator('label[for=progress]').textContent();
  return Number(/^([\d,]+) of/.exec(label ?? '')?.[1]?.replaceAll(',', ''));
}

async function moves(lee: Page): Promise<void> {
  await lee.evaluate('window.loadedOnce = true');
  await until('mails are seen to be accepted', async () => (await acceptedOn(lee)) > 0);
  const before = await acceptedOn(lee);
  await until('more are', async () => (await acceptedOn(lee)) > before);
  await lee.getByText(/[\d,]+ a second/).waitFor();
  await lee.getByRole('img', { name: 'Accepted in each of the last seconds', exact: false }).waitFor();
  await lee.getByRole('img', { name: 'How long readers waited', exact: false }).waitFor();
  assert.equal(await lee.evaluate('window.loadedOnce'), true);
  assert.deepEqual(await violations(lee), []);
}

async function isThreaded({ relay }: FaultTown, wrong: number, right: number): Promise<void> {
  const of = (id: number, all: Awaited<ReturnType<typeof relay.record>>) =>
    all.filter(({ feedbackId }) => feedbackId.startsWith(`${id}:`));
  const record = await relay.record();
  const sent = new Map(of(wrong, record).map(({ to, messageId }) => [to, messageId]));
  const corrected = of(right, record);
  assert.equal(corrected.length, sent.size);
  for (const { to, inReplyTo } of corrected) assert.equal(inReplyTo, sent.get(to), to);
}

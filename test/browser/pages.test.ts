/**
 * The pages in a real Chromium. The last test takes the README's pictures and checks them; with SCREENSHOTS=1 in the
 * environment it also puts them into docs/images.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { simpleParser } from 'mailparser';
import type { Page } from 'playwright-core';
import { createLog } from '../../src/kernel/log.ts';
import { type Mailbox, openMailbox } from '../../src/platform/mail/mailbox.ts';
import { chromium, observe, violations } from '../support/browser.ts';
import { cleanUp } from '../support/clean-up.ts';
import { codeOf, PASSWORD } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { linkIn } from '../support/reader.ts';
import type { RelayedMail } from '../support/relay.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const ANN = 'ann@example.org';
const HEADLINE = 'Ferry pilots vote on winter timetable';
const root = path.join(import.meta.dirname, '../..');

test('every page a reader meets', async (t) => {
  const town = await newsroom(t);
  const page = await (await chromium(t)).newPage();
  const seen = await observe(page);
  for await (const place of readersRound(page, town)) await staysPresentable(t, place, page);
  await t.test('none of them sets a cookie, asks another origin, or breaks its own policy', () => {
    assert.deepEqual(seen.cookies, []);
    assert.deepEqual([...seen.origins], [town.url]);
    const complaints = seen.complaints.map((text) => /status of (\d+)/.exec(text)?.[1] ?? text);
    assert.deepEqual(complaints, ['400', '404', '410'], 'the three pages that have such a status on purpose');
  });
});

test('a newsroom with nothing configured', async (t) => {
  const town = await sampleNewsroom(t);
  const page = await (await chromium(t)).newPage({ timezoneId: 'Europe/London' });
  const seen = await observe(page);
  for await (const place of newcomersRound(page, town)) await staysPresentable(t, place, page);
  await t.test('nothing is asked of another origin', () => {
    assert.deepEqual([...seen.origins], [town.url]);
    const complaints = seen.complaints.map((text) => /status of (\d+)/.exec(text)?.[1] ?? text);
    assert.deepEqual(complaints, ['400', '401', '400'], 'a weak password, a wrong one, a wrong address');
  });
  await t.test('the pictures for the README', (t) => takePictures(t, page, town));
});

test('signing up, confirming, choosing and leaving work with JavaScript switched off', async (t) => {
  const town = await newsroom(t);
  const browser = await chromium(t);
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  const ann = town.reader(ANN);

  await page.goto(`${town.url}/forms/1`);
  await page.getByLabel('Breaking news').uncheck();
  await page.getByLabel('Your email address').fill('ann');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('textbox', { description: /does not look like an email address/ }).waitFor();
  assert.equal(await page.getByLabel('Your email address').inputValue(), 'ann');
  assert.equal(await page.getByLabel('Breaking news').isChecked(), false, 'what was chosen stays chosen');
  await page.getByLabel('Your email address').fill(ANN);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await headed(page, 'Check your inbox');

  await page.goto(await ann.confirmLink());
  await page.getByRole('button', { name: 'Confirm' }).click();
  await headed(page, 'You are subscribed');
  assert.deepEqual(await town.states(ANN), { daily: 'active' });

  await page.getByRole('link', { name: 'Change what you get, or when' }).click();
  await page.getByLabel('Breaking news').check();
  await page.getByLabel('By the clock of').selectOption('Asia/Tokyo');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').getByText('Saved.').waitFor();
  await page.getByText('Saturday 21 November, 07:00').waitFor();
  assert.deepEqual(await town.states(ANN), { daily: 'active', breaking: 'active' });

  await town.publishes({ headline: HEADLINE });
  await town.digestNow();
  await page.goto(linkIn(await ann.receives(HEADLINE), '/unsubscribe/'));
  await page.getByRole('button', { name: 'Unsubscribe from everything' }).click();
  await headed(page, 'You are unsubscribed');
  assert.deepEqual(await town.states(ANN), { daily: 'unsubscribed', breaking: 'unsubscribed' });
});

/** Stops at each page on a reader's way, with its name. */
async function* readersRound(page: Page, town: Newsroom): AsyncGenerator<string> {
  const ann = town.reader(ANN);
  await page.goto(`${town.url}/forms/1`);
  await headed(page, 'Sign up to our daily news alerts');
  yield 'the form';
  for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
  await page.getByLabel('Your email address').fill('ann');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('textbox', { description: /does not look like an email address/ }).waitFor();
  yield 'the form with an error';
  for (const box of await page.getByRole('checkbox').all()) await box.check();
  await page.getByLabel('Your email address').fill(ANN);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await headed(page, 'Check your inbox');
  yield 'check-your-inbox';

  const confirmLink = await ann.confirmLink();
  await page.goto(confirmLink);
  await headed(page, 'Confirm your subscription');
  yield 'the question whether to confirm';
  await page.getByRole('button', { name: 'Confirm' }).click();
  await headed(page, 'You are subscribed');
  yield 'the confirmed subscription';
  await page.getByRole('link', { name: 'Change what you get, or when' }).click();
  await headed(page, 'What you get, and when');
  yield 'the preference page';
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').getByText('Saved.').waitFor();
  yield 'the preference page once saved';

  await page.goto(`${town.url}/archive`);
  await headed(page, 'Past editions');
  yield 'the empty archive';
  await town.publishes({ headline: HEADLINE, standfirst: 'The ballot closes on Friday.', topics: ['local'] });
  await town.digestNow();
  const digest = await ann.receives(HEADLINE);
  await town.settles();
  await page.reload();
  await page.getByRole('link', { name: HEADLINE }).waitFor();
  yield 'the archive';

  const leave = linkIn(digest, '/unsubscribe/');
  await page.goto(leave);
  await headed(page, 'Stop getting Daily digest?');
  yield 'the question whether to leave';
  await page.getByRole('button', { name: 'Unsubscribe', exact: true }).click();
  await headed(page, 'You are unsubscribed');
  yield 'the end of the subscription';
  await page.getByRole('button', { name: 'Undo' }).click();
  await headed(page, 'You are subscribed again');
  yield 'the subscription taken up again';

  await page.goto(`${town.url}/no-such-page`);
  await headed(page, 'Not found');
  yield 'the problem page';
  town.clock.advance(8 * 86_400);
  await page.goto(confirmLink);
  await headed(page, 'This link has expired');
  yield 'an expired link';
  await page.goto(town.url);
  await page.getByRole('heading', { name: 'Latest articles' }).waitFor();
  yield 'the front page';
}

/** Stops at each page that only somebody who tries Daybreak meets. */
async function* newcomersRound(page: Page, { url, mailbox, cli }: SampleNewsroom): AsyncGenerator<string> {
  await page.goto(`${url}/console`);
  await page.getByText('Nobody can sign in yet.').waitFor();
  yield 'the door before anybody is staff';
  yield* staffRound(page, url, cli);
  await page.goto(`${url}/console`);
  await page.getByText('Draft').waitFor();
  yield 'the console with a draft';
  await page.goto(url);
  await headed(page, 'A sample newsroom');
  yield 'the newcomer’s page';
  await page.getByRole('heading', { level: 2 }).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Sign up' }).waitFor();
  yield 'a sample article with the embedded form';

  await page.goto(url);
  await page.getByLabel('Your email address').fill(ANN);
  await page.getByRole('button', { name: 'Sign up' }).click();
  await headed(page, 'Check your inbox');
  assert.equal(await page.getByRole('link', { name: 'local mailbox' }).getAttribute('href'), mailbox.pageUrl);
  await page.goto(linkIn(await caught(mailbox, /^Please confirm/), '/confirm/'));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await headed(page, 'You are subscribed');
  const Authorization = `Bearer ${await cli('api-key', 'add', '--name', 'test', '--scopes', 'editions:write')}`;
  const headers = { Authorization, 'Content-Type': 'application/json' };
  const sent = await fetch(`${url}/api/v1/editions`, { method: 'POST', headers, body: '{"newsletter":"daily"}' });
  assert.equal(sent.status, 202);

  await page.goto(`${url}/console`);
  await until('the console shows the edition as sent', async () => {
    await page.reload();
    return (await page.getByRole('cell', { name: 'Sent' }).count()) === 1;
  });
  yield 'the console with an edition';
  yield* deskRound(page);
  await page.goto(`${url}/console`);
  await page.getByRole('row', { name: 'Sent' }).getByRole('link').click();
  await page.getByRole('cell', { name: ANN }).waitFor();
  yield 'an edition with its deliveries';
  await page.goto(url);
  await page.getByText(`To ${ANN}`).nth(1).waitFor();
  yield 'the newcomer’s page after a round';
}

/** Stops at the pages about what was sent, and to whom. */
async function* deskRound(page: Page): AsyncGenerator<string> {
  const rail = page.getByRole('navigation', { name: 'Console' });
  await rail.getByRole('link', { name: 'Editions' }).click();
  await headed(page, 'Editions');
  yield 'the editions';
  await rail.getByRole('link', { name: 'Readers' }).click();
  await page.getByRole('link', { name: ANN }).waitFor();
  yield 'the readers';
  await page.getByRole('link', { name: ANN }).click();
  await headed(page, ANN);
  yield 'a reader’s trace';
}

/** Stops at each page on the way of the first admin. */
async function* staffRound(page: Page, url: string, cli: SampleNewsroom['cli']): AsyncGenerator<string> {
  const link = await cli('staff', 'add', '--email', 'kim@post.example', '--name', 'Kim Ode', '--role', 'admin');
  await page.goto(url + new URL(link).pathname);
  yield 'the invitation';
  await page.getByLabel('Choose a password').fill('passwordpassword');
  await page.getByRole('button', { name: 'Set password and sign in' }).click();
  await page.getByRole('alert').waitFor();
  yield 'the invitation with an error';
  await page.getByLabel('Choose a password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set password and sign in' }).click();
  await headed(page, 'Home');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Email address').fill('kim@post.example');
  await page.getByLabel('Password').fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('do not belong together').waitFor();
  yield 'the door with an error';
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await headed(page, 'Home');

  await page.getByRole('link', { name: 'Kim Ode' }).click();
  await headed(page, 'Your account');
  yield 'one’s own account';
  await page.getByLabel('To switch it on, type your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Switch on' }).click();
  await headed(page, 'Second step when you sign in');
  yield 'the second step';
  const secret = (await page.locator('code').first().textContent()) ?? '';
  await page.getByLabel('Type the six digits').fill(codeOf(secret));
  await page.getByRole('button', { name: 'Switch on' }).click();
  await page.getByRole('status').getByText('Saved.').waitFor();
  yield 'the account with a second step';
  await page.getByRole('link', { name: 'Alert' }).click();
  await headed(page, 'New alert');
  yield 'the beginning of an alert';
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByLabel('Headline').fill('Storm closes the harbour bridge');
  await page.getByLabel('Two or three sentences').fill('Buses turn at the fish market.');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.frameLocator('iframe').getByRole('heading', { name: 'Storm closes the harbour bridge' }).waitFor();
  yield 'the news desk';
  await page.getByRole('button', { name: 'Release' }).click();
  await headed(page, 'Going out');
  const first = await page.getByRole('timer').textContent();
  await until('the countdown counts', async () => (await page.getByRole('timer').textContent()) !== first);
  yield 'the countdown';
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Called back.').waitFor();
  yield* settingsRound(page);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: 'Staff' }).click();
  await headed(page, 'Staff');
  await page.getByLabel('Name', { exact: true }).fill('Lee Marsh');
  await page.getByLabel('Email address').fill('lee@post.example');
  await page.getByRole('button', { name: 'Send the invitation' }).click();
  await page.getByText('lee@post.example').waitFor();
  yield 'the staff';
  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.getByText('staff.invite').first().waitFor();
  yield 'the audit log';
}

/** Stops at each page of the settings but the staff and the audit log; leaves them as they were, save for one key. */
async function* settingsRound(page: Page): AsyncGenerator<string> {
  const tab = async (name: string) => {
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name }).click();
    await headed(page, name);
  };
  const save = () => page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'Settings' }).click();
  await headed(page, 'Newsletters');
  yield 'the newsletters';
  await page.getByRole('link', { name: 'New newsletter' }).click();
  await headed(page, 'New newsletter');
  yield 'the beginning of a newsletter';
  await tab('Newsletters');
  await page.getByRole('link', { name: 'Breaking news' }).click();
  await headed(page, 'Breaking news');
  yield 'a breaking newsletter';
  await tab('Newsletters');
  await page.getByRole('link', { name: 'Daily digest' }).click();
  await page.getByLabel('Time of day').fill('07:00');
  await save();
  await page.getByRole('status').getByText('Saved.').waitFor();
  yield 'a digest once saved';
  // A browser takes this for an address, our relays would not.
  await page.getByLabel('Sender’s address').fill('desk@localhost');
  await save();
  await page.getByRole('textbox', { description: /Is not an email address/ }).waitFor();
  yield 'a digest with an error';

  await tab('Forms');
  yield 'the forms';
  await page.getByRole('link', { name: 'New form' }).click();
  await headed(page, 'New form');
  yield 'the beginning of a form';
  await tab('Forms');
  await page.getByRole('link', { name: 'Sign up to our daily news alerts' }).click();
  await page.getByRole('heading', { name: 'Put it on your pages' }).waitFor();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy: Where the form should stand' }).click();
  await page.getByText('Copied').waitFor();
  const code = await page.getByLabel('Where the form should stand', { exact: true }).inputValue();
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), code);
  yield 'a form and its code';

  await tab('Suppressions');
  yield 'the suppressions, before there is one';
  await page.getByLabel('Address', { exact: true }).first().fill('gone@example.org');
  await page.getByLabel('Why').fill('Asked by letter');
  await page.getByRole('button', { name: 'Suppress' }).click();
  await page.getByRole('status').getByText('Suppressed.').waitFor();
  yield 'a suppression';
  await tab('Safety');
  yield 'safety';
  yield 'sign-ups';

  await tab('Newsroom');
  await save();
  await page.getByRole('status').getByText('Saved.').waitFor();
  yield 'the newsroom';
  await tab('API keys');
  yield 'the keys, before there is one';
  await page.getByLabel('Name', { exact: true }).fill('cms');
  await page.getByLabel('articles: write').check();
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByRole('status').getByText('Copy the key now.').waitFor();
  await page.getByText('Revoke', { exact: false }).first().click();
  await page.getByRole('button', { name: 'Revoke for good' }).waitFor();
  yield 'a key, this once';
}

/** What is true of every page: WCAG 2.2 AA on a phone and a desk, by day and by night, and no sideways scrolling. */
async function staysPresentable(t: TestContext, place: string, page: Page): Promise<void> {
  await t.test(`${place} satisfies WCAG 2.2 AA at 390 and 1280 px, light and dark`, async () => {
    const found: string[] = [];
    for (const width of [390, 1280]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        found.push(...(await violations(page)).map((line) => `${width} px, ${colorScheme}: ${line}`));
      }
    }
    assert.deepEqual(found, []);
  });
  await t.test(`${place} does not scroll sideways at 320 px`, async () => {
    await page.setViewportSize({ width: 320, height: 900 });
    const width = await page.evaluate('document.documentElement.scrollWidth');
    assert.equal(width, 320);
  });
  await page.emulateMedia({ colorScheme: 'light' });
}

const PAPER = { light: 'rgb(255, 255, 255)', dark: 'rgb(18, 20, 23)' };

async function takePictures(t: TestContext, page: Page, { url, mailbox }: SampleNewsroom): Promise<void> {
  const folder = await tempDir(t);
  const pictures = {
    'home.png': {
      width: 1280,
      scheme: 'light',
      says: /A sample newsroom.*Daily digest.*Sent/s,
      go: () => page.goto(url),
    },
    'digest.png': {
      width: 640,
      scheme: 'light',
      says: /Daily digest.*Unsubscribe/s,
      go: () => showDigest(page, mailbox),
    },
    'form-dark.png': {
      width: 640,
      scheme: 'dark',
      says: /Sign up to our daily news alerts/,
      go: () => page.goto(`${url}/forms/1`),
    },
  } as const;
  for (const [name, { width, scheme, says, go }] of Object.entries(pictures)) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: scheme });
    await go();
    assert.match((await page.locator('body').textContent()) ?? '', says);
    assert.equal(await page.evaluate('getComputedStyle(document.body).backgroundColor'), PAPER[scheme]);
    const file = path.join(folder, name);
    await page.screenshot({ path: file, fullPage: true });
    const { width: wide, height } = sizeOf(await readFile(file));
    assert.ok(wide === width && height >= 600, `${name} is ${wide} × ${height}`);
  }
  if (!process.env.SCREENSHOTS) return;
  const images = path.join(root, 'docs/images');
  await mkdir(images, { recursive: true });
  for (const name of Object.keys(pictures)) await copyFile(path.join(folder, name), path.join(images, name));
}

async function showDigest(page: Page, mailbox: Mailbox): Promise<void> {
  const { parsed } = await caught(mailbox, /^(?!Please confirm)/);
  await page.goto('about:blank');
  await page.setContent(String(parsed.html));
}

/** Waits for a mail with such a subject in the local mailbox. */
async function caught(mailbox: Mailbox, subject: RegExp): Promise<RelayedMail> {
  const { id, to } = await until(`a mail ${subject} is caught`, async () =>
    (await mailbox.latest(5)).find((mail) => subject.test(mail.subject)),
  );
  const raw = await mailbox.source(id);
  return { from: '', to, raw, parsed: await simpleParser(raw) };
}

/** Width and height of a PNG stand in its first chunk. */
const sizeOf = (png: Buffer) => {
  assert.equal(png.toString('latin1', 12, 16), 'IHDR');
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
};

const headed = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

interface SampleNewsroom {
  url: string;
  mailbox: Mailbox;
  /** One of our commands in the same newsroom. @returns what it printed */
  cli(...words: string[]): Promise<string>;
}

/** What `npm start` gives somebody who has configured nothing; it must stop when asked to. */
async function sampleNewsroom(t: TestContext): Promise<SampleNewsroom> {
  const dataDir = await tempDir(t);
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: '0', INBOUND_SMTP_PORT: '0', LOG_LEVEL: 'error' };
  const run = (...words: string[]) =>
    spawn(process.execPath, [path.join(root, 'src/main.ts'), ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const service = run('up');
  cleanUp(t, async () => {
    service.kill('SIGTERM');
    if (service.exitCode === null && service.signalCode === null) await once(service, 'exit');
    assert.equal(service.exitCode, 0);
  });
  const url = (await firstLine(service)).replace('daybreak ready on ', '');
  const mailbox = await openMailbox(dataDir, createLog('silent'));
  return { url, mailbox, cli: (...words) => firstLine(run(...words)) };
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) return line;
  throw new Error('the command ended and printed nothing');
}

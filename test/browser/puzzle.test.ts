import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chromium, observe, violations } from '../support/browser.ts';
import { newsroom } from '../support/newsroom.ts';

const WAIT = { waitUntil: 'load' } as const;

test('a browser solves the puzzle by itself; without JavaScript the page says what to do', async (t) => {
  const town = await newsroom(t);
  await town.context.pool.query(`update forms set proof_of_work = 'always'`);
  const browser = await chromium(t);
  const page = await browser.newPage();
  const seen = await observe(page);
  await page.goto(`${town.url}/forms/1`, WAIT);
  assert.equal(await page.getByLabel('Leave this empty').isEditable(), true, 'a program finds it');
  await page.keyboard.press('Tab');
  for (let n = 0; n < 12; n += 1) {
    assert.notEqual(await page.evaluate('document.activeElement.name'), 'website_address', 'no key leads to it');
    await page.keyboard.press('Tab');
  }
  await page.getByLabel('Your email address').fill('ann@example.org');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
  await town.reader('ann@example.org').receives('Please confirm your subscription');
  assert.deepEqual(
    seen.complaints.filter((complaint) => !complaint.includes('403')),
    [],
  );

  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(`${town.url}/forms/1`, WAIT);
  await plain.getByLabel('Your email address').fill('bob@example.org');
  await plain.getByRole('button', { name: 'Sign up' }).click();
  await plain.getByText('that needs JavaScript').waitFor();
  assert.equal(await plain.getByLabel('Your email address').inputValue(), 'bob@example.org');
});

test('somebody who mistyped takes what is proposed, or insists', async (t) => {
  const town = await newsroom(t);
  const page = await (await chromium(t)).newPage();
  for (const [button, stored] of [
    ['Use ann@gmail.com', 'ann@gmail.com'],
    ['No, it is right', 'ann@gmial.com'],
  ] as const) {
    await page.goto(`${town.url}/forms/1`, WAIT);
    await page.getByLabel('Your email address').fill('ann@gmial.com');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByText('Did you mean ann@gmail.com?').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
    await town.reader(stored).receives('Please confirm your subscription');
  }
});

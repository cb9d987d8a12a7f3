/** The console without a mouse, in a real Chromium. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Role } from '../../src/platform/http/staff.ts';
import { chromium, observe, violations } from '../support/browser.ts';
import { colleague } from '../support/colleague.ts';
import { type Newsroom, newsroom } from '../support/newsroom.ts';
import { until } from '../support/until.ts';

async function desk(
  t: TestContext,
  role: Role,
  options: BrowserContextOptions = {},
): Promise<{ town: Newsroom; page: Page }> {
  const town = await newsroom(t);
  const kim = await colleague(town, role);
  const context = await (await chromium(t)).newContext(options);
  await context.addCookies([...kim.cookies].map(([name, value]) => ({ name, value, url: town.url })));
  const page = await context.newPage();
  await page.goto(`${town.url}/console`);
  return { town, page };
}

const headed = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const focused = (page: Page) => page.locator(':focus');

test('single keys lead through the console, and are only letters where somebody types', async (t) => {
  const { town, page } = await desk(t, 'editor');
  const seen = await observe(page);
  const { keyboard } = page;
  const go = async (key: string, heading: string) => {
    await keyboard.press('g');
    await keyboard.press(key);
    await headed(page, heading);
  };
  await go('e', 'Editions');
  await go('r', 'Readers');
  await go('s', 'Newsletters');
  await go('h', 'Home');

  await keyboard.press('/');
  await page.waitForURL(`${town.url}/console/readers#find`);
  await until('the search has the focus', () => page.evaluate<boolean>(`document.activeElement?.name === 'q'`));
  await keyboard.type('n/?gh');
  assert.equal(await focused(page).inputValue(), 'n/?gh', 'a field takes what is typed into it');
  assert.equal(new URL(page.url()).pathname, '/console/readers');

  await page.goto(`${town.url}/console/readers`);
  await keyboard.press('/');
  assert.equal(await focused(page).getAttribute('name'), 'q', 'the page’s own search');
  await focused(page).evaluate('document.activeElement.blur()');
  await keyboard.press('Control+n');
  await keyboard.press('Alt+n');
  await keyboard.press('Shift+n');
  await headed(page, 'Readers');
  await keyboard.press('n');
  await headed(page, 'New alert');
  await keyboard.press('Tab');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByLabel('Headline').focus();
  await keyboard.type('never n? g/h');
  assert.equal(await page.getByLabel('Headline').inputValue(), 'never n? g/h');
  await page.getByLabel('Two or three sentences').focus();
  await keyboard.type('gen');
  assert.equal(await page.getByLabel('Two or three sentences').inputValue(), 'gen');
  await headed(page, 'Alert');
  assert.deepEqual(seen.complaints, []);
});

test('“?” lists the keys, Esc puts the list away, and they can be switched off', async (t) => {
  const { page } = await desk(t, 'viewer');
  const { keyboard } = page;
  const list = page.getByRole('dialog', { name: 'Keys' });
  await keyboard.press('?');
  await list.waitFor();
  assert.deepEqual(await violations(page), []);
  assert.equal(await list.getByText('New alert').count(), 0, 'a viewer is offered no alert');
  await keyboard.press('g');
  await keyboard.press('e');
  await keyboard.press('Escape');
  await list.waitFor({ state: 'hidden' });
  await keyboard.press('n');
  await headed(page, 'Home');

  await page.getByRole('button', { name: 'Keys' }).click();
  await list.getByLabel('Use these keys in this browser').uncheck();
  await list.getByRole('button', { name: 'Close' }).click();
  await list.waitFor({ state: 'hidden' });
  await page.reload();
  await keyboard.press('?');
  await keyboard.press('g');
  await keyboard.press('e');
  await headed(page, 'Home');
  assert.equal(await list.isVisible(), false, 'switched off they stay so');
  await page.getByRole('button', { name: 'Keys' }).click();
  assert.equal(await list.getByLabel('Use these keys in this browser').isChecked(), false);
});

test('Tab reaches everything in the order it stands in, each with a ring, and content at once', async (t) => {
  const { town, page } = await desk(t, 'editor');
  await town.imports('daily', ['ann@example.org']);
  await town.publishes({ headline: 'Ferry pilots vote' });
  await town.digestNow();
  await town.settles();
  await page.reload();
  await page.keyboard.press('Tab');
  assert.equal(await focused(page).textContent(), 'Skip to content');
  const box = await focused(page).boundingBox();
  assert.ok(box && box.y >= 0, 'it is seen once it has the focus');

  const all =
    await page.evaluate(`[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter((one) => one.checkVisibility() && one.tabIndex >= 0).length`);
  const rings: string[] = [];
  for (let n = 0; n < Number(all); n += 1) {
    if (n > 0) await page.keyboard.press('Tab');
    rings.push(
      String(
        await page.evaluate(`{
          const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
          const rank = [...document.querySelectorAll('*')].indexOf(document.activeElement);
          [rank, outlineStyle, outlineWidth].join(' ')
        }`),
      ),
    );
  }
  const ranks = rings.map((ring) => Number(ring.split(' ')[0]));
  assert.deepEqual(
    ranks,
    [...new Set(ranks)].toSorted((a, b) => a - b),
  );
  assert.deepEqual([...new Set(rings.map((ring) => ring.replace(/^\d+ /, '')))], ['solid 3px']);

  await page.reload();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page).evaluate('document.querySelector("main").contains(document.activeElement)'), true);
});

test('without JavaScript nothing is offered that would not work, and Home reads the same', async (t) => {
  const { town, page } = await desk(t, 'editor', { javaScriptEnabled: false });
  await town.imports('daily', ['ann@example.org']);
  await page.reload();
  assert.equal(await page.getByRole('button', { name: 'Keys' }).count(), 0);
  await page.getByText('in 19 h').waitFor();
});

test('the countdown on Home counts', async (t) => {
  const { town, page } = await desk(t, 'editor');
  await town.alert({ headline: 'Storm closes the bridge', text: 'Both ways.', undo_seconds: 50 });
  await page.reload();
  const count = page.locator('#next [data-seconds]').first();
  const first = await count.textContent();
  assert.match(first ?? '', /^in [45]\d s$/);
  await until('it counts', async () => (await count.textContent()) !== first);
  assert.match((await count.textContent()) ?? '', /^in [34]\d s$/);
});

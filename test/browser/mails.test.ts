import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium, violations } from '../support/browser.ts';
import { everyMail, type Sent } from '../support/every-mail.ts';

const root = path.join(import.meta.dirname, '../..');
const SHOTS = process.env.DAYBREAK_SHOTS;
const GMAIL_CLIPS_AT = 102_400; // bytes of HTML
const HOST = 'bounces.post.example';

const templates = globSync('*.mjml', { cwd: path.join(root, 'templates/emails') }).map((file) =>
  path.basename(file, '.mjml'),
);
/** Not about what somebody subscribed to: there is no list, and nothing to leave. */
const UNLISTED = ['invitation', 'new-address'];

const LOOKS: [name: string, options: BrowserContextOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['high-contrast', { colorScheme: 'dark', forcedColors: 'active' }],
];
const WIDTHS = [320, 640];

for (const [locale, dir] of [
  ['en', 'ltr'],
  ['ar', 'rtl'],
] as const) {
  test(`every mail there is, as it is sent in ${locale}`, { timeout: 900_000 }, async (t) => {
    const mails = await everyMail(t, locale);
    assert.deepEqual([...new Set(mails.map(({ template }) => template))].sort(), templates.sort());
    const week = { en: />The week<.*>9 stories of the week/s, ar: />الأسبوع<.*>9 أخبار من أخبار الأسبوع/s }[locale];
    for (const { name, parsed } of mails) assert.equal(week.test(String(parsed.html)), name === 'digest-week', name);
    for (const mail of mails) await keepText(mail, locale);
    for (const mail of mails) await t.test(`${mail.name} carries what it must`, () => complete(mail, locale, dir));
    const browser = await chromium(t);
    for (const [look, options] of LOOKS)
      for (const images of [true, false]) await looks(t, mails, browser, { look, options, images, locale });
  });
}

/** The contract of what we send. */
function complete({ template, raw, parsed, from, to }: Sent, locale: string, dir: string): void {
  const [head = ''] = raw.split('\r\n\r\n');
  const fields = new Map(
    head.split(/\r\n(?![ \t])/).map((line): [string, string] => {
      const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/s.exec(line) ?? [];
      return [name.toLowerCase(), value.replace(/\r\n\s+/g, ' ')];
    }),
  );
  const usual = ['from', 'reply-to', 'to', 'subject', 'date', 'message-id', 'auto-submitted', 'mime-version'];
  for (const name of [...usual, 'content-type']) assert.ok(fields.get(name), name);
  assert.ok(
    raw.split('\r\n').every((line) => Buffer.byteLength(line) <= 998),
    'RFC 5322 §2.1.1',
  );
  assert.doesNotMatch(raw, /(?<!\r)\n|[^\p{ASCII}]/u, 'seven bits, and lines end as SMTP wants them');
  assert.match(fields.get('message-id') ?? '', new RegExp(`^<[^<>@\\s]+@${HOST}>$`));
  assert.equal(fields.get('auto-submitted'), 'auto-generated');
  assert.equal(fields.get('mime-version'), '1.0');
  assert.match(fields.get('content-type') ?? '', /^multipart\/alternative;/);
  const parts = [...raw.matchAll(/^Content-Type: (text\/\w+)/gm)].map(([, type]) => type);
  assert.deepEqual(parts, ['text/plain', 'text/html'], 'text first');
  const isEdition = ['digest', 'breaking'].includes(template);
  assert.match(from, isEdition ? /^bounce\+[0-9a-z]+-[0-9a-z]+-[0-9a-f]+@/ : /^bounce@/, 'the envelope’s sender');
  assert.ok(to.endsWith('.example'));
  if (UNLISTED.includes(template)) {
    for (const name of ['list-id', 'list-unsubscribe', 'list-unsubscribe-post'])
      assert.equal(fields.get(name), undefined);
  } else {
    assert.match(fields.get('list-id') ?? '', new RegExp(`^<\\w+\\.${HOST}>$`));
    assert.match(fields.get('list-unsubscribe') ?? '', /^<https?:\/\/[^>]+>, <mailto:unsubscribe@[^>]+>$/);
    assert.equal(fields.get('list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
    assert.match(fields.get('feedback-id') ?? '', /^[^:]+:[^:]+:[^:]+:daybreak$/);
  }

  const { subject = '', text = '', html } = parsed;
  const shown = String(html);
  assert.ok(subject.trim() && text.trim());
  assert.ok(Buffer.byteLength(shown) < GMAIL_CLIPS_AT, `${Buffer.byteLength(shown)} bytes`);
  const [language, direction] = template === 'invitation' ? ['en', 'ltr'] : [locale, dir];
  assert.match(shown, new RegExp(`<html lang="${language}" dir="${direction}"`));
  for (const part of [shown, text, subject]) assert.doesNotMatch(part, /%%\w+%%|\{\{|\{%|undefined|\[object/);
  for (const [picture] of shown.matchAll(/<img[^>]*>/g)) assert.match(picture, / alt="[^"]*" width="\d+" height="\d+"/);
  for (const [table] of shown.matchAll(/<table[^>]*>/g)) assert.match(table, /role="(presentation|none)"/);
  const long = text.split('\n').filter((line) => line.length > 72 && !/^https?:/.test(line));
  assert.deepEqual(long, []);
  assert.match(text, /1 Harbour Street/);
}

interface Look {
  look: string;
  options: BrowserContextOptions;
  images: boolean;
  locale: string;
}

/** Pictures of all of them, and what is true of each: WCAG 2.2 AA, and no sideways scrolling. */
async function looks(t: TestContext, mails: Sent[], browser: Browser, { look, options, images, locale }: Look) {
  const name = `${locale}, ${look}, images ${images ? 'on' : 'off'}`;
  await t.test(`every mail can be read: ${name}`, async () => {
    const context = await browser.newContext({ ...options, deviceScaleFactor: 1 });
    await context.route('**/*', (route) =>
      images && route.request().resourceType() === 'image'
        ? route.fulfill({ contentType: 'image/svg+xml', body: picture(route.request().url()) })
        : route.abort(),
    );
    const page = await context.newPage();
    const found: string[] = [];
    for (const mail of mails) {
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        await page.setContent(String(mail.parsed.html));
        // What can be read at one width can be at the other; and without pictures there is less of it.
        const read = images && width === WIDTHS.at(-1) ? await violations(page) : [];
        const said = [...read, ...(await faults(page, width))];
        found.push(...said.map((line) => `${mail.name}, ${width} px: ${line}`));
        await shoot(page, `${mail.name}-${locale}-${look}-${images ? 'images' : 'plain'}-${width}.png`);
      }
    }
    await context.close();
    assert.deepEqual(found, []);
  });
}

/** What axe does not look for. */
async function faults(page: Page, width: number): Promise<string[]> {
  const wide = Number(await page.evaluate('document.documentElement.scrollWidth'));
  const small = (await page.evaluate(`[...document.querySelectorAll('a')]
    .filter((a) => a.getClientRects().length > 0 && a.getBoundingClientRect().height < 24)
    .map((a) => a.textContent.trim().slice(0, 40))`)) as string[];
  return [
    ...(wide > width ? [`it is ${wide} px wide`] : []),
    ...small.map((words) => `“${words}” is too low to be hit with a thumb`),
  ];
}

async function shoot(page: Page, file: string): Promise<void> {
  if (!SHOTS) return;
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SHOTS, file), fullPage: true });
}

async function keepText({ name, parsed }: Sent, locale: string): Promise<void> {
  if (!SHOTS) return;
  await mkdir(SHOTS, { recursive: true });
  await writeFile(path.join(SHOTS, `${name}-${locale}.txt`), `${parsed.subject}\n\n${parsed.text}`);
}

/** A harbour, and a logo: dark on nothing, as logos are. */
const picture = (url: string): string =>
  url.includes('logo')
    ? `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 180 32"><text y="25" font-family="serif" font-size="20" font-weight="bold" fill="#1a1a1a">Valley Courier</text></svg>`
    : `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90" preserveAspectRatio="xMidYMid slice"><rect width="160" height="90" fill="#9fb8c8"/><path d="M0 60q40-12 80 0t80 0v30H0z" fill="#3f6478"/><path d="M60 58h44l-8 12H66z" fill="#f1efea"/></svg>`;

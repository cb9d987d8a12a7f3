import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import vm from 'node:vm';
import { load } from 'cheerio';
import { chromium, foreignSite, observe } from '../support/browser.ts';
import { newsroom } from '../support/newsroom.ts';

const plugin = path.join(import.meta.dirname, '../../integrations/wordpress/daybreak.php');
const stub = path.join(import.meta.dirname, '../support/wordpress-stub.php');
const HOSTILE = '1"><script>alert(1)</script>';

type Step = [what: string, given?: unknown];

interface Left {
  came: string[];
  scripts: Record<string, { src: string; deps?: string[]; inline?: string; args?: { strategy: string } }>;
  blocks: Record<string, { editor_script_handles: string[]; render_callback: string }>;
  errors: string[];
  sent: { url: string; blocking: boolean; status: string; answer: { code?: string; id?: number } }[];
}

interface Site {
  settings?: object;
  posts?: Record<number, object>;
  capability?: string;
}

/** What a WordPress with this plugin does. */
async function wordpress(
  { settings = { url: 'https://alerts.news.example' }, ...site }: Site,
  ...steps: Step[]
): Promise<Left> {
  const all = steps.map(([what, given]) => [what, given ?? null]);
  return JSON.parse(
    await php([stub, plugin], JSON.stringify({ options: { daybreak: settings }, ...site, steps: all })),
  );
}

/** @throws with what PHP says, when it says anything beside its answer */
async function php(words: string[], input = ''): Promise<string> {
  const program = process.env.TEST_PHP;
  if (!program) throw new Error('TEST_PHP is unset: run tests as `npm test -- <file>`.');
  const running = promisify(execFile)(program, ['-d', 'display_errors=stderr', ...words]);
  running.child.stdin?.end(input);
  const { stdout, stderr } = await running;
  assert.equal(stderr, '');
  return stdout;
}

test('the plugin is PHP, and opened by itself it says and does nothing', async () => {
  assert.match(await php(['-l', plugin]), /No syntax errors/);
  assert.equal(await php([plugin]), '');
});

test('shortcode and block put the form in place, with the sections of the post it stands in', async () => {
  const posts = { 7: { post_title: 'x', categories: ['politics', 'uncategorized', 'local-news', '%d0%bc'] } };
  const { came, scripts, blocks, errors } = await wordpress(
    { posts },
    ['shortcode', ''],
    ['in post', 7],
    ['shortcode', { id: '”2″' }],
    ['block', { id: 3 }],
  );
  const noscript = (id: number) =>
    `<noscript><p><a href="https://alerts.news.example/forms/${id}">Sign up by email</a></p></noscript>`;
  assert.deepEqual(came, [
    `<div data-daybreak-form="1">${noscript(1)}</div>`,
    `<div data-daybreak-form="2" data-topics="politics,local-news">${noscript(2)}</div>`,
    `<div data-daybreak-form="3" data-topics="politics,local-news">${noscript(3)}</div>`,
  ]);
  assert.equal(scripts.daybreak?.src, 'https://alerts.news.example/embed.js');
  assert.equal(scripts.daybreak?.args?.strategy, 'async');
  assert.deepEqual(blocks['daybreak/form']?.editor_script_handles, ['daybreak-block']);
  assert.deepEqual(errors, []);
});

test('the block’s script registers it with what the editor offers', async () => {
  const { inline = '', deps = [] } = (await (await wordpress({})).scripts['daybreak-block']) ?? {};
  assert.deepEqual(deps, ['wp-blocks', 'wp-block-editor', 'wp-components', 'wp-element', 'wp-i18n']);
  const made: [string, { save: () => unknown; edit: (props: object) => [string, ...unknown[]] }][] = [];
  const wp = {
    blocks: { registerBlockType: (...block: (typeof made)[0]) => made.push(block) },
    blockEditor: { useBlockProps: () => ({}) },
    components: { TextControl: 'TextControl' },
    element: { createElement: (...words: unknown[]) => words },
    i18n: { __: (text: string) => text },
  };
  vm.runInNewContext(inline, { window: { wp } });
  const [[name, block] = []] = made;
  assert.equal(name, 'daybreak/form');
  assert.equal(block?.save(), null, 'the server draws it');
  const set: object[] = [];
  const props = { attributes: { id: 2 }, setAttributes: (given: object) => set.push(given) };
  const [, , [, field]] = (block?.edit(props) ?? []) as [unknown, unknown, [unknown, { onChange(text: string): void }]];
  for (const typed of ['5', '-1', 'x']) field.onChange(typed);
  assert.deepEqual(JSON.parse(JSON.stringify(set)), [{ id: 5 }, { id: 1 }, { id: 1 }]);
});

test('hostile numbers, sections and settings come out as nothing, or as text', async () => {
  const ids = [HOSTILE, '0', '-1', '1 onload=alert(1)', '99999999999', ['1'], { a: 1 }, null, true];
  const posts = { 7: { post_title: 'x', categories: ['"><img src=x onerror=alert(1)>', 'sport'] } };
  const hostile = await wordpress(
    { posts },
    ['in post', 7],
    ...ids.flatMap((id): Step[] => [
      ['shortcode', { id }],
      ['block', { id }],
    ]),
    ['block', {}],
    ['shortcode', { id: '1', onclick: 'alert(1)' }],
  );
  const drawn = hostile.came.filter((html) => html !== '');
  for (const html of drawn) assert.match(html, /^<div data-daybreak-form="1" data-topics="sport"><noscript>/);
  assert.deepEqual((await wordpress({ settings: {} }, ['shortcode', { id: '1' }])).came, [''], 'nothing is set up yet');

  const { came } = await wordpress({ settings: { url: `https://x.example/${HOSTILE}`, feed: HOSTILE } }, ['page']);
  assert.equal(load(came[0] ?? '')('script').length, 0);
  assert.equal(load(came[0] ?? '')('#daybreak-feed').val(), HOSTILE);
});

test('settings are checked, the key is never shown again, and nothing stays behind', async () => {
  const key = `daybreak_${'k'.repeat(43)}`;
  const settings = { url: 'https://alerts.news.example', key, feed: '' };
  const { came, errors } = await wordpress(
    { settings },
    ['save', { url: ' https://a.example/daybreak/ ', key: '', feed: 'https://news.example/feed' }],
    ['save', { url: 'javascript:alert(1)', key: 'a b', feed: 'https:///x' }],
    ['save', { url: 'https://ann:secret@a.example', key: '', feed: 'https://ann@news.example/feed' }],
    ['save', { url: 'https://a.example/?x=1', key: '', feed: 'https://news.example/?feed=rss2' }],
    ['save', 'nonsense'],
    ['save', { url: ['x'], key: { a: 1 }, forget: '1' }],
    ['uninstall'],
  );
  const saved = { url: 'https://a.example/daybreak', feed: 'https://news.example/feed', key };
  const queried = { ...saved, feed: 'https://news.example/?feed=rss2' };
  assert.deepEqual(came, [
    saved,
    saved,
    saved,
    queried,
    { url: '', feed: '', key },
    { url: '', feed: '', key: '' },
    [],
  ]);
  assert.equal(errors.length, 4);

  const page = (await wordpress({ settings }, ['page'])).came[0] ?? '';
  assert.ok(!page.includes(key));
  assert.equal(load(page)('form[action="options.php"] input[name=_wpnonce]').val(), 'nonce-of-daybreak');
  assert.deepEqual((await wordpress({ settings, capability: 'read' }, ['page'])).came, ['']);
});

test('a published post is an article within the request, told once for each change, and nothing hidden is told', async (t) => {
  const town = await newsroom(t);
  const key = await town.command('api-key', 'add', '--name', 'wordpress', '--scopes', 'articles:write');
  const title = '<b>Fish &#038; chips</b> “dearer”<script>alert(1)</script>';
  const posts = {
    7: { post_title: title, post_excerpt: '<p>By a\npenny.</p>', categories: [], picture: 3, modified: 5 },
    8: { post_title: 'Embargoed', post_password: 'secret' },
    9: { post_title: 'A page', post_type: 'page' },
    10: { post_title: 'Withdrawn at once' },
  };
  const published: Step = ['transition', [7, 'publish']];
  const { sent } = await wordpress(
    { settings: { url: town.url, key }, posts },
    ...[8, 9, 10].map((id): Step => ['transition', [id, 'publish']]),
    ['transition', [7, 'draft', 'auto-draft']],
    published,
    published,
    ['change', [7, { categories: ['food'] }]],
    ['change', [10, { post_status: 'draft' }]],
    ['shutdown'],
    published,
    ['shutdown'],
    ['change', [7, { post_title: 'Fish dearer', modified: 6 }]],
    ['transition', [7, 'publish', 'publish']],
    ['shutdown'],
  );
  assert.deepEqual(
    sent.map(({ url, blocking, status }) => [url, blocking, status.split(' ')[1]]),
    ['201', '201', '200'].map((status) => [`${town.url}/api/v1/articles`, false, status]),
  );
  const { items } = (await town.api('GET', '/articles')).body as { items: Record<string, unknown>[] };
  const mine = items.filter(({ url }) => String(url).startsWith('https://news.example/'));
  assert.equal(mine.length, 1);
  const { headline, standfirst, byline, image_url, image_alt, published_at } = mine[0] ?? {};
  assert.deepEqual(
    { headline, standfirst, byline, image_url, image_alt, published_at },
    {
      ...{ headline: 'Fish dearer', standfirst: 'By a penny.', byline: 'Kim Editor' },
      ...{ image_url: 'https://news.example/picture-3.jpg', image_alt: 'A ferry' },
      published_at: '2025-11-20T12:00:00.000Z',
    },
  );
  const topics = await town.context.newsletters.firstTopics(100);
  assert.ok(topics.includes('food'), 'set after the status, and told all the same');
});

test('a site whose feed is a source has it read at once; a key that may not is refused without harm', async (t) => {
  const town = await newsroom(t);
  const key = await town.command('api-key', 'add', '--name', 'wordpress', '--scopes', 'articles:write,sources:write');
  const settings = { url: town.url, key, feed: `${town.url}/archive/feed.xml` };
  const site = { posts: { 7: { post_title: 'Fish' } } };
  const steps: Step[] = [['transition', [7, 'publish']], ['shutdown']];
  const answers = (left: Left) => left.sent.map(({ status }) => status.split(' ')[1]);
  assert.deepEqual(answers(await wordpress({ settings, ...site }, ...steps)), ['201', '201']);
  assert.deepEqual(answers(await wordpress({ settings, ...site }, ...steps)), ['201', '200']);
  assert.deepEqual(answers(await wordpress({ settings: { ...settings, key: 'revoked' }, ...site }, ...steps)), [
    '401',
    '401',
  ]);
  assert.deepEqual((await wordpress({ settings: { url: town.url }, ...site }, ...steps)).sent, [], 'no key, no call');
});

test('what the shortcode puts out becomes the form in a browser', async (t) => {
  const town = await newsroom(t);
  await town.publishes({ headline: 'x', topics: ['politics', 'sport'] });
  await town.api('PATCH', '/forms/1', { topics: ['politics', 'sport'] });
  const posts = { 7: { post_title: 'x', categories: ['sport'] } };
  const { came, scripts } = await wordpress(
    { settings: { url: town.url }, posts },
    ['in post', 7],
    ['shortcode', { id: '1' }],
  );
  const page = await (await chromium(t)).newPage();
  const seen = await observe(page);
  const html = `<!doctype html><html lang="en"><title>x</title>${came}<script src="${scripts.daybreak?.src}" async></script>`;
  await page.goto(await foreignSite(t, html, `default-src 'none'; script-src ${town.url}; connect-src ${town.url}`));
  await page.getByLabel('Your email address').waitFor();
  assert.deepEqual(
    [await page.getByLabel('Sport').isChecked(), await page.getByLabel('Politics').isChecked()],
    [true, false],
  );
  assert.deepEqual(seen.complaints, []);
});

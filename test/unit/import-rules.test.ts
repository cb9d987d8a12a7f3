import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

/** Files by their path from the root of the repository. */
type Tree = Record<string, string>;

interface Rule {
  says: string;
  /** Names every file that breaks it. */
  broken(tree: Tree): string[];
  /** Trees that break it, so that a rule which has lost its teeth is noticed. */
  bad: Tree[];
}

const root = path.join(import.meta.dirname, '../..');
const project: Tree = Object.fromEntries(
  globSync('{src,workers}/**/*.ts', { cwd: root }).map((file) => [file, readFileSync(path.join(root, file), 'utf8')]),
);

// newsletters, articles, subscribers ← editions ← deliveries ← feedback. Newsletters are the peers' common ground.
const upstream: Record<string, string[]> = {
  newsletters: [],
  articles: ['newsletters'],
  subscribers: ['newsletters'],
  editions: ['newsletters', 'articles', 'subscribers'],
  deliveries: ['newsletters', 'articles', 'subscribers', 'editions'],
  feedback: ['newsletters', 'articles', 'subscribers', 'editions', 'deliveries'],
  staff: [],
};

const isStore = (file: string) => /(^|[/-])store\.ts$/.test(file);
const isFeature = (place: string) => Object.hasOwn(upstream, place);

/** The part of the house a file stands in: kernel, platform, a feature, workers, or `top` for what joins them all. */
function placeOf(file: string): string {
  const [folder, place, ...rest] = file.split('/');
  if (folder === 'workers') return 'workers';
  if (folder !== 'src' || place === undefined) return 'outside';
  if (rest.length === 0 || place === 'commands') return 'top';
  return ['kernel', 'platform'].includes(place) || isFeature(place) ? place : 'unknown';
}

function mayImport(from: string, to: string): boolean {
  const [here, there] = [placeOf(from), placeOf(to)];
  if (here === 'unknown' || there === 'unknown' || there === 'outside') return false;
  if (there === 'workers') return here === 'workers' || from === 'src/main.ts';
  if (here === 'top' || here === 'workers' || here === there) return true;
  if (there === 'kernel') return true;
  if (there === 'platform') return isFeature(here);
  return upstream[here]?.includes(there) ?? false;
}

const withoutComments = (text: string) =>
  text.replace(/(^|\s)\/\*[\s\S]*?\*\//g, '$1').replace(/(^|\s)\/\/.*$/gm, '$1');

/** Every module that a file names: `import … from`, `export … from`, `import '…'`, `import('…')`; types as well. */
function specifiers(text: string): string[] {
  const forms = [
    /^(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
  ];
  return forms.flatMap((form) => [...withoutComments(text).matchAll(form)].map((match) => match[1] ?? ''));
}

const ours = (file: string, text: string): string[] =>
  specifiers(text)
    .filter((name) => name.startsWith('.'))
    .map((name) => path.posix.join(path.posix.dirname(file), name));

const edges = (tree: Tree) =>
  Object.entries(tree).flatMap(([file, text]) => ours(file, text).map((to) => ({ file, to })));

const brokenEdges = (tree: Tree, breaks: (file: string, to: string) => boolean) =>
  edges(tree)
    .filter(({ file, to }) => breaks(file, to))
    .map(({ file, to }) => `${file} imports ${to}`);

const filesWith = (tree: Tree, pattern: RegExp, allowed: (file: string) => boolean) =>
  Object.entries(tree)
    .filter(([file, text]) => !allowed(file) && pattern.test(withoutComments(text)))
    .map(([file]) => file);

function cycles(tree: Tree): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, trail: string[]): void => {
    if (trail.includes(file)) {
      found.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const next of ours(file, tree[file] ?? '')) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of Object.keys(tree)) visit(file, []);
  return found;
}

const rules: Rule[] = [
  {
    says: 'imports point down: kernel ← platform ← features ← top and workers, and a feature sees only those upstream',
    broken: (tree) => brokenEdges(tree, (file, to) => !mayImport(file, to)),
    bad: [
      { 'src/kernel/log.ts': "import { createPool } from '../platform/db/pool.ts';" },
      { 'src/kernel/log.ts': "import { readConfig } from '../config.ts';" },
      { 'src/platform/http/problem.ts': "import type { Context } from '../../context.ts';" },
      { 'src/platform/view/brand.ts': "import { brand } from '../../newsletters/brand.ts';" },
      { 'src/articles/topics.ts': "import { readers } from '../subscribers/readers.ts';" },
      { 'src/newsletters/form.ts': "import { confirm } from '../subscribers/confirm.ts';" },
      { 'src/subscribers/confirm.ts': "export { slot } from '../editions/slot.ts';" },
      { 'src/editions/open.ts': "import {\n  send,\n} from '../deliveries/send.ts';" },
      { 'src/deliveries/send.ts': "const x = await import('../feedback/bounce.ts');" },
      { 'src/staff/routes.ts': "import { open } from '../editions/open.ts';" },
      { 'src/feedback/bounce.ts': "import { staff } from '../staff/people.ts';" },
      { 'src/articles/poll.ts': "import { fake } from '../../test/support/feed.ts';" },
      { 'src/helpers/misc.ts': "import { log } from '../kernel/log.ts';" },
    ],
  },
  {
    says: "no feature reaches into another's store, not even for a type",
    broken: (tree) =>
      brokenEdges(tree, (file, to) => isFeature(placeOf(file)) && isStore(to) && placeOf(to) !== placeOf(file)),
    bad: [
      { 'src/editions/open.ts': "import type { Subscription } from '../subscribers/store.ts';" },
      { 'src/editions/open.ts': "import { topics } from '../newsletters/topic-store.ts';" },
    ],
  },
  {
    says: 'no file imports itself by way of others',
    broken: cycles,
    bad: [
      {
        'src/articles/a.ts': "import './b.ts';",
        'src/articles/b.ts': "import { c } from './c.ts';",
        'src/articles/c.ts': "import type { A } from './a.ts';",
      },
    ],
  },
  {
    says: 'only src/main.ts starts what is in workers/',
    broken: (tree) => brokenEdges(tree, (file, to) => placeOf(to) === 'workers' && !mayImport(file, to)),
    bad: [{ 'src/app.ts': "import { startWorkers } from '../workers/runner.ts';" }],
  },
  {
    says: 'Express is known to routes, the route table and platform/http alone',
    broken: (tree) =>
      Object.entries(tree)
        .filter(([file, text]) => specifiers(text).includes('express') && !mayUseExpress(file))
        .map(([file]) => file),
    bad: [{ 'src/subscribers/confirm.ts': "import type { Request } from 'express';" }],
  },
  {
    says: 'the environment is read in src/config.ts',
    broken: (tree) => filesWith(tree, /\bprocess\.env\b|\benv\b.*from 'node:process'/, (f) => f === 'src/config.ts'),
    bad: [
      { 'src/main.ts': 'const port = process.env.PORT;' },
      { 'src/main.ts': "import { env } from 'node:process';" },
    ],
  },
  {
    says: 'only workers/ make BullMQ workers',
    broken: (tree) => filesWith(tree, /\bnew (\w+\.)?Worker\(/, (file) => file.startsWith('workers/')),
    bad: [{ 'src/platform/queue/start.ts': "import { Worker } from 'bullmq';\nnew Worker('deliveries', work);" }],
  },
  {
    says: 'SQL is written in stores and platform/db',
    broken: (tree) => [...filesWith(tree, /\bsql(<[^`]*>)?`|\bsql\.raw\(/, maySpeakSql), ...rawQueries(tree)],
    bad: [
      { 'src/editions/open.ts': 'await sql<{ id: number }>`select id from editions`.execute(db);' },
      { 'src/editions/open.ts': "await pool.query('select 1');" },
    ],
  },
];

function mayUseExpress(file: string): boolean {
  return /(^|[/-])routes\.ts$/.test(file) || file === 'src/app.ts' || file.startsWith('src/platform/http/');
}

function maySpeakSql(file: string): boolean {
  return isStore(file) || file.startsWith('src/platform/db/');
}

// Outside the features a bare query is plumbing: a readiness check, a lock.
function rawQueries(tree: Tree): string[] {
  return filesWith(tree, /\.query\(/, (file) => maySpeakSql(file) || !isFeature(placeOf(file)));
}

for (const { says, broken, bad } of rules) {
  test(says, () => assert.deepEqual(broken(project), []));
  test(`… and it bites: ${says}`, () => {
    for (const tree of bad) assert.notDeepEqual(broken(tree), [], JSON.stringify(tree));
  });
}

test('what may be imported is let through', () => {
  const good: Tree = {
    'src/kernel/tokens.ts': "import { DomainError } from './errors.ts';",
    'src/platform/db/pool.ts': "import type { Log } from '../../kernel/log.ts';",
    'src/subscribers/sign-up.ts': "import { forms } from '../newsletters/forms.ts'; // process.env",
    'src/feedback/routes.ts': "import { Router } from 'express';\nimport { ledger } from '../deliveries/ledger.ts';",
    'src/main.ts': "import { startWorkers } from '../workers/runner.ts'; /* new Worker( */",
    'src/commands/preview.ts': "import { renderVariant } from '../editions/render-variant.ts';",
    'workers/tick.ts': "import type { Context } from '../src/context.ts';",
  };
  for (const { broken } of rules) assert.deepEqual(broken(good), []);
});

test('the rules look at the whole house', () => {
  for (const file of ['src/config.ts', 'src/kernel/errors.ts', 'src/platform/db/pool.ts', 'workers/worker.ts']) {
    assert.ok(project[file], `${file} is looked at`);
  }
});

/** What `npm run fuzz` runs. See README.md beside it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { documentOf } from './document.ts';
import { type Options, readOptions, UsageError, usage } from './options.ts';
import { findSeeds, type Kind } from './seeds.ts';
import { readShare } from './watch.ts';
import type { Verdict } from './worker.ts';

const FAILURES = path.join(import.meta.dirname, 'failures');
/** One cause fails many documents. */
const ENOUGH = 10;
const SECOND_MS = 1000;
const PROGRESS_MS = 10 * SECOND_MS;
const say = (line: string) => process.stderr.write(`fuzz: ${line}\n`);

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const seeds = findSeeds();
  say(`seed ${options.seed}, made from ${seeds.length} documents`);
  const begun = performance.now();
  const all = { read: 0, refused: 0, failed: 0, slowest: { n: 0, ms: 0 } };
  const enough = new AbortController();
  const tell = (verdicts: Verdict[]) => {
    for (const verdict of verdicts) {
      all[verdict.read ? 'read' : 'refused'] += 1;
      if (verdict.ms > all.slowest.ms) all.slowest = verdict;
      if (verdict.complaint) report(verdict);
    }
  };
  const report = ({ n, complaint }: Verdict) => {
    all.failed += 1;
    say(`document ${n} ${complaint}`);
    say(`  again: npm run fuzz -- ${options.file ? `--file ${options.file}` : kept(options.seed, n)}`);
    if (all.failed >= ENOUGH) enough.abort();
  };
  const rate = () => {
    const seconds = (performance.now() - begun) / SECOND_MS;
    const documents = all.read + all.refused;
    return `${documents} documents in ${seconds.toFixed(1)} s (${Math.round(documents / seconds)}/s)`;
  };
  const progress = setInterval(() => say(rate()), PROGRESS_MS);
  const deadline = Number.isFinite(options.seconds)
    ? setTimeout(() => enough.abort(), options.seconds * SECOND_MS)
    : undefined;
  await Promise.all(sharesOf(options).map((share) => readShare(share, tell, enough.signal)));
  clearInterval(progress);
  clearTimeout(deadline);
  const { read, refused, failed, slowest } = all;
  process.stdout.write(
    `${rate()}, seed ${options.seed}: ${read} read, ${refused} refused in words, ${failed} failed; ` +
      `the slowest took ${Math.round(slowest.ms)} ms (document ${slowest.n})\n`,
  );
  return failed > 0 || read + refused === 0 ? 1 : 0;

  function kept(seed: number, n: number): string {
    const { kind, body } = documentOf(seed, n, seeds);
    mkdirSync(FAILURES, { recursive: true });
    const file = path.join(FAILURES, `${seed}-${n}.${kind}`);
    writeFileSync(file, body);
    return `--file ${path.relative(process.cwd(), file)}   (or --seed ${seed} --only ${n})`;
  }
}

/** Each thread reads every so manieth, so that all make the same documents however many they are. */
function sharesOf({ seed, documents, only, file }: Options) {
  if (file) return [{ seed, from: 0, step: 1, until: 1, alone: { kind: kindOf(file), body: readFileSync(file) } }];
  if (only !== undefined) return [{ seed, from: only, step: 1, until: only + 1 }];
  const threads = availableParallelism();
  return Array.from({ length: threads }, (_, n) => ({ seed, from: n, step: threads, until: documents }));
}

function kindOf(file: string): Kind {
  const kind = path.extname(file).slice(1);
  if (kind === 'pages' || kind === 'text' || kind === 'feeds') return kind;
  return /^\.?html?$/.test(kind) ? 'pages' : 'feeds';
}

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  say(error instanceof UsageError ? error.message : String(error?.stack ?? error));
  return error instanceof UsageError ? 2 : 1;
});

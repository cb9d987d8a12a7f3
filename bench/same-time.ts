/** Whether the time of a sign-up's answer tells who is a reader: `node bench/same-time.ts [requests per state]`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../src/config.ts';
import { addressKey, type EmailAddress } from '../src/kernel/email-address.ts';
import { createLog } from '../src/kernel/log.ts';
import { type Running, startWeb } from '../src/newsroom.ts';

const states = ['new', 'pending', 'active', 'left', 'suppressed'] as const;
type State = (typeof states)[number];

const WARM_UP = 300;
const EACH = Number(process.argv[2] ?? 1000);
/** The distance of two samples that cannot be told apart: this many standard errors are an accident once in 740. */
const ACCIDENT = 3.2;

/** As many readers in each state; every one is asked for once, so that each is met in the state it was made in. */
async function seed({ context }: Running): Promise<{ email: string; state: State }[]> {
  const people = states.flatMap((state) =>
    Array.from({ length: EACH }, (_, n) => ({ state, email: `reader-${state.length}${n}-${state}@bench.example` })),
  );
  const known = people.filter(({ state }) => state !== 'new');
  const hash = (email: string) => context.tokens.mac('suppression', addressKey(email as EmailAddress));
  await context.pool.query(
    `insert into subscribers (email, email_key, email_hash, time_zone, created_at, confirmation_wanted_at,
      confirmation_settled_at)
    select email, email, hash, 'Europe/London', now() - interval '1 day', now() - interval '1 day',
      now() - interval '1 day' from unnest($1::text[], $2::bytea[]) k (email, hash)`,
    [known.map(({ email }) => email), known.map(({ email }) => hash(email))],
  );
  await context.pool.query(
    `insert into subscriptions (subscriber_id, newsletter_id, state, created_at, activated_at, ended_at, next_due_at)
    select r.id, n.id, s.state, now(), case when s.state <> 'pending' then now() end,
      case s.state when 'unsubscribed' then now() end, case when s.state = 'active' and n.kind = 'digest' then now() + interval '1 day' end
    from subscribers r cross join newsletters n cross join lateral (select case
      when r.email like '%-pending@%' then 'pending' when r.email like '%-left@%' then 'unsubscribed' else 'active' end as state) s`,
  );
  await context.pool.query(
    `insert into suppressions (email_hash, reason, at)
    select email_hash, 'bounced 5.1.1', now() from subscribers where email like '%-suppressed@%'`,
  );
  await context.pool.query('vacuum analyze');
  return people;
}

/** Milliseconds from the first byte sent to the last one heard. */
function timed(url: string, email: string): Promise<number> {
  const body = JSON.stringify({ email, newsletters: ['daily', 'breaking'] });
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const begun = performance.now();
    const sent = request(`${url}/forms/1/sign-ups`, { method: 'POST', headers, agent: false }, (answer) => {
      answer.resume().on('end', () => {
        if (answer.statusCode === 202) resolve(performance.now() - begun);
        else reject(new Error(`${email} was answered ${answer.statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const shuffled = <T>(list: T[]): T[] =>
  list
    .map((one) => [Math.random(), one] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, one]) => one);

const quantile = (sorted: number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;

/** Mann–Whitney: how often a time of one is above one of the other (half is no difference), and in standard errors. */
function compare(a: number[], b: number[]): { above: number; errors: number } {
  const all = [...a.map((ms) => ({ ms, own: true })), ...b.map((ms) => ({ ms, own: false }))].toSorted(
    (x, y) => x.ms - y.ms,
  );
  const ranks = all.reduce((sum, { own }, n) => sum + (own ? n + 1 : 0), 0);
  const above = (ranks - (a.length * (a.length + 1)) / 2) / (a.length * b.length);
  const error = Math.sqrt((a.length + b.length + 1) / (12 * a.length * b.length));
  return { above, errors: (above - 0.5) / error };
}

const folder = await mkdtemp(path.join(tmpdir(), 'daybreak-same-time-'));
const env = { DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: process.env.DATABASE_URL };
const running = await startWeb({ config: readConfig(env), log: createLog('silent'), migrations: 'apply', alone: true });
try {
  const people = await seed(running);
  for (let n = 0; n < WARM_UP; n += 1) await timed(running.url, `warm-${n}@bench.example`);
  const times = new Map<State, number[]>(states.map((state) => [state, []]));
  for (const { email, state } of shuffled(people)) times.get(state)?.push(await timed(running.url, email));
  const line = (cells: (string | number)[]) =>
    process.stdout.write(`${cells.map((cell) => String(cell).padStart(11)).join('')}\n`);
  line(['state', 'requests', 'median ms', 'p90 ms', 'p99 ms', 'P(> rest)', 'std errors']);
  let told = false;
  for (const [state, own] of times) {
    const rest = [...times].flatMap(([other, list]) => (other === state ? [] : list));
    const { above, errors } = compare(own, rest);
    const sorted = own.toSorted((a, b) => a - b);
    told ||= Math.abs(errors) > ACCIDENT;
    line([
      state,
      own.length,
      ...[0.5, 0.9, 0.99].map((q) => quantile(sorted, q).toFixed(2)),
      above.toFixed(3),
      errors.toFixed(1),
    ]);
  }
  process.stdout.write(told ? 'The times differ by more than chance.\n' : 'No state can be told from the others.\n');
} finally {
  await running.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);

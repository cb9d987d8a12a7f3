import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createTransport } from 'nodemailer';
import pg from 'pg';
import { Tokens } from '../../src/kernel/tokens.ts';
import { birthOf } from '../../src/platform/db/embedded-owner.ts';
import { cleanUp } from '../support/clean-up.ts';
import { freshDatabase } from '../support/database.ts';
import { oneClickUrl } from '../support/reader.ts';
import { redisServer } from '../support/redis.ts';
import { smtpRelay } from '../support/relay.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const main = path.join(import.meta.dirname, '../../src/main.ts');
const SECRET = 'a secret of at least thirty-two bytes, for tests';
const STOP_LIMIT_MS = 15_000;
const PATIENCE_MS = 60_000;

type Env = Record<string, string>;

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** One of our commands with this environment and nothing else, not even a PATH. */
function start(t: TestContext, env: Env, words: string[], timeout?: number) {
  const options = { env, cwd: '/', timeout, killSignal: 'SIGKILL' } as const;
  const child = spawn(process.execPath, [main, ...words], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  cleanUp(t, () => child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const ended = once(child, 'close').then(([code]): Ended => ({ code, ...said }));
  return { child, said, ended };
}

/** One that ends by itself; one that does not is killed and has no exit code. */
const daybreak = (t: TestContext, env: Env, ...words: string[]): Promise<Ended> =>
  start(t, env, words, PATIENCE_MS).ended;

/** One that goes on running: returns when it has said that it is ready. */
async function serving(t: TestContext, env: Env, ...words: string[]) {
  const { child, said, ended } = start(t, env, words);
  const over = ended.then((end) => {
    throw new Error(`${words.join(' ')} ended with ${end.code}: ${end.err}`);
  });
  await Promise.race([over, until(`${words.join(' ')} is ready`, () => said.out.includes('\n'), 30_000)]);
  over.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    url: /http:\S+/.exec(said.out)?.[0] ?? '',
    said,
    /** @returns how it ended, and after how long */
    stop: async (signal: NodeJS.Signals = 'SIGTERM') => {
      const asked = performance.now();
      child.kill(signal);
      return { ...(await ended), tookMs: performance.now() - asked };
    },
  };
}

/** A process and everything it has started, as Linux tells it. */
function familyOf(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const);
  const below = (of: number): number[] =>
    parents.filter(([, parent]) => parent === of).flatMap(([one]) => [one, ...below(one)]);
  return [pid, ...below(pid)];
}

function parentOf(pid: string): number {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}

const living = (pids: number[]) => pids.filter((pid) => birthOf(pid) !== null);

/** What a person reads: no stack, and nothing of what was kept from others. */
function assertSentence({ err }: Ended, what: RegExp): void {
  assert.match(err, what);
  assert.doesNotMatch(err, /^ +at |node:internal|hunter2/m);
}

const commands: [name: string, ...options: string[]][] = [
  ['up'],
  ['web'],
  ['worker'],
  ['inbound', 'INBOUND_SMTP_PORT'],
  ['migrate'],
  ['demo'],
  ['doctor'],
  ['brand', '--name', '--postal-address', '--accent', '--time-zone'],
  ['staff add', '--email', '--name', '--role', 'viewer', 'editor', 'admin'],
  ['api-key add', '--name', '--scopes', 'articles:write', 'webhooks:read'],
  ['subscribers import', 'FILE.csv', '--newsletter', '--consent', 'email', 'time_zone'],
  ['subscribers export', 'CSV'],
  ['preview', '--newsletter', '--reader', '--slot', '--source', '--out'],
  ['score', 'feeds', 'pages'],
];

test('--help explains every command on stdout and starts nothing', async (t) => {
  const overview = await daybreak(t, {}, '--help');
  assert.deepEqual([overview.code, overview.err], [0, '']);
  const named = [...overview.out.matchAll(/^ {2}([a-z]\S*(?: \S+)?) {2,}/gm)].map(([, name]) => name);
  assert.deepEqual(named.toSorted(), commands.map(([name]) => name).toSorted());
  await Promise.all(
    commands.map(async ([name, ...options]) => {
      // With an environment in which nothing could start.
      const { code, out, err } = await daybreak(t, { PORT: 'hunter2' }, ...name.split(' '), '--help');
      assert.deepEqual([code, err], [0, ''], name);
      for (const word of [`daybreak ${name}`, ...options])
        assert.ok(out.includes(word), `${name} does not mention ${word}: ${out}`);
    }),
  );
});

test('what is typed wrongly ends with 2, says what is wrong, and starts nothing', async (t) => {
  const DATA_DIR = path.join(await tempDir(t), 'data');
  const file = path.join(await tempDir(t), 'readers.csv');
  await writeFile(file, 'email\nann@example.org\n');
  const typed: [words: string, why: RegExp][] = [
    ['launch', /no command "launch"/],
    ['api-key', /no command "api-key"/],
    ['up --verbose', /--verbose/],
    ['api-key add', /--name and --scopes are needed/],
    ['api-key add --name cms', /--name and --scopes are needed/],
    [`subscribers import ${file} --newsletter daily`, /--consent/],
    [`subscribers import ${file}.not --newsletter daily --consent list`, /There is no file/],
    ['preview', /--newsletter is needed/],
    ['score toString /', /Say which kind/],
    ['score feeds / two', /the one folder/],
    [`score feeds ${file}`, /There is no folder/],
    [`score pages ${file}.not`, /There is no folder/],
  ];
  await Promise.all(
    typed.map(async ([words, why]) => {
      const ended = await daybreak(t, { DATA_DIR }, ...words.split(' '));
      assert.deepEqual([ended.code, ended.out], [2, ''], words);
      assertSentence(ended, why);
    }),
  );
  assert.throws(() => readdirSync(DATA_DIR), /ENOENT/);
});

test('a line of JSON is printed for each file of a folder, and whatever stands in it, nothing else', async (t) => {
  const folder = path.join(await tempDir(t), 'two words');
  await mkdir(path.join(folder, 'within'), { recursive: true });
  const empty = await daybreak(t, {}, 'score', 'feeds', folder);
  assert.deepEqual([empty.code, empty.out], [0, '']);
  assert.match(empty.err, /no file in .*two words/);
  const feed =
    '<rss version="2.0"><channel><item><title>A</title><link>/a</link><pubDate>1 May 2026 7:00</pubDate></item>';
  const files: Record<string, string> = { 'a b.xml': feed, 'far.xml': feed, 'moon.xml': feed, 'ftp.xml': feed };
  Object.assign(files, {
    '.hidden': feed,
    noise: '\u0000\u0001',
    'far.url': 'https://far.example/',
    'far.xml.zone': ' Asia/Tokyo\n',
  });
  Object.assign(files, { 'moon.zone': 'Mare/Crisium', 'ftp.xml.url': 'ftp://post.example/' });
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  await symlink('a b.xml', path.join(folder, 'link.xml'));
  await symlink('nowhere', path.join(folder, 'lost.xml'));
  await symlink('within', path.join(folder, 'links to a folder'));
  const { code, out, err } = await daybreak(t, {}, 'score', 'feeds', folder);
  assert.deepEqual([code, err], [0, '']);
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ file, items, error }) => [
      file,
      items?.[0]?.url ?? error?.replace(/.*(ENOENT|is not a feed).*/, '$1'),
    ]),
    [
      ['a b.xml', 'https://newspaper.example/a'],
      ['far.xml', 'https://far.example/a'],
      ['ftp.xml', 'The address beside it is no http:// or https:// address.'],
      ['link.xml', 'https://newspaper.example/a'],
      ['lost.xml', 'ENOENT'],
      ['moon.xml', 'The time zone beside it is no IANA name such as Europe/London.'],
      ['noise', 'is not a feed'],
    ],
  );
  assert.equal(lines[1].items[0].published, '2026-04-30T22:00:00.000Z');
});

test('who has read enough of the lines may close the pipe', async (t) => {
  const { child, said, ended } = start(t, {}, ['score', 'feeds', path.join(import.meta.dirname, '../corpus/feeds')]);
  await until('the first line is there', () => said.out.includes('\n'), PATIENCE_MS);
  child.stdout.destroy();
  const { code, err } = await ended;
  assert.deepEqual([code, err], [0, '']);
});

test('a bad environment is refused before anything starts: variables are named, values never printed', async (t) => {
  const dir = await tempDir(t);
  const noKey = path.join(dir, 'no-key.pem');
  await writeFile(noKey, 'hunter2');
  const dkim = { DKIM_DOMAIN: 'post.example', DKIM_SELECTOR: 'd1' };
  const free = { PORT: '0', INBOUND_SMTP_PORT: '0' };
  const cases: [env: Env, named: RegExp][] = [
    [{ PORT: 'hunter2' }, /PORT: /],
    [{ DATABASE_URL: 'mysql://u:hunter2@db', REDIS_URL: 'hunter2' }, /DATABASE_URL: .*\n +REDIS_URL: /],
    [{ SMTP_URL: 'smtp://ok,http://hunter2' }, /SMTP_URL: /],
    [{ DAYBREAK_SECRET: 'hunter2' }, /DAYBREAK_SECRET: must be at least 32 bytes/],
    [{ NODE_ENV: 'production' }, /DAYBREAK_SECRET: required when NODE_ENV=production/],
    [{ NODE_ENV: 'production', DAYBREAK_SECRET: '' }, /DAYBREAK_SECRET: required/],
    [{ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/db' }, /DATABASE_URL: the database does not answer/],
    [{ ...free, ...dkim, DKIM_PRIVATE_KEY_FILE: path.join(dir, 'nowhere') }, /DKIM_PRIVATE_KEY_FILE: /],
    [{ ...free, ...dkim, DKIM_PRIVATE_KEY_FILE: noKey }, /DKIM_PRIVATE_KEY_FILE: /],
    [{ ...free, ...dkim }, /DKIM_DOMAIN, DKIM_SELECTOR, DKIM_PRIVATE_KEY_FILE: /],
    [{ ...free, PRIVATE_FETCH_ALLOW: '10.0.0.0/99' }, /PRIVATE_FETCH_ALLOW: /],
  ];
  await Promise.all(
    cases.map(async ([env, named], n) => {
      const ended = await daybreak(t, { DATA_DIR: path.join(dir, `data-${n}`), ...env }, 'up');
      assert.deepEqual([ended.code, ended.out], [1, ''], `${JSON.stringify(env)} ${ended.err}`);
      assertSentence(ended, named);
    }),
  );
});

test('with nothing configured everything runs, answers commands beside it, and stops without a trace', async (t) => {
  const DATA_DIR = path.join(await tempDir(t), 'data');
  // An empty value counts as unset.
  const env = {
    DATA_DIR,
    PORT: '0',
    INBOUND_SMTP_PORT: '0',
    DATABASE_URL: '',
    REDIS_URL: '',
    SMTP_URL: '',
    LOG_LEVEL: '',
  };
  const postmaster = async () =>
    Number.parseInt(await readFile(path.join(DATA_DIR, 'postgres/data/postmaster.pid'), 'utf8'), 10);
  const noOrphan = async () => {
    const pid = await postmaster().catch(() => 0);
    if (pid && birthOf(pid)) process.kill(pid, 'SIGINT');
  };
  cleanUp(t, noOrphan);
  const up = await serving(t, env, 'up');
  const ready = await fetch(`${up.url}/readyz`);
  assert.deepEqual(
    [ready.status, await ready.json()],
    [200, { status: 'ready', database: 'ok', queue: 'ok', relay: 'ok' }],
  );

  const second = daybreak(t, env, 'up');
  const added = await daybreak(t, env, 'api-key', 'add', '--name', 'cms', '--scopes', 'articles:write, articles:read');
  assert.equal(added.code, 0, added.err);
  assert.match(added.out, /^daybreak_[\w-]{43}\n$/);
  const headers = { Authorization: `Bearer ${added.out.trim()}`, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ url: 'https://post.example/seeds', headline: 'Library lends seeds' });
  assert.equal((await fetch(`${up.url}/api/v1/articles`, { method: 'POST', headers, body })).status, 201);

  const file = path.join(DATA_DIR, 'readers.csv');
  await writeFile(
    file,
    'email,time_zone\nann@example.org,Asia/Tokyo\nbob@example.org,\nno address,\nann@example.org,\n',
  );
  const imported = await daybreak(
    t,
    env,
    'subscribers',
    'import',
    file,
    '--newsletter',
    'daily',
    '--consent',
    'the old list',
  );
  assert.deepEqual([imported.code, imported.out], [0, '4 rows: 2 imported, 1 unchanged, 1 rejected\n']);
  assert.match(imported.err, /^line 4: not an email address$/m);

  const refused = await second;
  assert.deepEqual([refused.code, refused.out], [1, '']);
  assertSentence(refused, new RegExp(`already runs from ${DATA_DIR} \\(process ${up.pid}\\)`));

  const family = familyOf(up.pid);
  assert.ok(family.includes(await postmaster()) && living(family).length > 5, `${family}`);
  const stopped = await up.stop();
  assert.deepEqual([stopped.code, stopped.out], [0, `daybreak ready on ${up.url}\n`], stopped.err);
  assert.match(up.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.ok(stopped.tookMs < STOP_LIMIT_MS, `${stopped.tookMs} ms`);
  assert.deepEqual(living(family), []);

  // A restart keeps what was there; so does a kill that nobody could answer.
  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    const again = await serving(t, env, 'up');
    const articles = (await (await fetch(`${again.url}/api/v1/articles`, { headers })).json()) as {
      items: { headline: string }[];
    };
    assert.ok(
      articles.items.some(({ headline }) => headline === 'Library lends seeds'),
      `before ${signal}`,
    );
    const exported = await daybreak(t, env, 'subscribers', 'export');
    assert.deepEqual(
      exported.out
        .split('\n')
        .map((line) => line.split(',').slice(0, 4).join())
        .sort(),
      [
        '',
        'ann@example.org,Asia/Tokyo,daily,active',
        'bob@example.org,Europe/London,daily,active',
        'email,time_zone,newsletter,state',
      ],
    );
    const all = familyOf(again.pid);
    const { code } = await again.stop(signal);
    assert.equal(code, signal === 'SIGKILL' ? null : 0);
    if (signal === 'SIGINT') assert.deepEqual(living(all), []);
  }
});

test('web, worker and inbound are three processes that together deliver a digest, and each stops when told', async (t) => {
  const [DATABASE_URL, redis, relay, DATA_DIR] = await Promise.all([
    freshDatabase(t),
    redisServer(t),
    smtpRelay(t),
    tempDir(t),
  ]);
  const env: Env = {
    ...{
      DATABASE_URL,
      REDIS_URL: redis.url,
      SMTP_URL: relay.url,
      DATA_DIR,
      DAYBREAK_SECRET: SECRET,
      NODE_ENV: 'production',
    },
    ...{
      PORT: '0',
      INBOUND_SMTP_PORT: '0',
      BOUNCE_DOMAIN: 'bounces.post.example',
      BASE_URL: 'https://news.post.example',
    },
  };
  const [web, worker, inbound] = await Promise.all(['web', 'worker', 'inbound'].map((name) => serving(t, env, name)));
  assert.ok(web && worker && inbound);
  assert.equal(web.said.out, `daybreak ready on ${web.url}\n`);
  assert.equal(worker.said.out, 'daybreak worker ready\n');
  const port = Number(/^daybreak inbound ready on 127\.0\.0\.1:(\d+)\n$/.exec(inbound.said.out)?.[1]);

  const scopes = 'subscribers:write,articles:write,editions:write,editions:read';
  const key = (await daybreak(t, env, 'api-key', 'add', '--name', 'cms', '--scopes', scopes)).out.trim();
  const api = async (method: string, route: string, body?: object | string) => {
    const type = typeof body === 'string' ? 'text/csv' : 'application/json';
    const headers = { Authorization: `Bearer ${key}`, ...(body && { 'Content-Type': type }) };
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`${web.url}/api/v1${route}`, { method, headers, ...(body && { body: sent }) });
    assert.ok(answer.ok, `${route} answered ${answer.status}`);
    return (await answer.json()) as { id: number; status: string; counts: object };
  };
  const digest = async (headline: string) => {
    await api('POST', '/articles', { url: `https://post.example/${encodeURIComponent(headline)}`, headline });
    const { id } = await api('POST', '/editions', { newsletter: 'daily' });
    return until(`“${headline}” is sent`, async () => {
      const seen = await api('GET', `/editions/${id}`);
      return seen.status === 'sent' && seen.counts;
    });
  };
  await api(
    'POST',
    '/subscribers/import?newsletter=daily&consent=the+old+list',
    'email\nann@example.org\nbob@example.org\n',
  );
  const none = { pending: 0, deferred: 0, failed: 0, uncertain: 0, bounced: 0 };
  assert.deepEqual(await digest('Library lends seeds'), { ...none, audience: 2, accepted: 2, skipped: 0 });
  const mail = relay.mails.find(({ to }) => to === 'ann@example.org');
  assert.match(mail?.parsed.text ?? '', /https:\/\/news\.post\.example\/unsubscribe\//);

  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  const subject = oneClickUrl(mail).split('/').at(-1);
  const envelope = { from: 'ann@example.org', to: 'unsubscribe@bounces.post.example' };
  await transport.sendMail({ envelope, raw: `Subject: ${subject}\r\n\r\n` });
  assert.deepEqual(await digest('Ferry pilots vote'), { ...none, audience: 1, accepted: 1, skipped: 0 });

  for (const one of [web, worker, inbound]) {
    const family = familyOf(one.pid);
    const { code, err, tookMs } = await one.stop();
    assert.equal(code, 0, err);
    assert.ok(tookMs < STOP_LIMIT_MS, `${tookMs} ms`);
    assert.deepEqual(living(family), []);
  }
});

test('a database that is behind is refused with what to run, and is never changed by the way', async (t) => {
  const [DATABASE_URL, relay, DATA_DIR] = await Promise.all([freshDatabase(t), smtpRelay(t), tempDir(t)]);
  const env = { DATABASE_URL, SMTP_URL: relay.url, DATA_DIR, PORT: '0', INBOUND_SMTP_PORT: '0' };
  await query(DATABASE_URL, 'drop schema public cascade; create schema public; drop schema if exists bullmq cascade');
  const refusing = [
    'web',
    'worker',
    'inbound',
    'doctor',
    'api-key add --name a --scopes articles:read',
    'subscribers export',
  ];
  await Promise.all(
    refusing.map(async (words) => {
      const ended = await daybreak(t, env, ...words.split(' '));
      assert.deepEqual([ended.code, ended.out], [1, ''], words);
      assertSentence(ended, /lacks 001_schema\.sql, .*run `npm run daybreak -- migrate`/);
    }),
  );
  assert.equal((await query(DATABASE_URL, "select from pg_tables where schemaname in ('public', 'bullmq')")).length, 0);

  const twice = await Promise.all([1, 2].map(() => daybreak(t, env, 'migrate')));
  for (const { code, out, err } of twice) assert.deepEqual([code, out], [0, 'The database is up to date.\n'], err);
  const web = await serving(t, env, 'web');
  assert.equal((await fetch(`${web.url}/healthz`)).status, 200);
  assert.equal((await web.stop()).code, 0);
});

test('demo plays the whole round by itself, whatever is configured', async (t) => {
  const TMPDIR = await tempDir(t);
  const started = performance.now();
  const { code, out, err } = await daybreak(
    t,
    { TMPDIR, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing', PORT: '1' },
    'demo',
  );
  assert.equal(code, 0, err);
  assert.ok(performance.now() - started < 30_000);
  const steps = [
    'signs up',
    'confirmation arrives',
    'CMS sends an article',
    'digest now',
    'News breaks',
    'one click',
    'nobody',
  ];
  for (const [n, step] of steps.entries()) assert.match(out, new RegExp(`^${n + 1}\\. .*${step}`, 'm'));
  assert.equal(out.match(/ledger: audience 1 = .*1 accepted/g)?.length, 2);
  assert.match(out, /ledger: audience 0 = /);
  assert.deepEqual(readdirSync(TMPDIR), [], 'it leaves nothing');
});

test('doctor says what is right, what is missing, and ends with 1 only for what keeps mail in', async (t) => {
  const [DATABASE_URL, relay, DATA_DIR] = await Promise.all([freshDatabase(t), smtpRelay(t), tempDir(t)]);
  const env = { DATABASE_URL, DATA_DIR, SMTP_URL: relay.url, DAYBREAK_SECRET: SECRET };
  const well = await daybreak(
    t,
    { ...env, BASE_URL: 'https://news.post.example', BOUNCE_DOMAIN: 'b.post.example' },
    'doctor',
  );
  assert.equal(well.code, 0, well.err);
  for (const line of [
    ...[
      '✓ database answers',
      '✓ queue (postgres) answers',
      '✓ relay answers',
      '✓ SMTP_URL is set',
      '✓ DAYBREAK_SECRET is set',
    ],
    ...['✓ links point to https://news.post.example', '✓ bounces come back to b.post.example', '! mail is unsigned'],
    ...['! REDIS_URL is unset', '! every mail ends with'],
  ]) {
    assert.ok(well.out.includes(line), `${line} is missing in\n${well.out}`);
  }
  assert.doesNotMatch(well.out, /✗/);
  const ill = await daybreak(t, { ...env, SMTP_URL: 'smtp://u:hunter2@127.0.0.1:1' }, 'doctor');
  assert.equal(ill.code, 1, ill.err);
  assert.match(ill.out, /^✗ relay does not answer: /m);
  assert.match(ill.out, /^! bounces? .*BOUNCE_DOMAIN|^! BOUNCE_DOMAIN is unset/m);
  assert.doesNotMatch(ill.out + ill.err, /hunter2/);
});

test('doctor misses the first secret also after somebody has signed up without it', async (t) => {
  const [DATABASE_URL, relay, DATA_DIR] = await Promise.all([freshDatabase(t), smtpRelay(t), tempDir(t)]);
  const env = { DATABASE_URL, DATA_DIR, SMTP_URL: relay.url, DAYBREAK_SECRET: `another one: ${SECRET}` };
  const [first, later] = [new Tokens(SECRET), new Tokens(env.DAYBREAK_SECRET)];
  await daybreak(t, env, 'doctor');
  for (const [email, tokens] of [
    ['ann@example.org', first],
    ['bob@example.org', later],
  ] as const)
    await query(
      DATABASE_URL,
      `insert into subscribers (email, email_key, email_hash, time_zone, created_at)
       values ('${email}', '${email}', '\\x${tokens.mac('suppression', email).toString('hex')}', 'Europe/London', now())`,
    );
  const without = await daybreak(t, env, 'doctor');
  assert.equal(without.code, 1, without.err);
  assert.match(without.out, /^✗ suppressed addresses are not recognised/m);
});

test('preview prints what would go out, as text or into a file, and sends nothing', async (t) => {
  const [DATABASE_URL, relay, DATA_DIR] = await Promise.all([freshDatabase(t), smtpRelay(t), tempDir(t)]);
  const env = { DATABASE_URL, DATA_DIR, SMTP_URL: relay.url, DAYBREAK_SECRET: SECRET };
  await query(
    DATABASE_URL,
    `insert into articles (url, canonical_url, headline, standfirst, published_at, first_seen_at)
     values ('https://post.example/a', 'https://post.example/a', 'Library lends seeds', 'Packets of kale.', now(), now())`,
  );
  const text = await daybreak(t, env, 'preview', '--newsletter', 'daily');
  assert.equal(text.code, 0, text.err);
  assert.match(text.out, /Library lends seeds[\s\S]*Packets of kale\./);
  const out = path.join(DATA_DIR, 'digest.html');
  const written = await daybreak(t, env, 'preview', '--newsletter', 'daily', '--out', out);
  assert.deepEqual([written.code, written.out], [0, ''], written.err);
  assert.match(await readFile(out, 'utf8'), /<html[\s\S]*Library lends seeds/);
  assert.match((await daybreak(t, env, 'preview', '--newsletter', 'breaking')).out, /Library lends seeds/);
  const unknown = await daybreak(t, env, 'preview', '--newsletter', 'nightly');
  assert.equal(unknown.code, 1);
  assertSentence(unknown, /no such newsletter "nightly"/);
  assert.equal(relay.mails.length, 0);
});

test('preview shows what one reader would get, and what they got, with its headers', async (t) => {
  const [DATABASE_URL, relay, DATA_DIR] = await Promise.all([freshDatabase(t), smtpRelay(t), tempDir(t)]);
  const env = { DATABASE_URL, DATA_DIR, SMTP_URL: relay.url, DAYBREAK_SECRET: SECRET };
  const file = path.join(DATA_DIR, 'readers.csv');
  await writeFile(file, 'email\nann@example.org\n');
  await daybreak(t, env, 'subscribers', 'import', file, '--newsletter', 'daily', '--consent', 'a list');
  await query(
    DATABASE_URL,
    `insert into articles (url, canonical_url, headline, standfirst, published_at, first_seen_at)
     select 'https://post.example/' || n, 'https://post.example/' || n, 'Story ' || n, 'Packets of kale.', now() - interval '1 hour' * n, now() - interval '1 hour' * n
       from generate_series(1, 2) n;
     insert into editions (newsletter_id, kind, status, as_of, subject, audience, chunks, planned_at, created_at, finished_at)
       select id, 'digest', 'sent', '2026-11-21T07:00:00Z', 'Yesterday', 1, 1, now(), now(), now() from newsletters where slug = 'daily';
     insert into edition_variants (edition_id, id, article_ids, subject, html, body_text)
       select id, 1, '{2}', 'Yesterday', '<p>Story 2</p>', 'Story 2' from editions;
     insert into deliveries (edition_id, subscriber_id, subscription_id, variant_id, chunk, state)
       select e.id, s.subscriber_id, s.id, 1, 0, 'accepted' from editions e cross join subscriptions s;`,
  );
  const asAnn = ['preview', '--newsletter', 'daily', '--reader', 'Ann@example.org'];
  const now = await daybreak(t, env, ...asAnn);
  assert.equal(now.code, 0, now.err);
  assert.match(now.out, /Story 1[\s\S]*Story 2/);
  const slot = ['--slot', '2026-11-21T07:00:00Z'];
  assert.match((await daybreak(t, env, ...asAnn, ...slot)).out, /^Story 2/);
  const { out } = await daybreak(t, env, ...asAnn, ...slot, '--source');
  for (const field of ['Message-ID: ', 'To: ann@example.org', 'List-Unsubscribe: ', 'Subject: Yesterday'])
    assert.ok(out.includes(field), `${field} is missing in ${out}`);
  assertSentence(await daybreak(t, env, ...asAnn, '--slot', '2026-11-20T07:00:00Z'), /no such mail of "daily"/);
  assertSentence(await daybreak(t, env, ...asAnn.with(-1, 'bob@example.org')), /no such reader bob@example.org/);
  const next = await daybreak(t, env, ...asAnn, '--source');
  assert.match(next.out, /^To: ann@example\.org[\s\S]*\/unsubscribe\/not-shown/m);
  const nobodys = ['preview', '--newsletter', 'daily', '--source'];
  assertSentence(await daybreak(t, env, ...nobodys), /--source needs --reader/);
  assert.equal(relay.mails.length, 0);
});

test('a file that is no list of readers is refused in a sentence', async (t) => {
  const [DATABASE_URL, DATA_DIR] = await Promise.all([freshDatabase(t), tempDir(t)]);
  const env = { DATABASE_URL, DATA_DIR };
  const folder = path.join(DATA_DIR, 'folder');
  const image = path.join(DATA_DIR, 'image.png');
  const wrong = path.join(DATA_DIR, 'wrong.csv');
  await mkdir(folder);
  await writeFile(image, Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
  await writeFile(wrong, 'email\nno address\n');
  const imports = (file: string, newsletter = 'daily') =>
    daybreak(t, env, 'subscribers', 'import', file, '--newsletter', newsletter, '--consent', 'the old list');
  const cases: [file: string, newsletter: string, why: RegExp, out: string][] = [
    [folder, 'daily', /cannot be read as CSV/, ''],
    [image, 'daily', /cannot be read as CSV/, ''],
    [wrong, 'nightly', /no such newsletter "nightly"/, ''],
    [wrong, 'daily', /line 2: not an email address/, '1 rows: 0 imported, 0 unchanged, 1 rejected\n'],
  ];
  for (const [file, newsletter, why, out] of cases) {
    const ended = await imports(file, newsletter);
    assert.deepEqual([ended.code, ended.out], [1, out], ended.err);
    assertSentence(ended, why);
  }
  const scopes = await daybreak(t, env, 'api-key', 'add', '--name', 'cms', '--scopes', 'articles:write,everything');
  assert.deepEqual([scopes.code, scopes.out], [1, '']);
  assertSentence(scopes, /unknown: everything; known are articles:read/);
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

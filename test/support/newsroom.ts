import { execFile } from 'node:child_process';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { isDeepStrictEqual, promisify } from 'node:util';
import { createTransport } from 'nodemailer';
import { readConfig } from '../../src/config.ts';
import type { Context } from '../../src/context.ts';
import type { Counts } from '../../src/deliveries/delivery.ts';
import { createLog } from '../../src/kernel/log.ts';
import { type Running, startEverything, startWeb } from '../../src/newsroom.ts';
import { scopes } from '../../src/platform/http/scopes.ts';
import { pollDueSources, sweep, tick } from '../../src/platform/queue/jobs.ts';
import { addApiKey } from '../../src/staff/add-api-key.ts';
import { startWorkers } from '../../workers/runner.ts';
import { cleanUp } from './clean-up.ts';
import { TestClock } from './clock.ts';
import { freshDatabase } from './database.ts';
import { oneClickUrl, Reader } from './reader.ts';
import { redisServer, type TestRedis } from './redis.ts';
import { smtpRelay, type TestRelay } from './relay.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

export type QueueKind = 'redis' | 'postgres';

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export interface EditionSeen {
  id: number;
  status: string;
  kind: string;
  late: boolean;
  counts: Counts;
}

/** Registers a journey twice: on Redis and on BullMQ's PostgreSQL backend. */
export function onBothQueues(name: string, journey: (t: TestContext, queue: QueueKind) => Promise<void>): void {
  for (const queue of ['redis', 'postgres'] as const) test(`${name} (queue on ${queue})`, (t) => journey(t, queue));
}

const KEY_SCOPES = scopes.filter((scope) => !scope.startsWith('webhooks'));

interface Parts {
  url: string;
  inboundPort: number;
  clock: TestClock;
  relay: TestRelay;
  redis: TestRedis | undefined;
  env: Record<string, string>;
  context: Context;
}

export class Newsroom {
  readonly url: string;
  readonly inboundPort: number;
  readonly clock: TestClock;
  readonly relay: TestRelay;
  readonly redis: TestRedis | undefined;
  readonly env: Record<string, string>;
  readonly context: Context;
  #key: Promise<string> | undefined;

  constructor(parts: Parts) {
    ({
      url: this.url,
      inboundPort: this.inboundPort,
      clock: this.clock,
      relay: this.relay,
      redis: this.redis,
      env: this.env,
      context: this.context,
    } = parts);
  }

  reader(email: string): Reader {
    return new Reader(email, this);
  }

  /** One of our commands, as an operator types it. @returns what it printed on stdout */
  async command(...args: string[]): Promise<string> {
    const main = path.join(import.meta.dirname, '../../src/main.ts');
    const env = { PATH: process.env.PATH ?? '', ...this.env };
    const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { env });
    return stdout.trim();
  }

  key(): Promise<string> {
    this.#key ??= addApiKey({ name: 'test', scopes: KEY_SCOPES }, this.context).then(({ key }) => key);
    return this.#key;
  }

  async api(method: string, route: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/api/v1${route}`, {
      method,
      headers: { Authorization: `Bearer ${await this.key()}`, 'Content-Type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
  }

  async publishes(article: {
    headline: string;
    url?: string;
    standfirst?: string;
    topics?: string[];
  }): Promise<number> {
    const url = `https://post.example/${encodeURIComponent(article.headline)}`;
    const { status, body } = await this.api('POST', '/articles', { url, ...article });
    if (status !== 201 && status !== 200) throw new Error(`publishing answered ${status} ${JSON.stringify(body)}`);
    return body.id as number;
  }

  async alert(alert: Record<string, unknown>, headers: Record<string, string> = {}): Promise<number> {
    const { status, body } = await this.api('POST', '/alerts', { newsletter: 'breaking', ...alert }, headers);
    if (status !== 202) throw new Error(`the alert was answered ${status} ${JSON.stringify(body)}`);
    return body.id as number;
  }

  async digestNow(headers: Record<string, string> = {}): Promise<number> {
    const { status, body } = await this.api('POST', '/editions', { newsletter: 'daily' }, headers);
    if (status !== 202) throw new Error(`the digest was answered ${status} ${JSON.stringify(body)}`);
    return body.id as number;
  }

  async edition(id: number): Promise<EditionSeen> {
    return (await this.api('GET', `/editions/${id}`)).body as unknown as EditionSeen;
  }

  /** Every edition there is, oldest first. */
  async editions(): Promise<EditionSeen[]> {
    const ids = (await this.context.reports.latest(100)).map(({ id }) => id).reverse();
    return Promise.all(ids.map((id) => this.edition(id)));
  }

  /** The states of an edition that hold anybody; `audience` always. */
  async counts(id: number): Promise<Partial<Counts>> {
    const { counts } = await this.edition(id);
    return Object.fromEntries(Object.entries(counts).filter(([name, n]) => n > 0 || name === 'audience'));
  }

  /** Makes active subscriptions by the API's import. */
  async imports(newsletter: string, emails: string[]): Promise<void> {
    const query = new URLSearchParams({ newsletter, consent: 'moved from the old list' });
    const csv = ['email', ...emails].join('\n');
    const { status, body } = await this.api('POST', `/subscribers/import?${query}`, csv, {
      'Content-Type': 'text/csv',
    });
    if (status !== 200 || body.imported !== emails.length)
      throw new Error(`import answered ${status} ${JSON.stringify(body)}`);
  }

  /** A reader's subscriptions as the export shows them: newsletter → state. */
  async states(email: string): Promise<Record<string, string>> {
    const rows = await this.context.imports.exportPage(0, 10_000);
    return Object.fromEntries(rows.filter((row) => row.email === email).map((row) => [row.newsletter, row.state]));
  }

  /** The one-click address of the last mail about the subscription itself: it ends everything. */
  async leavingLink(reader: Reader): Promise<string> {
    return oneClickUrl(reader.post.at(-1));
  }

  /** Waits until no row of an edition is claimed or waiting any more. */
  answersAreIn(id: number): Promise<EditionSeen> {
    return until('every claimed row is answered for', async () => {
      const seen = await this.edition(id);
      return seen.counts.pending === 0 && seen;
    });
  }

  /** Waits until an edition's counts are exactly these. */
  reaches(id: number, wanted: Partial<Counts>): Promise<true> {
    return until(`edition ${id} counts ${JSON.stringify(wanted)}`, async () =>
      isDeepStrictEqual(await this.counts(id), wanted),
    );
  }

  /** Waits until a newsletter's next edition is due at this instant. */
  moveOn(newsletter: string, at: string): Promise<boolean> {
    return until(`${newsletter} is next due at ${at}`, async () => {
      const slots = await this.context.due.nextSlots(5);
      return slots.some((next) => next.at.getTime() === Date.parse(at));
    });
  }

  /** A mail from outside to the inbound server. @throws with the server's words when it refuses */
  async inbound(to: string, raw: string): Promise<void> {
    const transport = createTransport({ host: '127.0.0.1', port: this.inboundPort, ignoreTLS: true });
    await transport.sendMail({ envelope: { from: '', to }, raw });
  }

  /** After an outage: the queue answers again, and a sweep finds what it missed. */
  async recovers(): Promise<void> {
    await until('the queue answers', async () => (await fetch(`${this.url}/readyz`)).status === 200);
    await this.sweeps();
  }

  /** Waits until a chunk of the edition waits for a worker. */
  isQueued(id: number): Promise<boolean> {
    const queue = this.context.producer.queues.get('deliveries');
    return until(`a chunk of edition ${id} is queued`, async () => {
      const waiting = (await queue?.getJobs(['prioritized', 'waiting'])) ?? [];
      return waiting.some(({ data }) => data.editionId === id);
    });
  }

  mailsReach(count: number): Promise<boolean> {
    return until(`${count} mails are accepted`, () => this.relay.mails.length >= count);
  }

  ticks(): Promise<void> {
    return this.context.producer.wake(tick, {});
  }

  sweeps(): Promise<void> {
    return this.context.producer.wake(sweep, {});
  }

  polls(): Promise<void> {
    return this.context.producer.wake(pollDueSources, {});
  }

  /** Moves the clock and lets the scheduler see it. */
  async goesTo(iso: string): Promise<void> {
    this.clock.set(iso);
    await this.ticks();
  }

  /** Waits until no edition is open any more, sweeping now and then as the running service does. */
  async settles(): Promise<EditionSeen[]> {
    let looks = 0;
    return until('every edition is sent or cancelled', async () => {
      looks += 1;
      if (looks % 50 === 0) await this.sweeps();
      const seen = await this.editions();
      return seen.every(({ status }) => status === 'sent' || status === 'cancelled') && seen;
    });
  }
}

interface Options {
  queue?: QueueKind;
  /** `elsewhere`: this process only serves pages, so that workers can be killed. */
  workers?: 'here' | 'elsewhere';
  now?: string;
  env?: Record<string, string>;
}

/** A whole service of this test's own: real PostgreSQL, queue, SMTP relay and HTTP, and a clock that can be moved. */
export async function newsroom(t: TestContext, options: Options = {}): Promise<Newsroom> {
  const { queue = 'postgres', workers = 'here', now = '2026-11-20T12:00:00Z', env: extra } = options;
  const [databaseUrl, relay, dataDir] = await Promise.all([freshDatabase(t), smtpRelay(t), tempDir(t)]);
  const redis = queue === 'redis' ? await redisServer(t) : undefined;
  const env: Record<string, string> = {
    DATABASE_URL: databaseUrl,
    SMTP_URL: relay.url,
    PORT: '0',
    INBOUND_SMTP_PORT: '0',
    BOUNCE_DOMAIN: 'bounces.post.example',
    PRIVATE_FETCH_ALLOW: '127.0.0.1',
    UNDO_SECONDS: '0',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    DATA_DIR: dataDir,
    DAYBREAK_SECRET: 'a secret of at least thirty-two bytes, for tests',
    ...(redis && { REDIS_URL: redis.url }),
    ...extra,
  };
  return open(t, { env, clock: new TestClock(now), relay, redis }, workers);
}

/** A second process' worth of service on the same database, queue, relay and clock. */
export const beside = (t: TestContext, { env, clock, relay, redis }: Newsroom): Promise<Newsroom> =>
  open(t, { env, clock, relay, redis });

const yes = () => true;
const no = () => false;

async function open(
  t: TestContext,
  shared: Pick<Parts, 'env' | 'clock' | 'relay' | 'redis'>,
  workers: 'here' | 'elsewhere' = 'here',
): Promise<Newsroom> {
  const config = readConfig(shared.env);
  const options = { config, log: createLog(config.logLevel), clock: shared.clock };
  const running: Running =
    workers === 'here'
      ? await startEverything({ ...options, startWorkers })
      : await startWeb({ ...options, migrations: 'check' });
  cleanUp(t, async () => {
    // Workers take leave of their Redis: a test that failed during an outage would wait for it.
    await shared.redis?.start();
    const { producer } = running.context;
    await until('the queue answers', () => producer.ping().then(yes, no));
    await running.stop();
  });
  return new Newsroom({ ...shared, url: running.url, context: running.context, inboundPort: running.inboundPort ?? 0 });
}

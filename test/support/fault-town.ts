import type { TestContext } from 'node:test';
import { type Newsroom, newsroom, type QueueKind } from './newsroom.ts';
import { type FaultRelay, faultRelay } from './relay-process.ts';
import { until } from './until.ts';
import type { DaybreakProcess } from './worker-process.ts';

/** Open connections to the relay, as `SMTP_URL` says. */
export const CONNECTIONS = 10;
/** Rows that one death may leave in `sending`: no more than this may be uncertain, or go out twice. */
export const WINDOW = 2 * CONNECTIONS;

export interface FaultTown {
  town: Newsroom;
  relay: FaultRelay;
}

interface Options {
  queue?: QueueKind;
  /** Workers in processes of their own run on the machine's clock, so the newsroom begins with it. */
  workers?: 'here' | 'elsewhere';
  env?: Record<string, string>;
}

/** A newsroom whose relay is a process that misbehaves as told and forgets nothing. */
export async function faultTown(t: TestContext, options: Options = {}): Promise<FaultTown> {
  const { queue = 'redis', workers = 'elsewhere', env = {} } = options;
  const relay = await faultRelay(t);
  const SMTP_URL = `${relay.url}?connections=${CONNECTIONS}`;
  const town = await newsroom(t, {
    queue,
    workers,
    ...(workers === 'elsewhere' && { now: new Date().toISOString() }),
    env: { SMTP_URL, ...env },
  });
  return { town, relay };
}

export const readers = (count: number): string[] => Array.from({ length: count }, (_, i) => `r${i}@example.org`);

/** A digest to these readers, by order of an editor. */
export async function digestTo(town: Newsroom, everybody: string[]): Promise<number> {
  await town.imports('daily', everybody);
  await town.publishes({ headline: 'Library lends seeds' });
  return town.digestNow();
}

/** A breaking alert to these readers, released at once. */
export async function alertTo(town: Newsroom, everybody: string[]): Promise<number> {
  await town.imports('breaking', everybody);
  return town.alert({ headline: 'Storm closes the bridge', text: 'Both ways.' });
}

/** The kinds of edition, each with what its newsletter does about a lost answer. */
export const editionKinds = [
  { kind: 'a digest', whenUncertain: 'hold', start: digestTo },
  { kind: 'a breaking alert', whenUncertain: 'resend', start: alertTo },
] as const;

/** Makes a process look as if it had been silent for a minute, so that its claims are a dead worker's. */
async function ages({ context }: Newsroom, { pid }: DaybreakProcess): Promise<void> {
  await context.pool.query(
    `with silent as (update workers set seen_at = seen_at - interval '1 minute'
       where split_part(id, '.', -2) = $1 returning id)
     update deliveries set claimed_at = claimed_at - interval '1 minute'
     where state = 'sending' and split_part(claimed_by, '#', 1) in (select id from silent)`,
    [String(pid)],
  );
}

/** How many rows of an edition are in one of these states. */
export async function rowsIn({ context }: Newsroom, id: number, ...states: string[]): Promise<number> {
  const { rows } = await context.pool.query<{ count: number }>(
    'select count(*) from deliveries where edition_id = $1 and state = any ($2)',
    [id, states],
  );
  return rows[0]?.count ?? 0;
}

const LOOKS_PER_SWEEP = 25;

/** Waits until a worker that is dead or frozen holds nothing any more, with a sweep now and then. */
export async function buried(town: Newsroom, process: DaybreakProcess): Promise<void> {
  let looks = 0;
  await until(`the claims of process ${process.pid} are settled`, async () => {
    if (looks++ % LOOKS_PER_SWEEP === 0) {
      await ages(town, process);
      await town.sweeps();
    }
    const { rowCount } = await town.context.pool.query(
      `select from deliveries where state = 'sending' and split_part(claimed_by, '.', -2) = $1`,
      [String(process.pid)],
    );
    return rowCount === 0;
  });
}

/**
 * Waits until an edition is sent. Meanwhile what is deferred becomes due, as if its wait were over, and the sweep runs
 * more often than each minute; a database that is away, or a queue, is waited for.
 */
export async function isSent(town: Newsroom, id: number, patienceMs = 90_000): Promise<void> {
  let looks = 0;
  await until(
    `edition ${id} is sent`,
    async () => {
      looks += 1;
      if (looks % LOOKS_PER_SWEEP === 0) await sooner(town, id).catch(() => undefined);
      const { status } = await town.edition(id).catch(() => ({ status: 'unknown' }));
      return status === 'sent';
    },
    patienceMs,
  );
}

async function sooner(town: Newsroom, id: number): Promise<void> {
  await town.context.pool.query(
    `update deliveries set next_attempt_at = '2000-01-01' where edition_id = $1 and state = 'deferred'`,
    [id],
  );
  await town.sweeps();
}

const STEP_S = 120;

/** The same for a newsroom whose clock is ours: it moves on, past the wait of whatever is deferred. */
export async function isOver(town: Newsroom, id: number): Promise<void> {
  let looks = 0;
  await until(`edition ${id} is sent`, async () => {
    looks += 1;
    if (looks % LOOKS_PER_SWEEP === 0) {
      town.clock.advance(STEP_S);
      await town.sweeps();
    }
    return (await town.edition(id)).status === 'sent';
  });
}

/** A sweep, from its beginning to its end. */
export async function sweepsThrough(town: Newsroom): Promise<void> {
  await town.sweeps();
  const upkeep = town.context.producer.queues.get('upkeep');
  await until('the sweep is over', async () => {
    const counts = await upkeep?.getJobCounts('waiting', 'prioritized', 'active');
    return counts && Object.values(counts).every((jobs) => jobs === 0);
  });
}

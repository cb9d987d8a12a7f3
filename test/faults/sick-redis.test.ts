import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { cleanUp } from '../support/clean-up.ts';
import { digestTo, faultTown, isSent, readers } from '../support/fault-town.ts';
import { assertKept } from '../support/oracle.ts';
import type { TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { workerProcess } from '../support/worker-process.ts';

/** Several chunks: some are under way when the fault comes, the jobs of the others are in the queue. */
const everybody = readers(1200);
const OUTAGE_MS = 20_000;

interface Sickness {
  name: string;
  falls(redis: TestRedis): Promise<unknown>;
  /** The fault has been felt, and may end. */
  felt(redis: TestRedis): Promise<unknown>;
  heals(redis: TestRedis): Promise<unknown>;
}

const sicknesses: Sickness[] = [
  {
    name: 'killed for 20 s, and back without its memory',
    falls: (redis) => redis.stop(),
    felt: () => {
      const end = performance.now() + OUTAGE_MS;
      return until('20 s are over', () => performance.now() > end);
    },
    heals: (redis) => redis.start(),
  },
  {
    name: 'wiped',
    falls: (redis) => redis.flushAll(),
    felt: async () => undefined,
    heals: async () => undefined,
  },
  {
    name: 'out of memory',
    falls: (redis) => redis.ask('CONFIG SET maxmemory 1'),
    felt: (redis) => refuses(redis, 'OOM'),
    heals: (redis) => redis.ask('CONFIG SET maxmemory 0'),
  },
  {
    name: 'read-only, as a replica of a dead primary',
    falls: (redis) => redis.ask('REPLICAOF 127.0.0.1 1'),
    felt: (redis) => refuses(redis, 'READONLY'),
    heals: (redis) => redis.ask('REPLICAOF NO ONE'),
  },
];

for (const sickness of sicknesses) {
  test(`Redis ${sickness.name} in mid-edition: everyone still gets the digest once`, (t) => survives(t, sickness));
}

async function survives(t: TestContext, { falls, felt, heals }: Sickness): Promise<void> {
  const { town, relay } = await faultTown(t);
  const { redis } = town;
  assert.ok(redis);
  let ill = false;
  // A Redis that was lent to the run must not stay ill.
  cleanUp(t, () => ill && heals(redis));
  await relay.follows({ rules: [{ at: 'RCPT', does: 'silence' }], delayMs: 2 });
  await workerProcess(t, town);
  const id = await digestTo(town, everybody);
  await relay.silentWith(5);
  ill = true;
  await falls(redis);
  await relay.follows({ delayMs: 2 });
  await felt(redis);
  await heals(redis);
  ill = false;
  await isSent(town, id);
  const { counts } = await assertKept(town, id, await relay.record(), {
    ...{ readers: everybody, whenUncertain: 'hold' },
  });
  assert.equal(counts.accepted, everybody.length);
  // A Redis that has lost its memory has lost the schedules too; nobody but the workers brings them back.
  const upkeep = town.context.producer.queues.get('upkeep');
  await until('the schedules are back', async () => ((await upkeep?.getJobSchedulersCount()) ?? 0) > 0);
}

/** Enough refusals that a job's end, a wake-up and a schedule are among them. */
const REFUSALS = 20;

const refuses = (redis: TestRedis, error: 'OOM' | 'READONLY') =>
  until(`Redis has refused commands with ${error}`, async () => {
    const stats = String(await redis.ask('INFO errorstats'));
    return Number(new RegExp(`errorstat_${error}:count=(\\d+)`).exec(stats)?.[1] ?? 0) >= REFUSALS;
  });

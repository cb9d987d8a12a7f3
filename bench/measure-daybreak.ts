import { acceptedOf, untilSent } from './edition-watch.ts';
import { type Measured, perThousand } from './measured.ts';
import { type Newsroom, openNewsroom } from './newsroom.ts';
import { bytesRead, cpuSeconds, peakMegabytes } from './proc.ts';
import type { Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';

/** From the POST that starts a digest to the last accepted row of the ledger. */
export async function measureDaybreak(scenario: Scenario, stage: Stage): Promise<Measured> {
  const { pool } = stage.database;
  const newsroom = await openNewsroom(scenario, { daily: scenario.readers }, stage);
  try {
    await warmUp(newsroom, stage);
    const before = usageOf(scenario, newsroom, stage);
    const posted = Date.now();
    const edition = await newsroom.digest('daily');
    await untilSent(edition, { pool, newsroom });
    const after = usageOf(scenario, newsroom, stage);
    const { accepted: count, last } = await acceptedOf(edition, pool);
    if (count !== scenario.readers) throw new Error(`${count} of ${scenario.readers} were accepted`);
    const seconds = (last - posted) / 1000;
    const spent = (part: keyof typeof after) => perThousand(after[part] - before[part], count);
    return {
      count,
      seconds,
      perSecond: count / seconds,
      cpu: {
        sender: spent('sender'),
        postgres: spent('postgres'),
        ...(scenario.queue === 'redis' && { redis: spent('redis') }),
      },
      peakMegabytes: sum(newsroom.workers.map(({ pid }) => peakMegabytes(pid))),
      wireBytes: spent('wire') / 1000,
    };
  } finally {
    await newsroom.stop();
  }
}

/** Connections, plans and compiled code are there before anything is measured, as in a worker that has run for a day. */
export async function warmUp(newsroom: Newsroom, stage: Stage): Promise<void> {
  const edition = await newsroom.digest('warm-up');
  await untilSent(edition, { pool: stage.database.pool, newsroom });
}

function usageOf({ delayMs }: Scenario, { workers }: Newsroom, { database, redis, sinks }: Stage) {
  return {
    sender: sum(workers.map(({ pid }) => cpuSeconds(pid))),
    postgres: cpuSeconds(database.pid),
    redis: redis ? cpuSeconds(redis.pid) : 0,
    wire: bytesRead(sinks[delayMs].pid),
  };
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

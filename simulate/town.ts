import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { boot } from '../src/boot.ts';
import { readConfig } from '../src/config.ts';
import { createLog } from '../src/kernel/log.ts';
import { embeddedPostgres } from '../src/platform/db/embedded.ts';

export type Town = Awaited<ReturnType<typeof buildTown>>;

/** A clock that stands still until it is moved. */
class SimulatedClock {
  #now: Date;
  constructor(now: Date) {
    this.#now = now;
  }
  now(): Date {
    return this.#now;
  }
  set(at: number): void {
    this.#now = new Date(at);
  }
}

/** A service on a real PostgreSQL of its own, without web, queue and relay. `close` leaves nothing. */
export async function buildTown(dataDir: string, now: Date) {
  await mkdir(dataDir, { recursive: true });
  const folder = await mkdtemp(path.join(dataDir, 'daybreak-simulation-'));
  // mkdtemp closes the folder to others, and as root PostgreSQL runs as another user.
  await chmod(folder, 0o755);
  const log = createLog('warn');
  const postgres = await embeddedPostgres(path.join(folder, 'postgres'), log, { fast: true });
  const clear = async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const clock = new SimulatedClock(now);
    const config = readConfig({
      DATABASE_URL: postgres.url,
      DATA_DIR: path.join(folder, 'daybreak'),
      BASE_URL: 'https://post.example',
      DAYBREAK_SECRET: 'a secret of at least thirty-two bytes, for a simulation',
    });
    // What is late or passed over is what the simulation is about, and no news.
    const { context, close } = await boot({ config, log: createLog('error'), clock, migrations: 'apply', mail: false });
    const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
    // An idle connection that is lost is replaced by the next question.
    pool.on('error', () => undefined);
    return {
      ...{ context, pool, clock },
      close: async () => {
        await pool.end();
        await close();
        await clear();
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}

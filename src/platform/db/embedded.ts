import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../../kernel/log.ts';
import { initialise, stopOrphan, USER } from './embedded-cluster.ts';
import { findHome } from './embedded-home.ts';
import { forgetOwner, locked, readOwner, writeOwner } from './embedded-owner.ts';
import { startPostmaster } from './embedded-postmaster.ts';

export { ownerPid } from './embedded-owner.ts';

export interface EmbeddedPostgres {
  url: string;
  /** False when another process of this DATA_DIR started it: its `stop` ends it, ours does nothing. */
  owned: boolean;
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL from npm for this DATA_DIR: starts it, or attaches to the one a living process has started.
 * `fast` gives up durability, for tests.
 * @throws EmbeddedPostgresFailed with PostgreSQL's own words
 */
export async function embeddedPostgres(
  dataDir: string,
  log: Log,
  { fast = false }: { fast?: boolean } = {},
): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true });
  return locked(path.join(dataDir, 'postgres.lock'), async () => {
    const password = await rememberedPassword(path.join(dataDir, 'postgres.password'));
    const owner = await readOwner(dataDir);
    if (owner) return { url: urlOf(password, owner.port), owned: false, stop: async () => undefined };
    return start(dataDir, password, fast, log);
  });
}

async function start(dataDir: string, password: string, fast: boolean, log: Log): Promise<EmbeddedPostgres> {
  const home = await findHome(dataDir);
  await stopOrphan(home, log);
  await initialise(home, password);
  const postmaster = await startPostmaster(home, (port) => urlOf(password, port), {
    fast,
    log,
    logFile: path.join(dataDir, 'postgres.log'),
  });
  await writeOwner(dataDir, postmaster.port);
  let stopped: Promise<void> | undefined;
  // First the record: who comes while we stop then waits for the end and starts afresh, instead of attaching.
  const stop = () => forgetOwner(dataDir).then(postmaster.stop);
  return {
    url: urlOf(password, postmaster.port),
    owned: true,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

const urlOf = (password: string, port: number) => `postgres://${USER}:${password}@127.0.0.1:${port}/daybreak`;

async function rememberedPassword(file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known) return known;
  const password = randomBytes(24).toString('base64url');
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../kernel/log.ts';
import { EmbeddedPostgresFailed, type Home } from './embedded-home.ts';

export const USER = 'daybreak';
export const dataOf = ({ folder }: Home): string => path.join(folder, 'data');
// Nothing of our own environment: PGDATA, PGPORT or a locale in it would change what is started.
export const environment = { LC_ALL: 'C', TZ: 'UTC' };

const ORPHAN_LIMIT_MS = 30_000;
const POLL_MS = 25;

/** Makes the cluster when there is none. It appears under its name only when whole. */
export async function initialise(home: Home, password: string): Promise<void> {
  if (existsSync(path.join(dataOf(home), 'PG_VERSION'))) return;
  const draft = `${dataOf(home)}.new`;
  const passwordFile = path.join(home.folder, 'initial-password');
  await rm(draft, { recursive: true, force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (home.runAs) await chown(passwordFile, home.runAs.uid, home.runAs.gid);
  const { status, error, stdout, stderr } = spawnSync(
    path.join(home.bin, 'initdb'),
    [
      ...['-D', draft, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--no-sync'],
      ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ],
    { ...home.runAs, cwd: '/', env: environment, encoding: 'utf8' },
  );
  await rm(passwordFile, { force: true });
  if (status !== 0) throw new EmbeddedPostgresFailed(`initdb failed: ${error?.message ?? `${stdout}${stderr}`}`);
  await rename(draft, dataOf(home));
}

/** Ends a server whose owner was killed: nobody would ever stop it, and a second one may not run on its data. */
export async function stopOrphan(home: Home, log: Log): Promise<void> {
  const pidFile = path.join(dataOf(home), 'postmaster.pid');
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (!pid) return;
  if (!runsOn(pid, dataOf(home))) return dropForeign(pid, pidFile);
  log.info({ pid }, 'stopping the PostgreSQL that a killed process left behind');
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + ORPHAN_LIMIT_MS;
  while (runsOn(pid, dataOf(home))) {
    if (Date.now() > deadline) throw new EmbeddedPostgresFailed(`An earlier PostgreSQL (pid ${pid}) does not stop.`);
    await sleep(POLL_MS);
  }
}

// PostgreSQL itself clears the file of a dead server, and knows better when. It gives up only where another process
// of the same user has got the number since.
async function dropForeign(pid: number, pidFile: string): Promise<void> {
  try {
    process.kill(pid, 0);
  } catch {
    return;
  }
  await rm(pidFile, { force: true });
}

/** Whether that process is a PostgreSQL of this data folder, and not whoever got its number. */
function runsOn(pid: number, data: string): boolean {
  const words = process.platform === 'linux' ? linuxCommand(pid) : otherCommand(pid);
  return words.includes('postgres') && words.includes(data);
}

function linuxCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

const otherCommand = (pid: number) => spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout;

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Which process answers for the database of a DATA_DIR, and where it listens. */
export interface Owner {
  pid: number;
  birth: string;
  port: number;
}

const ownerFile = (dataDir: string) => path.join(dataDir, 'postgres.owner');
const RETRY_MS = 50;

/** When the process was born: tells it from a later one that got its number. Null when it is gone or a zombie. */
export function birthOf(pid: number): string | null {
  if (process.platform !== 'linux') {
    const { stdout, status } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return status === 0 ? stdout.trim() : null;
  }
  try {
    // proc(5): the name in brackets may hold blanks; after it come the state (3rd field) and the start time (22nd).
    const [state, ...rest] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return state === 'Z' ? null : `${boot} ${rest[18]}`;
  } catch {
    return null;
  }
}

/** The living owner of this DATA_DIR's database; null when nobody holds it. */
export async function readOwner(dataDir: string): Promise<Owner | null> {
  const text = await readFile(ownerFile(dataDir), 'utf8').catch(() => 'null');
  const owner = JSON.parse(text) as Owner | null;
  return owner && birthOf(owner.pid) === owner.birth ? owner : null;
}

/** The pid of the process that holds this DATA_DIR's embedded database; null when nobody does. */
export const ownerPid = async (dataDir: string): Promise<number | null> => (await readOwner(dataDir))?.pid ?? null;

export async function writeOwner(dataDir: string, port: number): Promise<void> {
  const owner: Owner = { pid: process.pid, birth: birthOf(process.pid) ?? '', port };
  const draft = `${ownerFile(dataDir)}.new`;
  await writeFile(draft, JSON.stringify(owner));
  await rename(draft, ownerFile(dataDir));
}

export const forgetOwner = (dataDir: string): Promise<void> => rm(ownerFile(dataDir), { force: true });

/** Runs `work` while no other process runs its own under the same name. What a dead process left behind is broken. */
export async function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
  await take(name);
  try {
    return await work();
  } finally {
    await rm(name, { force: true });
  }
}

// A symlink is made at once and whole, with its holder as the target: a plain file could be seen before it is filled.
async function take(name: string): Promise<void> {
  const me = `${process.pid} ${birthOf(process.pid)}`;
  for (;;) {
    const taken = await symlink(me, name).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
        return false;
      },
    );
    if (taken) return;
    if (await holderLives(name)) await sleep(RETRY_MS);
    // Only the holder of this second lock may break the first, so no one breaks the lock of whoever came next.
    else await locked(`${name}.break`, async () => (await holderLives(name)) || rm(name, { force: true }));
  }
}

async function holderLives(name: string): Promise<boolean> {
  const holder = await readlink(name).catch(() => '');
  const [pid, ...birth] = holder.split(' ');
  return birthOf(Number(pid)) === birth.join(' ');
}

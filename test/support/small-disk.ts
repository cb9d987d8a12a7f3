import { spawnSync } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { chooseUser } from '../../src/platform/db/embedded-home.ts';
import { cleanUp } from './clean-up.ts';
import type { OwnPostgres } from './own-postgres.ts';
import { ownPostgres } from './own-postgres.ts';
import { tempDir } from './temp-dir.ts';

export interface SmallDisk {
  postgres: OwnPostgres;
  /** What PostgreSQL says when it cannot write. */
  complaint: RegExp;
  fills(): Promise<void>;
  empties(): Promise<void>;
}

// A cluster of ours takes about 100 MB, half of it write-ahead log; it is memory only as far as it is used.
const SIZE = '400m';
const BLOCK = Buffer.alloc(2 ** 16);

/** A PostgreSQL whose disk can be filled: a small file system where we may mount one, else a limit on its files. */
export async function postgresOnSmallDisk(t: TestContext): Promise<SmallDisk> {
  const dataDir = await tempDir(t);
  const disk = path.join(dataDir, 'postgres');
  await mkdir(disk);
  const mounted = run('mount', '-t', 'tmpfs', '-o', `size=${SIZE},mode=700`, 'daybreak-small-disk', disk);
  if (mounted) cleanUp(t, () => run('umount', '--lazy', disk));
  const postgres = await ownPostgres(t, dataDir);
  return mounted ? fullDisk(postgres, path.join(disk, 'filler')) : fileLimit(t, postgres);
}

function fullDisk(postgres: OwnPostgres, filler: string): SmallDisk {
  return {
    postgres,
    complaint: /No space left on device/,
    fills: async () => {
      const file = await open(filler, 'w');
      try {
        for (;;) await file.write(BLOCK);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        await file.close();
      }
    },
    empties: () => rm(filler),
  };
}

// Above what the server's own log takes, below the ledger's table and most of a segment of the write-ahead log.
const LIMIT_BYTES = 2 ** 17;

/** Without the right to mount: no process of that server may write a file beyond the limit. */
function fileLimit(t: TestContext, postgres: OwnPostgres): SmallDisk {
  const limit = async (bytes: string) => {
    const postmaster = String(await postgres.pid());
    // Its own user may always do so; root may not, where it has been left few rights.
    const apply = (pid: string) =>
      spawnSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`], { ...chooseUser(), cwd: '/', stdio: 'ignore' });
    // First the parent: whoever is born meanwhile has it from there.
    apply(postmaster);
    const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8');
    for (const pid of children.split(' ').filter(Boolean)) apply(pid);
  };
  cleanUp(t, () => limit('unlimited'));
  return {
    postgres,
    complaint: /File too large/,
    fills: () => limit(String(LIMIT_BYTES)),
    empties: () => limit('unlimited'),
  };
}

const run = (program: string, ...words: string[]): boolean =>
  spawnSync(program, words, { stdio: 'ignore' }).status === 0;

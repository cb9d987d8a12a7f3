import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync } from 'node:fs';
import { cp, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import pg from 'pg';
import { createLog } from '../../src/kernel/log.ts';
import { embeddedPostgres, ownerPid } from '../../src/platform/db/embedded.ts';
import { chooseUser, placeBinaries, placeCluster, platformPackage } from '../../src/platform/db/embedded-home.ts';
import { birthOf } from '../../src/platform/db/embedded-owner.ts';
import { cleanUp } from '../support/clean-up.ts';
import { tempDir } from '../support/temp-dir.ts';

const log = createLog('silent');
const asRoot = process.getuid?.() === 0;

async function started(t: TestContext, dataDir: string, options = { fast: true }) {
  const postgres = await embeddedPostgres(dataDir, log, options);
  cleanUp(t, () => postgres.stop());
  return postgres;
}

async function ask<T>(url: string, question: string): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return Object.values((await client.query(question)).rows[0] ?? {})[0] as T;
  } finally {
    await client.end();
  }
}

/** Another process that holds, or attaches to, the database of that folder. */
async function holder(t: TestContext, dataDir: string) {
  const program = path.join(import.meta.dirname, '../support/hold-postgres.ts');
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  cleanUp(t, () => end('SIGTERM'));
  for await (const line of createInterface(child.stdout))
    return { ...JSON.parse(line), pid: child.pid, kill: () => end('SIGKILL') };
  throw new Error('the other process ended without a word');
}

const postmasterPid = async (dataDir: string) =>
  Number.parseInt(await readFile(path.join(dataDir, 'postgres/data/postmaster.pid'), 'utf8'), 10);

const notThere = async (url: string) =>
  assert.rejects(ask(url, 'select 1'), ({ code }: { code: string }) => code === 'ECONNREFUSED');

test('it is PostgreSQL 18, UTF-8, durable, and listens on the loopback alone', async (t) => {
  const dataDir = path.join(await tempDir(t), 'data');
  const { url, owned } = await started(t, dataDir, { fast: false });
  assert.equal(owned, true);
  assert.match(await ask(url, 'show server_version'), /^18\./);
  assert.equal(await ask(url, 'show server_encoding'), 'UTF8');
  assert.equal(await ask(url, 'show fsync'), 'on');
  assert.equal(await ask(url, 'show listen_addresses'), '127.0.0.1');
  assert.equal(await ask(url, 'show unix_socket_directories'), '');
  assert.equal(await ask(url, "select lower('ÉCLAIR')"), 'éclair');
  assert.equal(await ask(url, 'select current_database()'), 'daybreak');
});

test('its password is kept from other users and is asked for', async (t) => {
  const dataDir = await tempDir(t);
  const { url } = await started(t, dataDir);
  assert.equal((await stat(path.join(dataDir, 'postgres.password'))).mode & 0o777, 0o600);
  const guess = new URL(url);
  guess.password = 'guess';
  await assert.rejects(ask(guess.href, 'select 1'), /password authentication failed/);
});

test('what was written is there after a stop and a start', async (t) => {
  const dataDir = await tempDir(t);
  const first = await started(t, dataDir);
  await ask(first.url, 'create table kept as select 42 as answer');
  await first.stop();
  await first.stop();
  await notThere(first.url);
  assert.equal(await ownerPid(dataDir), null);
  const second = await started(t, dataDir);
  assert.equal(await ask(second.url, 'select answer from kept'), 42);
});

test('a second process attaches, and its stop leaves the first one its database', async (t) => {
  const dataDir = await tempDir(t);
  const other = await holder(t, dataDir);
  assert.equal(await ownerPid(dataDir), other.pid);
  const ours = await embeddedPostgres(dataDir, log);
  assert.deepEqual({ url: ours.url, owned: ours.owned }, { url: other.url, owned: false });
  await ours.stop();
  assert.equal(await ask(other.url, 'select 1'), 1);
});

test('of processes that start at the same instant exactly one starts it', async (t) => {
  const dataDir = await tempDir(t);
  const all = await Promise.all([1, 2, 3, 4].map(() => holder(t, dataDir)));
  assert.equal(all.filter(({ owned }) => owned).length, 1);
  assert.equal(new Set(all.map(({ url }) => url)).size, 1);
});

test('a server whose owner was killed is stopped, and its data is served by a new one', async (t) => {
  const dataDir = await tempDir(t);
  const other = await holder(t, dataDir);
  await ask(other.url, 'create table kept as select 42 as answer');
  const orphan = await postmasterPid(dataDir);
  await other.kill();
  assert.ok(birthOf(orphan), 'the server outlives its owner');
  assert.equal(await ownerPid(dataDir), null);
  const { url, owned } = await started(t, dataDir);
  assert.equal(owned, true);
  assert.equal(birthOf(orphan), null);
  assert.equal(await ask(url, 'select answer from kept'), 42);
});

test('a pid file whose number now belongs to another program does not prevent a start', async (t) => {
  const dataDir = await tempDir(t);
  const first = await started(t, dataDir);
  await first.stop();
  const bystander = spawn('sleep', ['60'], chooseUser());
  cleanUp(t, () => bystander.kill());
  const data = path.join(dataDir, 'postgres/data');
  await writeFile(path.join(data, 'postmaster.pid'), `${bystander.pid}\n${data}\n1\n1\n\n\n\n`);
  const second = await started(t, dataDir);
  assert.equal(await ask(second.url, 'select 1'), 1);
  assert.equal(bystander.exitCode ?? bystander.signalCode, null, 'the bystander lives');
});

test('a lock and an owner record left by dead processes do not prevent a start', async (t) => {
  const dataDir = await tempDir(t);
  const dead = { pid: process.pid, birth: 'another life', port: 1 };
  await writeFile(path.join(dataDir, 'postgres.owner'), JSON.stringify(dead));
  await symlink(`${process.pid} another life`, path.join(dataDir, 'postgres.lock'));
  assert.equal((await started(t, dataDir)).owned, true);
});

test('a deleted DATA_DIR gives a fresh database', async (t) => {
  const dataDir = path.join(await tempDir(t), 'data');
  const first = await started(t, dataDir);
  await ask(first.url, 'create table kept ()');
  await first.stop();
  await rm(dataDir, { recursive: true });
  const second = await started(t, dataDir);
  assert.equal(await ask(second.url, "select to_regclass('kept')"), null);
});

test('a failing start says what PostgreSQL said', async (t) => {
  const dataDir = await tempDir(t);
  const first = await started(t, dataDir);
  await first.stop();
  await writeFile(path.join(dataDir, 'postgres/data/postgresql.auto.conf'), 'no_such_setting = 1\n');
  await assert.rejects(embeddedPostgres(dataDir, log), /no_such_setting/);
  assert.equal(await ownerPid(dataDir), null);
});

/** A mode-700 folder, as root's home is: no other user gets into anything below it. */
const closedHome = (t: TestContext) => tempDir(t, 0o700);

test('under a closed home root keeps the database elsewhere, and still one per DATA_DIR', async (t) => {
  const dataDir = path.join(await closedHome(t), 'data');
  const removeCluster = async () => {
    const id = await readFile(path.join(dataDir, 'postgres.home'), 'utf8').catch(() => null);
    if (id) await rm(path.join('/var/lib/daybreak', id), { recursive: true, force: true });
  };
  cleanUp(t, removeCluster);
  const first = await started(t, dataDir);
  await ask(first.url, 'create table kept as select 42 as answer');
  await first.stop();
  const again = await started(t, dataDir);
  assert.equal(await ask(again.url, 'select answer from kept'), 42);
  await again.stop();
  assert.equal(existsSync(path.join(dataDir, 'postgres.home')), asRoot, 'only root has to go elsewhere');
  await removeCluster();
  await rm(dataDir, { recursive: true });
  const fresh = await started(t, dataDir);
  assert.equal(await ask(fresh.url, "select to_regclass('kept')"), null);
  await fresh.stop();
});

test('binaries under a closed home are copied once, links and all, to where the other user can run them', async (t) => {
  const home = await closedHome(t);
  const openPlace = await tempDir(t);
  await cp(platformPackage(), path.join(home, 'package'), { recursive: true, verbatimSymlinks: true });
  const place = () => placeBinaries(path.join(home, 'package'), chooseUser(), openPlace);
  const [one, two] = await Promise.all([place(), place()]);
  assert.equal(one, two);
  assert.equal(one.startsWith(asRoot ? openPlace : home), true);
  assert.equal(lstatSync(path.join(one, 'lib/libpq.so.5')).isSymbolicLink(), true);
  const version = spawn(path.join(one, 'bin/postgres'), ['--version'], { ...chooseUser(), cwd: '/' });
  assert.deepEqual(await once(version, 'exit'), [0, null]);
});

test('a database that its user can no longer reach is an error, never a second, empty database', async (t) => {
  if (!asRoot) return assert.equal(chooseUser(), undefined);
  const home = await closedHome(t);
  await mkdir(path.join(home, 'data/postgres/data'), { recursive: true });
  await assert.rejects(placeCluster(path.join(home, 'data'), chooseUser()), /chmod o\+x/);
});

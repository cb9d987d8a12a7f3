import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { contentOfSize } from './content.ts';
import { runProcess } from './processes.ts';
import { BASE_URL, BOUNCE_DOMAIN, referenceSize } from './reference-message.ts';
import { CONNECTIONS, type Scenario } from './scenarios.ts';
import { type Database, type Server, startDatabase, startRedis } from './servers.ts';
import { type Sinks, startSinks } from './sinks.ts';
import type { Undo } from './undo.ts';

/** Everything that every row shares. */
export interface Stage {
  folder: string;
  database: Database;
  redis: Server | undefined;
  sinks: Sinks;
  apiKey: string;
  contentFiles: Record<Scenario['body'], string>;
  keyFiles: Record<'rsa' | 'ed25519', string>;
  undo: Undo;
}

type Shared = Pick<Stage, 'folder' | 'database' | 'redis' | 'sinks' | 'keyFiles'>;

export const main = path.join(import.meta.dirname, '..', 'src', 'main.ts');

/** Starts the servers of one run in a folder that goes with it. */
export async function setStage(dataDir: string, undo: Undo): Promise<Stage> {
  await mkdir(dataDir, { recursive: true });
  const folder = await mkdtemp(path.join(dataDir, 'daybreak-bench-'));
  undo.later(() => rm(folder, { recursive: true, force: true }));
  // mkdtemp closes the folder to others, and as root PostgreSQL runs as another user.
  await chmod(folder, 0o755);
  const database = await startDatabase(path.join(folder, 'data'), undo);
  const redis = await startRedis(folder, undo);
  const sinks = await startSinks(folder, undo);
  const shared = { folder, database, redis, sinks, keyFiles: await writeKeys(folder) };
  const apiKey = await prepareSchema(shared);
  return { ...shared, apiKey, contentFiles: await writeContents(folder), undo };
}

/** The environment of a Daybreak process in this row. */
export function environmentOf({ queue, delayMs, dkim }: Pick<Scenario, 'queue' | 'delayMs' | 'dkim'>, stage: Shared) {
  const { database, redis, sinks, folder, keyFiles } = stage;
  return {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    // Read by a Daybreak that shares its connections among processes; the others have ten each.
    SMTP_URL: `smtp://127.0.0.1:${sinks[delayMs].port}?connections=${CONNECTIONS}`,
    ...(queue === 'redis' && redis && { REDIS_URL: `redis://127.0.0.1:${redis.port}` }),
    PORT: '0',
    BASE_URL,
    BOUNCE_DOMAIN,
    DATA_DIR: path.join(folder, 'daybreak'),
    DAYBREAK_SECRET: 'a secret of at least thirty-two bytes, for the benchmark',
    LOG_LEVEL: 'warn',
    ...(dkim !== 'off' && {
      DKIM_DOMAIN: 'bench.example',
      DKIM_SELECTOR: 'bench',
      DKIM_PRIVATE_KEY_FILE: keyFiles[dkim],
    }),
  };
}

async function prepareSchema(shared: Shared): Promise<string> {
  const env = environmentOf({ queue: 'postgres', delayMs: 0, dkim: 'off' }, shared);
  const daybreak = (...args: string[]) =>
    runProcess({
      program: process.execPath,
      args: [main, ...args],
      env,
      logFile: path.join(shared.folder, 'command.log'),
    });
  await daybreak('migrate');
  await shared.database.pool.query(
    `insert into newsletters (slug, name, kind, when_uncertain) values ('warm-up', 'Warm-up', 'digest', 'hold')`,
  );
  const scopes = 'articles:write,editions:write,alerts:write';
  return (await daybreak('api-key', 'add', '--name', 'bench', '--scopes', scopes)).trim();
}

async function writeKeys(folder: string): Promise<Stage['keyFiles']> {
  const files = { rsa: path.join(folder, 'rsa.pem'), ed25519: path.join(folder, 'ed25519.pem') };
  const format = { type: 'pkcs8', format: 'pem' } as const;
  const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { privateKey: ed25519 } = generateKeyPairSync('ed25519');
  await writeFile(files.rsa, rsa.export(format));
  await writeFile(files.ed25519, ed25519.export(format));
  return files;
}

async function writeContents(folder: string): Promise<Stage['contentFiles']> {
  const files = { 5: '', 20: '', 36: '' };
  for (const body of [5, 20, 36] as const) {
    files[body] = path.join(folder, `${body}-kB.json`);
    await writeFile(files[body], JSON.stringify(await contentOfSize(body * 1000, referenceSize)));
  }
  return files;
}

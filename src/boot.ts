import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from './config.ts';
import { type Context, createContext, type Surroundings } from './context.ts';
import { type Clock, systemClock } from './kernel/clock.ts';
import { DomainError, messageOf } from './kernel/errors.ts';
import type { Log } from './kernel/log.ts';
import { embeddedPostgres, ownerPid } from './platform/db/embedded.ts';
import { assertMigrated, migrate } from './platform/db/migrate.ts';
import { createPool } from './platform/db/pool.ts';
import { type Mailbox, openMailbox } from './platform/mail/mailbox.ts';
import { checkTemplates } from './platform/view/check-templates.ts';
import { createMessages } from './platform/view/messages.ts';
import { type OwnTemplates, readOwnTemplates } from './platform/view/own-templates.ts';

export interface Booted {
  context: Context;
  close(): Promise<void>;
}

export interface BootOptions {
  config: Config;
  log: Log;
  clock?: Clock;
  /** Known once the web server listens; unset for processes that serve no pages. */
  baseUrl?: string;
  /** `check` refuses a database that is behind, `apply` brings it up to date, `own` only one we started ourselves. */
  migrations: 'check' | 'apply' | 'own';
  /** False for commands that send no mail. */
  mail?: boolean;
  /** True for commands that lay mails out; usually those that send them. */
  templates?: boolean;
  /** One process at a time may run everything from a DATA_DIR. */
  alone?: boolean;
}

/** Finds or starts what the configuration leaves to us: database, secret, mailbox. `close` undoes all of it. */
export async function boot({
  config,
  log,
  clock,
  baseUrl,
  migrations,
  mail = true,
  templates = mail,
  alone = false,
}: BootOptions): Promise<Booted> {
  const own = templates && config.templatesDir ? await ownTemplates(config.templatesDir, clock) : undefined;
  await mkdir(config.dataDir, { recursive: true });
  if (alone && !config.databaseUrl) await waitForDataDir(config.dataDir);
  const database = config.databaseUrl ? undefined : await embeddedPostgres(config.dataDir, log);
  if (alone && database && !database.owned) throw new AlreadyRunning(config.dataDir, await ownerPid(config.dataDir));
  const databaseUrl = config.databaseUrl ?? database?.url ?? '';
  let mailbox: Mailbox | undefined;
  try {
    await prepareSchema(databaseUrl, migrations === 'apply' || (migrations === 'own' && Boolean(database)), log);
    mailbox = mail && !config.smtpUrls ? await openMailbox(config.dataDir, log) : undefined;
    const surroundings: Surroundings = {
      config,
      databaseUrl,
      log,
      mailbox,
      templates: own,
      smtpUrls: config.smtpUrls ?? [mailbox?.smtpUrl ?? 'smtp://127.0.0.1:25'],
      baseUrl: config.baseUrl ?? baseUrl ?? `http://${config.host}:${config.port}`,
      secret: config.secret ?? (await rememberedSecret(path.join(config.dataDir, 'secret'))),
      sampleMode: !config.databaseUrl && !config.smtpUrls,
      ...(clock && { clock }),
    };
    const context = createContext(surroundings);
    return {
      context,
      close: async () => {
        await context.close();
        await mailbox?.close();
        await database?.stop();
      },
    };
  } catch (error) {
    await mailbox?.close();
    await database?.stop();
    throw error;
  }
}

/** @throws TemplatesBroken before anything is started */
async function ownTemplates(folder: string, clock = systemClock): Promise<OwnTemplates> {
  const own = readOwnTemplates(folder);
  await checkTemplates(own, createMessages(), clock);
  return own;
}

class DatabaseUnreachable extends DomainError {
  constructor(reason: string) {
    super('database-unreachable', 'unavailable', `DATABASE_URL: the database does not answer: ${reason}.`);
  }
}

async function prepareSchema(databaseUrl: string, apply: boolean, log: Log): Promise<void> {
  const pool = createPool(databaseUrl, log, 1);
  try {
    await pool.query('select 1').catch((error) => {
      throw new DatabaseUnreachable(messageOf(error));
    });
    if (!apply) return await assertMigrated(pool);
    const applied = await migrate(pool);
    if (applied.length > 0) log.info({ applied }, 'the database was brought up to date');
  } finally {
    await pool.end();
  }
}

async function rememberedSecret(file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known) return known;
  const secret = randomBytes(48).toString('base64url');
  // Two processes may come at once: the first writes, the other reads what was written.
  await writeFile(file, secret, { mode: 0o600, flag: 'wx' }).catch(() => undefined);
  return readFile(file, 'utf8');
}

class AlreadyRunning extends DomainError {
  constructor(dataDir: string, pid: number | null) {
    super(
      'already-running',
      'conflict',
      `Daybreak already runs from ${dataDir} (process ${pid ?? 'unknown'}). Stop it, or set DATA_DIR.`,
    );
  }
}

const PATIENCE_MS = 10_000;

/** A short command may hold the database for a moment; another `up` holds it for good. @throws AlreadyRunning */
async function waitForDataDir(dataDir: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const pid = await ownerPid(dataDir);
    if (!pid) return;
    if (Date.now() > until) throw new AlreadyRunning(dataDir, pid);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

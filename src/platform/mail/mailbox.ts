import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../../kernel/log.ts';

/** A mail as the first page lists it. */
export interface CaughtMail {
  id: string;
  subject: string;
  to: string;
  at: string;
}

/** The local mailbox of a newsroom without a relay: catches everything, shows it on a page, delivers nothing. */
export interface Mailbox {
  smtpUrl: string;
  pageUrl: string;
  latest(count: number): Promise<CaughtMail[]>;
  /** The mail as it came over the wire. */
  source(id: string): Promise<string>;
  close(): Promise<void>;
}

/** More would make the page slow; the oldest go first. */
const KEPT = 1000;

interface Addresses {
  smtpUrl: string;
  pageUrl: string;
}

/** Starts the mailbox of this DATA_DIR, or finds the one another process of it has started. */
export async function openMailbox(dataDir: string, log: Log): Promise<Mailbox> {
  const record = path.join(dataDir, 'mailbox.json');
  const running = await findRunning(record);
  if (running) return at(running, async () => undefined);
  const { addresses, stop } = await start(path.join(dataDir, 'mail'));
  await writeFile(record, JSON.stringify(addresses));
  log.info({ page: addresses.pageUrl }, 'no relay is configured: a local mailbox catches every mail');
  return at(addresses, () => rm(record, { force: true }).then(stop));
}

async function findRunning(record: string): Promise<Addresses | undefined> {
  try {
    const addresses = JSON.parse(await readFile(record, 'utf8')) as Addresses;
    const answer = await fetch(`${addresses.pageUrl}/api/healthz`, { signal: AbortSignal.timeout(1000) });
    return answer.ok ? addresses : undefined;
  } catch {
    return undefined;
  }
}

async function start(mailDirectory: string): Promise<{ addresses: Addresses; stop(): Promise<void> }> {
  // Loaded only when needed: a newsroom with a relay has no use for it.
  const { MailDev } = await import('maildev');
  const settings = { smtp: 0, web: 0, ip: '127.0.0.1', webIp: '127.0.0.1', maxEmails: KEPT, silent: true };
  const maildev = new MailDev({ ...settings, mailDirectory });
  const { smtp, api } = await quietly(() => maildev.start());
  const pagePort = api?.getAddress()?.port;
  const addresses = {
    smtpUrl: `smtp://127.0.0.1:${smtp.getAddress().port}`,
    pageUrl: `http://127.0.0.1:${pagePort}`,
  };
  return { addresses, stop: () => maildev.stop() };
}

const at = ({ smtpUrl, pageUrl }: Addresses, close: () => Promise<void>): Mailbox => ({
  smtpUrl,
  pageUrl,
  latest: (count) => latest(`${pageUrl}/api/email/summary`, count),
  source: async (id) => (await fetch(`${pageUrl}/api/email/${id}/source`)).text(),
  close,
});

interface Summary {
  id: string;
  subject: string;
  to: { address?: string }[];
  time: string;
}

async function latest(url: string, count: number): Promise<CaughtMail[]> {
  const { items } = (await (await fetch(`${url}?limit=${count}`)).json()) as { items: Summary[] };
  return items.map(({ id, subject, to, time }) => ({ id, subject, to: to[0]?.address ?? '', at: time }));
}

/** maildev announces itself on stdout, which belongs to the one `ready` line. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { info } = console;
  console.info = () => undefined;
  try {
    return await work();
  } finally {
    console.info = info;
  }
}

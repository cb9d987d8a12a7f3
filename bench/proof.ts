import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { untilSent } from './edition-watch.ts';
import { openNewsroom } from './newsroom.ts';
import type { Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';

/** One mail of a row, looked at before anything is timed: is it what the row says it is? */
export interface Proof {
  body: number;
  dkim: string;
  bytes: number;
  problem: string | null;
}

const READERS = 20;
const ALGORITHMS = { off: null, rsa: 'rsa-sha256', ed25519: 'ed25519-sha256' };
// A signature and a different transfer encoding may make this much of a difference, not more.
const LENIENCE = 0.1;

/** Rows that send the same mail share a proof. */
export const proofKey = ({ body, dkim }: Scenario): string => `${body} kB, DKIM ${dkim}`;

export async function proveMail(scenario: Scenario, stage: Stage): Promise<Proof> {
  const { body, dkim } = scenario;
  const relay = await openRelay();
  const sink = { pid: process.pid, port: relay.port, name: 'proof' };
  const plain: Scenario = { ...scenario, workers: 1 };
  const newsroom = await openNewsroom(plain, { daily: READERS }, { ...stage, sinks: { 0: sink, 20: sink } });
  try {
    await untilSent(await newsroom.digest('daily'), { pool: stage.database.pool, newsroom });
  } finally {
    await newsroom.stop();
    await relay.close();
  }
  const bytes = relay.mails[0]?.length ?? 0;
  return { body, dkim, bytes, problem: problemOf(relay.mails, scenario) };
}

function problemOf(mails: Buffer[], { body, dkim }: Scenario): string | null {
  const [mail] = mails;
  if (!mail || mails.length !== READERS) return `${mails.length} of ${READERS} mails came`;
  const text = mail.toString('latin1');
  const head = text.slice(0, text.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ');
  const algorithm = /^DKIM-Signature:.*?\ba=([a-z0-9-]+)/im.exec(head)?.[1] ?? null;
  if (algorithm !== ALGORITHMS[dkim]) return `asked for DKIM ${dkim}, its signature is ${algorithm ?? 'not there'}`;
  if (Math.abs(mail.length / (body * 1000) - 1) > LENIENCE) return `asked for ${body} kB, it has ${mail.length} bytes`;
  if (text.includes('%%')) return 'a slot was not filled';
  return null;
}

async function openRelay() {
  const mails: Buffer[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 100,
    onData: (stream, _session, done) => {
      buffer(stream).then((mail) => {
        mails.push(mail);
        done();
      }, done);
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    mails,
    port: (listening.address() as AddressInfo).port,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

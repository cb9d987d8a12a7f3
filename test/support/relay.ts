import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { cleanUp } from './clean-up.ts';

export interface RelayedMail {
  from: string;
  to: string;
  /** As it came over the wire, before anything parsed it. */
  raw: string;
  parsed: ParsedMail;
}

type Stage = 'RCPT' | 'DATA';

export interface TestRelay {
  url: string;
  mails: RelayedMail[];
  /** From now on answers nothing at this stage, until `resumes`; to everybody, or to some recipients. */
  stallsAt(stage: Stage, recipients?: (address: string) => boolean): void;
  resumes(): void;
  /** Resolves when a message stands at the stalled stage. */
  stalled(): Promise<void>;
  /** Answers RCPT for this address with this reply, e.g. `550 5.1.1 no such user`. */
  refuses(address: string, reply: string): void;
  accepts(address: string): void;
}

/** A real SMTP server that keeps what it accepted. With a certificate it offers STARTTLS. */
export async function smtpRelay(t: TestContext, certificate?: { key: string; cert: string }): Promise<TestRelay> {
  const mails: RelayedMail[] = [];
  const refusals = new Map<string, string>();
  let gate:
    | {
        stage: Stage;
        shut(address: string): boolean;
        opened: Promise<void>;
        open(): void;
        arrived(): void;
        arrival: Promise<void>;
      }
    | undefined;

  const pass = async (stage: Stage, address: string) => {
    if (gate?.stage !== stage || !gate.shut(address)) return;
    gate.arrived();
    await gate.opened;
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: certificate ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    ...certificate,
    closeTimeout: 100,
    onRcptTo: ({ address }, _session, done) => {
      const refusal = refusals.get(address);
      pass('RCPT', address).then(() => done(refusal ? failure(refusal) : null));
    },
    onData: async (stream, session, done) => {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of stream) chunks.push(chunk as Buffer);
      } catch {
        return; // The client went away in the middle: nothing was accepted.
      }
      const raw = Buffer.concat(chunks);
      await pass('DATA', session.envelope.rcptTo[0]?.address ?? '');
      const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
      const to = session.envelope.rcptTo[0]?.address ?? '';
      mails.push({ from, to, raw: raw.toString('latin1'), parsed: await simpleParser(raw) });
      done(null);
    },
  });
  // A client that is killed in the middle is what some tests are about.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(t, () => {
    gate?.open();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });

  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    stallsAt: (stage, recipients = () => true) => {
      const opening = Promise.withResolvers<void>();
      const arrival = Promise.withResolvers<void>();
      gate = {
        stage,
        shut: recipients,
        opened: opening.promise,
        open: opening.resolve,
        arrived: arrival.resolve,
        arrival: arrival.promise,
      };
    },
    resumes: () => {
      gate?.open();
      gate = undefined;
    },
    stalled: async () => gate?.arrival,
    refuses: (address, reply) => void refusals.set(address, reply),
    accepts: (address) => void refusals.delete(address),
  };
}

function failure(reply: string): Error {
  const [, code = '550', text = 'refused'] = /^(\d{3}) (.*)$/.exec(reply) ?? [];
  return Object.assign(new Error(text), { responseCode: Number(code) });
}

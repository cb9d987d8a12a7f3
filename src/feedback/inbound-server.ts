import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { isOurs, type Needs, receiveMail } from './receive-mail.ts';

export interface InboundServer {
  port: number;
  close(): Promise<void>;
}

const LARGEST = 1024 * 1024;

/** Where bounces and mailto-unsubscribes arrive. Answers 250 only after what matters is stored. */
export async function startInbound(
  { host, port }: { host: string; port: number },
  needs: Needs,
): Promise<InboundServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: LARGEST,
    maxClients: 50,
    socketTimeout: 60_000,
    closeTimeout: 2000,
    onRcptTo: ({ address }, _session, done) => {
      done(isOurs(address, needs.identity) ? null : refusal(550, '5.1.1 no such mailbox here'));
    },
    onData: (stream, session, done) => {
      take(stream)
        .then(async (raw) => {
          if (!raw) return done(refusal(552, '5.3.4 larger than we read'));
          for (const { address } of session.envelope.rcptTo) await receiveMail(address, raw, needs);
          done(null);
        })
        .catch((err) => {
          needs.log.error({ err }, 'an inbound mail could not be stored');
          done(refusal(451, '4.3.0 please try again later'));
        });
    },
  });
  server.on('error', (err) => needs.log.warn({ err }, 'inbound'));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** The whole mail; null when it is too large, after it has been read to its end. */
async function take(stream: SMTPServerDataStream): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
  return stream.sizeExceeded ? null : Buffer.concat(chunks);
}

const refusal = (code: number, text: string): Error => Object.assign(new Error(text), { responseCode: code });

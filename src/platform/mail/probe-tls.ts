import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

export interface TlsSeen {
  /** `TLSv1.3`; null when the relay offers no encryption. */
  protocol: string | null;
  /** Why its certificate is not believed; null when it is. */
  distrust: string | null;
}

const PATIENCE = { connectionTimeout: 4000, greetingTimeout: 4000, socketTimeout: 4000, dnsTimeout: 2000 };

/**
 * Greets a relay as a hand-over would and looks at the encryption; signs in nowhere, sends nothing.
 * @throws when the relay is not there or hangs up
 */
export async function probeTls({ hostname, port, protocol }: URL): Promise<TlsSeen> {
  const secure = protocol === 'smtps:';
  const connection = new SMTPConnection({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (secure ? 465 : 25)),
    ...{ secure, opportunisticTLS: !secure, ...PATIENCE },
    // To be able to say what is wrong with it. Mail is never handed over like this.
    tls: { rejectUnauthorized: false },
  });
  try {
    await new Promise<void>((resolve, reject) => {
      connection.on('error', reject).on('end', () => reject(new Error('the relay closed the connection')));
      connection.connect((error?: Error | null) => (error ? reject(error) : resolve()));
    });
    const socket = (connection as unknown as { _socket: Socket })._socket;
    if (!(socket instanceof TLSSocket)) return { protocol: null, distrust: null };
    const { authorized, authorizationError: why } = socket;
    return { protocol: socket.getProtocol(), distrust: authorized ? null : String(why?.message ?? why) };
  } finally {
    connection.on('error', () => undefined);
    connection.close();
  }
}

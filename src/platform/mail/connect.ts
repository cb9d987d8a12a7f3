import type { Socket } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

/** A connection that has been greeted, secured and signed in, ready for its first MAIL FROM. */
export interface Greeted {
  socket: Socket;
  /** Upper case, as announced after EHLO: `PIPELINING`, `SMTPUTF8`. */
  extensions: ReadonlySet<string>;
  /** Bytes; 0 when the relay names no limit. */
  largest: number;
}

/** The fields of nodemailer's connection that are taken over with its socket; a test would notice their loss. */
interface Inside {
  _socket: Socket;
  _supportedExtensions: string[];
  _maxAllowedSize: number;
  _onSocketData(): void;
  _onSocketTimeout(): void;
  _onSocketClose(): void;
  _onSocketEnd(): void;
  _onSocketError(): void;
  _onConnectionSocketError(): void;
}

const PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 10_000, dnsTimeout: 10_000 };

/**
 * Lets nodemailer do what it does well: addresses, TLS, STARTTLS, EHLO, every way to sign in. Then its socket is ours.
 * @throws when the relay is not there, hangs up, or refuses us
 */
export async function connect(url: URL, timeoutMs: number): Promise<Greeted> {
  const { hostname, port, protocol, username, password } = url;
  const secure = protocol === 'smtps:';
  const connection = new SMTPConnection({
    // An IPv6 address stands in brackets in a URL, and nowhere else.
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (secure ? 465 : 25)),
    secure,
    opportunisticTLS: !secure,
    ...PATIENCE,
    socketTimeout: timeoutMs,
  });
  await settled((done) => connection.connect(done), connection);
  if (username) {
    const credentials = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
    await settled((done) => connection.login({ credentials }, done), connection);
  }
  return takeOver(connection as unknown as Inside);
}

function takeOver(inside: Inside): Greeted {
  const { _socket: socket } = inside;
  socket.off('data', inside._onSocketData);
  socket.off('timeout', inside._onSocketTimeout);
  socket.off('close', inside._onSocketClose);
  socket.off('end', inside._onSocketEnd);
  socket.off('error', inside._onSocketError);
  socket.off('error', inside._onConnectionSocketError);
  return { socket, extensions: new Set(inside._supportedExtensions), largest: inside._maxAllowedSize || 0 };
}

/** One connect or login, which may end by callback or by the connection's own error. */
async function settled(
  start: (done: (error?: Error | null) => void) => void,
  connection: SMTPConnection,
): Promise<void> {
  const ending = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error) => reject(error);
      const end = () => reject(new Error('the relay closed the connection'));
      connection.on('error', fail).on('end', end);
      ending.signal.addEventListener('abort', () => connection.off('error', fail).off('end', end));
      start((error) => (error ? reject(error) : resolve()));
    });
  } catch (error) {
    connection.on('error', () => undefined);
    connection.close();
    throw error;
  } finally {
    ending.abort();
  }
}

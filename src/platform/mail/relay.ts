import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { PhasedMessage } from './phased-message.ts';

export interface Envelope {
  from: string;
  to: string;
}

/**
 * How one hand-over ended. `lost-after-data` means every byte left us and no answer came: the relay may have it.
 * `not-sent` means the relay cannot have it.
 */
export type Reply =
  | { phase: 'answered'; code: number; text: string; command: string }
  | { phase: 'lost-after-data'; text: string }
  | { phase: 'not-sent'; text: string };

interface Failure extends Error {
  responseCode?: number;
  response?: string;
  command?: string;
}

export interface RelayOptions {
  url: string;
  connections: number;
}

const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 60_000, dnsTimeout: 10_000 };

/** A pool of SMTP connections to one relay. Connections open as messages come and close after a while unused. */
export class RelayPool {
  readonly #url: URL;
  readonly #idle: SMTPConnection[] = [];
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor({ url, connections }: RelayOptions) {
    this.#url = new URL(url);
    this.#free = connections;
  }

  /** Never throws: every ending is a Reply. */
  async send(envelope: Envelope, message: Buffer): Promise<Reply> {
    await this.#slot();
    try {
      const rested = this.#idle.pop();
      if (rested) {
        const reply = await this.#sendOver(rested, envelope, message);
        // The relay may have hung up on an idle connection a moment ago; that says nothing about a new one.
        if (reply.phase !== 'not-sent') return reply;
      }
      return await this.#sendOver(await this.#connect(), envelope, message);
    } catch (error) {
      return { phase: 'not-sent', text: (error as Error).message };
    } finally {
      this.#free += 1;
      this.#waiting.shift()?.();
    }
  }

  /** Connects and says goodbye. @throws when the relay is not there or refuses our sign-in */
  async verify(): Promise<void> {
    const connection = this.#idle.pop() ?? (await this.#connect());
    this.#giveBack(connection, { phase: 'answered', code: 250, text: '', command: 'EHLO' });
  }

  close(): void {
    for (const connection of this.#idle.splice(0)) connection.quit();
  }

  async #slot(): Promise<void> {
    while (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#free -= 1;
  }

  async #connect(): Promise<SMTPConnection> {
    const { hostname, port, protocol, username, password } = this.#url;
    const secure = protocol === 'smtps:';
    const connection = new SMTPConnection({
      host: hostname,
      port: Number(port || (secure ? 465 : 25)),
      secure,
      opportunisticTLS: !secure,
      ...TIMEOUTS,
    });
    // An idle connection the relay hangs up on is simply forgotten.
    const forget = () => {
      const at = this.#idle.indexOf(connection);
      if (at >= 0) this.#idle.splice(at, 1);
    };
    connection.on('error', forget);
    connection.on('end', forget);
    await settled((done) => connection.connect(done), connection);
    if (username) {
      const credentials = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
      await settled((done) => connection.login({ credentials }, done), connection);
    }
    return connection;
  }

  async #sendOver(connection: SMTPConnection, envelope: Envelope, message: Buffer): Promise<Reply> {
    const reply = await transmit(connection, envelope, message);
    this.#giveBack(connection, reply);
    return reply;
  }

  #giveBack(connection: SMTPConnection, reply: Reply): void {
    const reusable = reply.phase === 'answered' && reply.code !== 421 && !connection.destroyed;
    if (reusable) this.#idle.push(connection);
    else connection.close();
  }
}

/** One connect or login, which may end by callback or by the connection's own error. */
async function settled(
  start: (done: (error?: Error | null) => void) => void,
  connection: SMTPConnection,
): Promise<void> {
  let fail: ((error: Error) => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      fail = reject;
      connection.once('error', reject);
      connection.once('end', () => reject(new Error('the relay closed the connection')));
      start((error) => (error ? reject(error) : resolve()));
    });
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    if (fail) connection.off('error', fail);
  }
}

function transmit(connection: SMTPConnection, envelope: Envelope, message: Buffer): Promise<Reply> {
  return new Promise((resolve) => {
    const body = new PhasedMessage(message);
    const lost = (text: string) => resolve({ phase: body.handedOver ? 'lost-after-data' : 'not-sent', text });
    const onError = (error: Error) => lost(error.message);
    const onEnd = () => lost('the relay closed the connection');
    connection.once('error', onError);
    connection.once('end', onEnd);
    const recipients = { from: envelope.from, to: [envelope.to], size: message.length };
    connection.send(recipients, body, (error, info) => {
      connection.off('error', onError);
      connection.off('end', onEnd);
      if (!error) return resolve({ phase: 'answered', code: 250, text: info?.response ?? '', command: 'DATA' });
      const failure = error as Failure;
      if (!failure.responseCode) return lost(failure.message);
      resolve({
        phase: 'answered',
        code: failure.responseCode,
        text: failure.response ?? failure.message,
        command: failure.command ?? '',
      });
    });
  });
}

import { messageOf } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { connect } from './connect.ts';
import { type Outgoing, STOOD_STILL, type Waiting } from './hand-over.ts';
import { DomainPaces, Pace } from './pace.ts';
import type { RelayOptions } from './relay-options.ts';
import type { Reply } from './reply.ts';
import { Rest } from './rest.ts';
import { SmtpSession } from './smtp-session.ts';

/** This process's part of what all workers share. */
export interface Share {
  /** Of all worker processes, this one's place, from 0. */
  place: number;
  of: number;
}

interface Needs {
  /** How many this process opens where `SMTP_URL` names no number. */
  connections: number;
  log: Log;
}

/** Who does not close after our QUIT is left. */
const GOODBYE_MS = 1000;
/** So many connections in a row may hang up on one message; a relay that does so for good is not there. */
const TRIES = 4;
/** A message held by a pace for longer goes back to the ledger. */
const PATIENCE_MS = 1000;

/** The connections to one relay. They open as messages come, and close after a while unused. */
export class Relay {
  readonly options: RelayOptions;
  readonly #needs: Needs;
  readonly #sessions = new Set<SmtpSession>();
  readonly #waiting: Waiting[] = [];
  readonly #pace: Pace | undefined;
  readonly #domains: DomainPaces | undefined;
  /** Unknown until the first sign of life: this process then makes do with one connection of those that are shared. */
  #share: Share | undefined;
  #opening = 0;
  readonly #rest = new Rest();
  #trouble = 'the relay does not answer';
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RelayOptions, needs: Needs) {
    this.options = options;
    this.#needs = needs;
    const { rate, domainRate } = options;
    if (rate) this.#pace = new Pace(() => this.#part(rate));
    if (domainRate) this.#domains = new DomainPaces(() => this.#part(domainRate), PATIENCE_MS);
  }

  /** How many connections this process may have open now; at a slow pace no more than a second's worth of messages. */
  get connections(): number {
    const { rate } = this.options;
    return rate ? Math.min(this.#own, Math.max(1, Math.floor(this.#part(rate)))) : this.#own;
  }

  get #own(): number {
    const { connections } = this.options;
    if (connections === null) return this.#needs.connections;
    if (!this.#share) return 1;
    const { place, of } = this.#share;
    return Math.floor(connections / of) + (place < connections % of ? 1 : 0);
  }

  #part(rate: number): number {
    return rate / (this.#share?.of ?? 1);
  }

  /** False while it does not answer and is left alone for a while, or while other workers have all its connections. */
  get up(): boolean {
    return this.connections > 0 && (this.#sessions.size > 0 || this.#rest.over);
  }

  share(share: Share): void {
    this.#share = share;
    this.#pump();
  }

  /** Never rejects: every ending is a Reply. */
  send(outgoing: Outgoing): Promise<Reply> {
    const wait = this.#domains?.wait(outgoing.envelope.to, outgoing.urgent) ?? 0;
    if (wait > PATIENCE_MS) {
      const text = 'as many as one domain may get are on their way';
      return Promise.resolve({ phase: 'held', text, seconds: Math.ceil(wait / 1000) });
    }
    return new Promise((resolve) => {
      const waiting: Waiting = { ...outgoing, tries: 0, end: resolve, settle: (reply) => this.#settle(waiting, reply) };
      const go = () => {
        this.#waiting.push(waiting);
        this.#pump();
      };
      if (wait > 0) setTimeout(go, wait);
      else go();
    });
  }

  /** Connects and says goodbye, or is content with a connection that is open. @throws when it is not there */
  async verify(): Promise<void> {
    if (this.#sessions.size > 0) return;
    const greeted = await connect(this.options.url, this.options.timeoutMs);
    greeted.socket.on('error', () => undefined).end('QUIT\r\n');
    setTimeout(() => greeted.socket.destroy(), GOODBYE_MS).unref();
    this.#rest.end();
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const session of this.#sessions) session.quit();
  }

  /** A relay may hang up on a connection that rests, or between two messages: what it cannot have goes again. */
  #settle(waiting: Waiting, reply: Reply): void {
    waiting.tries += 1;
    if (reply.phase === 'not-sent' && waiting.tries < TRIES) {
      this.#waiting.unshift(waiting);
      setImmediate(() => this.#pump());
    } else waiting.end(reply);
  }

  /** Gives waiting messages to resting connections, and opens more while there are too few. */
  #pump(): void {
    for (const session of this.#sessions) {
      if (!session.idle) continue;
      if (this.#sessions.size > this.connections) {
        session.quit();
        continue;
      }
      const next = this.#take();
      if (!next) break;
      session.start(next);
    }
    const room = this.#rest.over ? this.connections - this.#sessions.size - this.#opening : 0;
    for (let n = Math.min(room, this.#waiting.length - this.#opening); n > 0; n -= 1) void this.#open();
    if (this.#opening === 0 && this.#sessions.size === 0) this.#giveUp();
  }

  #hasRoom(): boolean {
    return (this.#rest.over && this.#sessions.size < this.connections) || [...this.#sessions].some(({ idle }) => idle);
  }

  #take(): Waiting | undefined {
    for (;;) {
      if (this.#waiting.length === 0 || this.#sessions.size > this.connections) return undefined;
      const wait = this.#pace?.wait() ?? 0;
      if (wait > 0) return this.#takeLater(wait);
      const next = this.#waiting.shift();
      if (next?.mayGo()) {
        this.#pace?.take();
        return next;
      }
      next?.end({ phase: 'held', text: STOOD_STILL, seconds: 1 });
    }
  }

  #takeLater(ms: number): undefined {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#pump();
    }, ms);
  }

  async #open(): Promise<void> {
    this.#opening += 1;
    try {
      const greeted = await connect(this.options.url, this.options.timeoutMs);
      this.#rest.end();
      const session: SmtpSession = new SmtpSession(
        greeted,
        {
          next: () => this.#take(),
          elsewhere: () => this.#waiting.length === 0 && this.#hasRoom(),
          closed: () => {
            this.#sessions.delete(session);
            setImmediate(() => this.#pump());
          },
        },
        this.options.timeoutMs,
      );
      this.#sessions.add(session);
    } catch (error) {
      this.#trouble = messageOf(error);
      const restMs = this.#rest.begin();
      if (restMs) this.#needs.log.warn({ err: error, relay: this.options.url.host, restMs }, 'a relay does not answer');
    } finally {
      this.#opening -= 1;
      this.#pump();
    }
  }

  #giveUp(): void {
    for (const { end } of this.#waiting.splice(0)) end({ phase: 'not-sent', text: this.#trouble });
  }
}

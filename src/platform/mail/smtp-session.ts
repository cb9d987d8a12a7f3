import type { Greeted } from './connect.ts';
import { foreseenRefusal, mailFrom } from './envelope.ts';
import { type HandOver, type Running, STOOD_STILL } from './hand-over.ts';
import { type Command, fits, type Reply } from './reply.ts';
import { ReplyReader } from './reply-reader.ts';

interface Events {
  /** Asked when this connection could take another message; undefined leaves it at rest. */
  next(): HandOver | undefined;
  /** Whether a message could go another way at once. */
  elsewhere(): boolean;
  /** Nothing goes over this connection any more. */
  closed(): void;
}

type Expected = { command: Command; of: Running } | { command: 'RSET' };

const FINAL_DOT = '.\r\n';
/** A message waits so long behind the answer to the one before it, where there is another way. */
const BEHIND_MS = 2000;

/**
 * The transactions of one SMTP connection (RFC 5321 §3.3). With PIPELINING (RFC 2920 §3.1) the next message's envelope
 * travels right behind the final dot of the one before, so each message costs one round trip and one write.
 */
export class SmtpSession {
  readonly #greeted: Greeted;
  readonly #events: Events;
  readonly #pipelined: boolean;
  readonly #expected: Expected[] = [];
  readonly #running: Running[] = [];
  /** Commands that wait for the answer before them, where the relay does not pipeline. */
  readonly #unsent: string[] = [];
  /** An envelope was begun and not ended: RSET before the next one. */
  #dirty = false;
  #open = true;
  /** A message whose envelope is at the relay went another way. */
  #forsaken = false;
  #behind: NodeJS.Timeout | undefined;

  constructor(greeted: Greeted, events: Events, timeoutMs: number) {
    this.#greeted = greeted;
    this.#events = events;
    this.#pipelined = greeted.extensions.has('PIPELINING');
    const reader = new ReplyReader((code, text) => this.#answered(code, text));
    const { socket } = greeted;
    socket.setTimeout(timeoutMs);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => reader.read(chunk) || this.#end('the relay talks nonsense'));
    socket.on('error', (error) => this.#end(error.message));
    socket.on('end', () => this.#end('the relay closed the connection'));
    socket.on('close', () => this.#end('the relay closed the connection'));
    socket.on('timeout', () => this.#end('the relay did not answer in time'));
  }

  get idle(): boolean {
    return this.#open && this.#running.length === 0 && this.#expected.length === 0;
  }

  start(handOver: HandOver): void {
    this.#greeted.socket.cork();
    this.#begin(handOver);
    this.#greeted.socket.uncork();
  }

  /** Says goodbye; what is under way counts as lost. */
  quit(): void {
    if (this.#open) this.#greeted.socket.write('QUIT\r\n');
    this.#end('the connection was closed');
  }

  #begin(handOver: HandOver): void {
    const refusal = foreseenRefusal(this.#greeted, handOver);
    if (refusal) {
      handOver.settle(refusal);
      if (this.idle) this.#proceed();
      return;
    }
    const running: Running = { ...handOver, handedOver: false };
    this.#running.push(running);
    if (this.#dirty) this.#say('RSET\r\n', { command: 'RSET' });
    this.#dirty = true;
    this.#say(mailFrom(this.#greeted, handOver), { command: 'MAIL FROM', of: running });
    this.#say(`RCPT TO:<${handOver.envelope.to}>\r\n`, { command: 'RCPT TO', of: running });
    this.#say('DATA\r\n', { command: 'DATA', of: running });
  }

  #say(command: string, expected: Expected): void {
    const mayGo = this.#pipelined || this.#expected.length === 0;
    this.#expected.push(expected);
    if (mayGo) this.#greeted.socket.write(command);
    else this.#unsent.push(command);
  }

  #answered(code: number, text: string): void {
    if (!this.#open) return;
    const expected = this.#expected.shift();
    const closes = code === 421 && !(expected?.command === 'DATA' && expected.of.handedOver);
    // A relay that is about to hang up says so, asked or not: what it does not have goes another way.
    if (!expected || closes) this.#end(`${code} ${text}`);
    else if (expected.command === 'RSET') this.#sayNext();
    else this.#judge(expected.of, expected.command, code, text);
    if (code === 421 || this.#forsaken) this.#end(text);
  }

  #sayNext(): void {
    const command = this.#unsent.shift();
    if (command) this.#greeted.socket.write(command);
  }

  #judge(running: Running, command: Command, code: number, text: string): void {
    const reply: Reply = { phase: 'answered', code, text, command };
    if (!fits(code, command, running.handedOver)) this.#end(`the relay answers out of step: ${code} ${text}`);
    else if (command !== 'DATA') this.#judgeEnvelope(running, reply, code);
    else if (running.handedOver) this.#done(running, reply);
    else if (code !== 354) this.#settle(running, running.refusal ?? reply);
    // It wants a message for nobody (RFC 2920 §3.1): an empty one would do, a new connection is surer.
    else if (running.refusal) this.#end('the relay asked for a message it had refused');
    else if (!running.mayGo()) this.#end(STOOD_STILL);
    else this.#handOver(running);
  }

  #judgeEnvelope(running: Running, reply: Reply, code: number): void {
    if (code < 300) {
      this.#sayNext();
      return;
    }
    running.refusal ??= reply;
    if (!this.#pipelined) this.#giveUp(running);
  }

  #handOver(running: Running): void {
    const { socket } = this.#greeted;
    running.handedOver = true;
    clearTimeout(this.#behind);
    this.#expected.push({ command: 'DATA', of: running });
    socket.cork();
    for (const piece of running.pieces) socket.write(piece);
    socket.write(FINAL_DOT);
    if (this.#pipelined) {
      this.#dirty = false;
      const next = this.#events.next();
      if (next) {
        this.#begin(next);
        this.#behind = setTimeout(() => this.#forsake(), BEHIND_MS).unref();
      }
    }
    socket.uncork();
  }

  /** Nothing of a message behind a silence is handed over yet; its envelope is dropped with the connection. */
  #forsake(): void {
    const [before, behind] = this.#running;
    if (!before?.handedOver || !behind) return;
    if (!this.#events.elsewhere()) return void this.#behind?.refresh();
    this.#forsaken = true;
    this.#running.pop();
    behind.settle({ phase: 'not-sent', text: 'the relay is silent' });
  }

  #done(running: Running, reply: Reply): void {
    if (!this.#pipelined) this.#dirty = false;
    this.#settle(running, reply);
  }

  /** Without pipelining nothing further has been said: RCPT and DATA of a refused envelope never leave. */
  #giveUp(running: Running): void {
    this.#unsent.length = 0;
    this.#expected.length = 0;
    this.#settle(running, running.refusal as Reply);
  }

  #settle(running: Running, reply: Reply): void {
    this.#running.splice(this.#running.indexOf(running), 1);
    running.settle(reply);
    if (reply.phase === 'answered' && reply.code === 421) return;
    if (this.idle) this.#proceed();
  }

  #proceed(): void {
    const next = this.#events.next();
    if (next) this.start(next);
  }

  #end(text: string): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#behind);
    const { socket } = this.#greeted;
    socket.setTimeout(0);
    socket.end();
    // A relay that never closes its side would keep the socket for good.
    setTimeout(() => socket.destroy(), 1000).unref();
    for (const running of this.#running.splice(0)) {
      running.settle(running.refusal ?? { phase: running.handedOver ? 'lost-after-data' : 'not-sent', text });
    }
    this.#events.closed();
  }
}

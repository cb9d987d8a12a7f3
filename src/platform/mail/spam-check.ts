import { once } from 'node:events';
import { connect } from 'node:net';

/** Where spamd listens: `host:port`, or the path of a Unix socket. */
export type SpamdAddress = { host: string; port: number } | { path: string };

export interface SpamScore {
  score: number;
  /** From this on it is taken for spam. */
  limit: number;
  /** The rules that were hit. */
  rules: string[];
}

/** @throws when nobody answers in time, or no spamd does */
export type SpamCheck = (message: Buffer, stop: AbortSignal) => Promise<SpamScore>;

/** Its tests over the network take some seconds. */
const PATIENCE_MS = 20_000;
const LONGEST_ANSWER = 64 * 1024;

/** Asks SpamAssassin what it makes of a message. */
export const createSpamCheck =
  (address: SpamdAddress): SpamCheck =>
  async (message, stop) => {
    const socket = connect(address);
    const signal = AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), stop]);
    try {
      await once(socket, 'connect', { signal });
      // Half-closed: spamd reads to the end before it answers.
      socket.end(
        Buffer.concat([Buffer.from(`SYMBOLS SPAMC/1.2\r\nContent-length: ${message.length}\r\n\r\n`), message]),
      );
      let answer = '';
      const ended = once(socket, 'end', { signal });
      socket.on('data', (chunk) => {
        answer += chunk.toString('latin1');
        if (answer.length > LONGEST_ANSWER) socket.destroy(new Error('the answer has no end'));
      });
      await ended;
      return scoreIn(answer);
    } finally {
      socket.destroy();
    }
  };

function scoreIn(answer: string): SpamScore {
  const [head = '', ...body] = answer.split('\r\n\r\n');
  const [, code, words] = /^SPAMD\/[\d.]{1,9} (\d{1,9}) (\w{1,40})/.exec(head) ?? [];
  if (code !== '0') throw new Error(code ? `spamd answered ${code} ${words}` : 'what answered is no spamd');
  const [, score, limit] =
    /^Spam: {0,9}\w{1,9} {0,9}; {0,9}(-?\d{1,9}(?:\.\d{1,9})?) {0,9}\/ {0,9}(-?\d{1,9}(?:\.\d{1,9})?)/im.exec(head) ??
    [];
  if (score === undefined || limit === undefined) throw new Error('spamd gave no score');
  const rules = body
    .join('')
    .trim()
    .split(/[,\s]+/)
    .filter((rule) => /^\w{1,80}$/.test(rule));
  return { score: Number(score), limit: Number(limit), rules };
}

/** `127.0.0.1:783`, `[::1]:783`, `/run/spamd.sock`; undefined for what is none of them. */
export function spamdAddress(text: string): SpamdAddress | undefined {
  if (text.startsWith('/')) return { path: text };
  const [, bracketed, plain, port] = /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host && Number(port) > 0 && Number(port) <= 65_535 ? { host, port: Number(port) } : undefined;
}

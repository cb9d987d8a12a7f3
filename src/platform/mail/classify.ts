import type { Reply } from './relay.ts';

/** What a relay's answer means for one delivery. */
export interface Outcome {
  state: 'accepted' | 'deferred' | 'failed' | 'uncertain';
  reason: string;
  /** The address itself is dead: never mail it again. */
  addressDead: boolean;
  reply: string | null;
}

// RFC 3463: the mailbox does not exist (5.1.1, 5.1.10), is disabled (5.2.1), or the domain takes no mail (5.1.2).
const DEAD = /\b5\.(1\.(1|2|10)|2\.1)\b/;

/** The one place where SMTP replies are judged (RFC 5321 §4.2, RFC 3463). */
export function classify(reply: Reply): Outcome {
  const text = reply.text?.slice(0, 500) ?? null;
  const as = (state: Outcome['state'], reason: string, addressDead = false) => ({
    state,
    reason,
    addressDead,
    reply: text,
  });
  if (reply.phase === 'answered' && reply.code < 300) return as('accepted', 'accepted');
  if (reply.phase === 'answered' && reply.code < 500) return as('deferred', 'relay said try later');
  if (reply.phase === 'answered') {
    const dead = reply.command === 'RCPT TO' && DEAD.test(reply.text);
    return dead ? as('failed', 'address does not exist', true) : as('failed', 'relay refused');
  }
  if (reply.phase === 'lost-after-data') return as('uncertain', 'the relay’s answer was lost');
  return as('deferred', 'relay not reached');
}

const FIRST_WAIT_S = 60;
const LONGEST_WAIT_S = 3600;
/** After this many attempts (about a day) a deferral becomes a failure. */
export const MOST_ATTEMPTS = 30;

/** Seconds until the next attempt: doubling from a minute up to an hour. */
export const waitBefore = (attempt: number): number => Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (attempt - 1));

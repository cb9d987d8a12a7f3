import type { Command, Reply } from './reply.ts';

/** What a relay's answer means for one delivery. */
export interface Outcome {
  state: 'accepted' | 'deferred' | 'failed' | 'uncertain';
  /** What kind of answer it was, in words for a person. */
  reason: string;
  /** The address itself is dead: never mail it again. */
  addressDead: boolean;
  /** It is about us or the relay, not about this reader: a run of these stops the edition. */
  aboutUs: boolean;
  reply: string | null;
  /** Seconds to wait before attempt n + 1; null once trying has come to its end. */
  waitAfter(attempt: number): number | null;
  /** False when nothing was really tried. */
  counts: boolean;
}

type Kind = keyof typeof meanings;
interface Rule {
  /** Code and enhanced code (RFC 3463), e.g. `550 5.1.1`. */
  answer: RegExp;
  at?: Command[];
  is: Kind;
}

const envelope: Command[] = ['CONN', 'MAIL FROM'];

/** Every SMTP reply, judged by the first rule that fits: enhanced codes first (RFC 3463), then bare ones (RFC 5321 §4.2). */
const rules: Rule[] = [
  { answer: /^2/, at: ['DATA'], is: 'accepted' },
  { answer: /^[23]/, is: 'relayFault' },
  { answer: /^4\d\d 4\.7\./, is: 'rate' },
  { answer: /^4\d\d 4\.2\.2$/, is: 'mailboxFull' },
  { answer: /^4\d\d 4\.3\.|^421/, is: 'relayFault' },
  { answer: /^4/, at: envelope, is: 'relayFault' },
  { answer: /^4/, is: 'notNow' },
  { answer: /^5\d\d 5\.7\./, is: 'policy' },
  { answer: /^5\d\d 5\.(1\.(1|2|10)|2\.1)$/, at: ['RCPT TO'], is: 'addressDead' },
  { answer: /^5\d\d 5\.2\.2$/, at: ['RCPT TO', 'DATA'], is: 'noRoom' },
  { answer: /^5\d\d 5\.6\.7$/, is: 'refused' },
  { answer: /^5\d\d 5\.(6\.|3\.4$)/, is: 'content' },
  { answer: /^5\d\d 5\.3\.|^53[0458]/, is: 'relayFault' },
  { answer: /^5/, at: envelope, is: 'relayFault' },
  { answer: /^55[24] ?$/, at: ['DATA'], is: 'content' },
  { answer: /^5/, is: 'refused' },
];

const patient = { firstS: 60, longestS: 3600, attempts: 30 };
/** Asked again too soon, a refusal by policy only hardens. */
const wary = { firstS: 900, longestS: 4 * 3600, attempts: 8 };

const meanings = {
  accepted: { state: 'accepted', reason: 'accepted' },
  addressDead: { state: 'failed', reason: 'address does not exist', addressDead: true },
  mailboxFull: { state: 'deferred', reason: 'mailbox is full', retry: patient },
  noRoom: { state: 'failed', reason: 'mailbox is full' },
  rate: { state: 'deferred', reason: 'relay asks us to slow down', retry: patient },
  notNow: { state: 'deferred', reason: 'relay said try later', retry: patient },
  policy: { state: 'deferred', reason: 'refused by policy', retry: wary, aboutUs: true },
  content: { state: 'failed', reason: 'content was refused', aboutUs: true },
  relayFault: { state: 'deferred', reason: 'relay is at fault', retry: patient, aboutUs: true },
  unreachable: { state: 'deferred', reason: 'relay not reached', retry: patient, aboutUs: true },
  refused: { state: 'failed', reason: 'relay refused' },
  lost: { state: 'uncertain', reason: 'the relay’s answer was lost', retry: patient },
  held: { state: 'deferred', reason: 'waits for its turn' },
  uncomposed: { state: 'deferred', reason: 'could not be composed', retry: patient },
} as const satisfies Record<string, Meaning>;

interface Meaning {
  state: Outcome['state'];
  reason: string;
  addressDead?: boolean;
  aboutUs?: boolean;
  retry?: { firstS: number; longestS: number; attempts: number };
}

/** Deferrals that end when the relay or our standing with it is mended, so that mending it is a reason to try at once. */
export const mendable: string[] = Object.values<Meaning>(meanings)
  .filter(({ state, aboutUs }) => state === 'deferred' && aboutUs)
  .map(({ reason }) => reason);

/** Those that end by themselves: when the relay answers again, an edition need not wait for a person. */
export const passing: string[] = [meanings.relayFault.reason, meanings.unreachable.reason];

/** The one place where SMTP replies are judged. */
export function classify(reply: Reply): Outcome {
  const words = reply.phase === 'answered' ? `${reply.code} ${reply.text}` : reply.text;
  const outcome = outcomeOf(kindOf(reply), clean(words.slice(0, 500)));
  return reply.phase === 'held' ? { ...outcome, counts: false, waitAfter: () => reply.seconds } : outcome;
}

/** A relay may say anything; the ledger takes text. */
const clean = (words: string): string => words.replace(/\p{Cc}+/gu, ' ').toWellFormed();

/** A mail that never came to be: tried again, since what it lacked may come. */
export const notComposed = (): Outcome => outcomeOf('uncomposed', null);

function outcomeOf(kind: Kind, reply: string | null): Outcome {
  const { state, reason, addressDead = false, aboutUs = false, retry }: Meaning = meanings[kind];
  return {
    state,
    reason,
    addressDead,
    aboutUs,
    reply,
    counts: true,
    waitAfter: (attempt) => waitAfter(attempt, retry),
  };
}

function kindOf(reply: Reply): Kind {
  if (reply.phase === 'lost-after-data') return 'lost';
  if (reply.phase === 'not-sent') return 'unreachable';
  if (reply.phase === 'held') return 'held';
  const enhanced = /^[245]\.\d{1,3}\.\d{1,3}(?= |$)/.exec(reply.text)?.[0] ?? '';
  const answer = `${reply.code} ${enhanced}`;
  const fits = ({ answer: pattern, at }: Rule) => pattern.test(answer) && (at?.includes(reply.command) ?? true);
  return rules.find(fits)?.is ?? 'refused';
}

/** Doubling from the first wait up to the longest. */
function waitAfter(attempt: number, retry: Meaning['retry']): number | null {
  if (!retry || attempt >= retry.attempts) return null;
  return Math.min(retry.longestS, retry.firstS * 2 ** (attempt - 1));
}

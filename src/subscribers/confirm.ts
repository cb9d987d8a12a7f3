import type { Clock } from '../kernel/clock.ts';
import { DomainError } from '../kernel/errors.ts';
import type { Language } from '../kernel/language.ts';
import { TokenForged, type Tokens } from '../kernel/tokens.ts';
import { sendAccountMail } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { OptInStore } from './opt-in-store.ts';
import { firstSlots } from './schedule.ts';
import type { SubscriberStore } from './store.ts';
import { type ConsentProof, languageFor, type Subscriber } from './subscriber.ts';

interface Needs {
  subscribers: Pick<SubscriberStore, 'byId'>;
  optIn: Pick<OptInStore, 'requestOf' | 'confirm'>;
  jobs: Jobs;
  tokens: Tokens;
  clock: Clock;
}

export interface Confirmation {
  reader: Subscriber;
  /** The reader's wish that the link was sent for. Links of before wishes were counted name none: they are for the first. */
  request: number;
  /** `asked`: it waits for the button. `done`: the reader is subscribed, and nothing changes any more. */
  standing: 'asked' | 'done';
}

/** The wish was confirmed or given up, or its seven days are over: a new link is one press away. */
export class ConfirmationOver extends DomainError {
  /** What the reader of the link is spoken to in. */
  readonly language: Language | null;

  constructor(reader: Subscriber) {
    super('link-over', 'gone', 'Confirmation links work once, and for seven days. Ask for a new one.');
    this.language = languageFor(reader, reader.subscriptions);
  }
}

/**
 * What a confirmation link is about, without changing anything.
 * @throws ConfirmationOver; TokenForged when the signature does not hold or the reader is gone
 */
export async function readConfirmation(token: string, needs: Needs): Promise<Confirmation> {
  const { subscribers, optIn, tokens, clock } = needs;
  const { ids, expired } = tokens.read('confirm', token, clock.now());
  const [readerId = 0, request = 0] = ids;
  const [reader, stands] = await Promise.all([subscribers.byId(readerId), optIn.requestOf(readerId)]);
  if (!reader) throw new TokenForged();
  if (expired) throw new ConfirmationOver(reader);
  const pending = reader.subscriptions.some(({ state }) => state === 'pending');
  if (pending && request === stands) return { reader, request, standing: 'asked' };
  const active = reader.subscriptions.some(({ state }) => state === 'active');
  if (pending || !active) throw new ConfirmationOver(reader);
  return { reader, request, standing: 'done' };
}

/**
 * Turns pending subscriptions into active ones. Pressing twice is harmless.
 * @param shown slugs of what the page with the button named: what somebody has asked for since was not agreed to
 * @throws as readConfirmation
 */
export async function confirm(
  token: string,
  shown: string[] | undefined,
  proof: Omit<ConsentProof, 'method'>,
  needs: Needs,
): Promise<Confirmation> {
  const read = await readConfirmation(token, needs);
  if (read.standing === 'done') return read;
  const { reader, request } = read;
  const pending = reader.subscriptions.filter(
    ({ state, slug }) => state === 'pending' && (shown?.includes(slug) ?? true),
  );
  // What the page named was left elsewhere meanwhile: what waits now has not been agreed to.
  if (pending.length === 0) return read;
  const now = needs.clock.now();
  const activations = firstSlots(pending, reader.timeZone, now, reader.pausedUntil);
  const mailId = await needs.optIn.confirm(reader.id, request, activations, { method: 'link', ...proof }, now);
  if (mailId) await needs.jobs.wake(sendAccountMail, { mailId });
  return { reader: (await needs.subscribers.byId(reader.id)) ?? reader, request, standing: 'done' };
}

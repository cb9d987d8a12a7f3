import type { Clock } from '../kernel/clock.ts';
import { TokenForged, type Tokens } from '../kernel/tokens.ts';
import { firstSlots } from './schedule.ts';
import type { SubscriberStore } from './store.ts';
import type { ConsentProof, Subscriber, Subscription } from './subscriber.ts';

interface Needs {
  subscribers: Pick<SubscriberStore, 'byId' | 'activate' | 'end'>;
  tokens: Tokens;
  clock: Clock;
}

export interface Leaving {
  reader: Subscriber;
  /** Undefined when the link was for everything. */
  subscription: Subscription | undefined;
}

/**
 * What an unsubscribe link is about. Such links never expire.
 * @throws TokenForged when the signature does not hold or the reader has been erased
 */
export async function readUnsubscribe(token: string, { subscribers, tokens, clock }: Needs): Promise<Leaving> {
  const [subscriberId = 0, newsletterId] = tokens.open('unsubscribe', token, clock.now());
  const reader = await subscribers.byId(subscriberId);
  if (!reader) throw new TokenForged();
  return { reader, subscription: reader.subscriptions.find((s) => s.newsletterId === newsletterId) };
}

/** Ends the subscription the link names, or everything. Doing it twice is harmless. */
export async function unsubscribe(
  token: string,
  scope: 'this' | 'all',
  proof: ConsentProof,
  needs: Needs,
): Promise<Leaving> {
  const leaving = await readUnsubscribe(token, needs);
  const which = scope === 'this' && leaving.subscription ? [leaving.subscription.newsletterId] : 'all';
  await needs.subscribers.end(leaving.reader.id, which, proof, needs.clock.now());
  return leaving;
}

/** Takes back the reader's last leaving, whatever it ended; the page offers it right afterwards. */
export async function undoUnsubscribe(token: string, proof: ConsentProof, needs: Needs): Promise<Leaving> {
  const leaving = await readUnsubscribe(token, needs);
  const ended = leaving.reader.subscriptions.filter(({ state }) => state === 'unsubscribed');
  const last = Math.max(...ended.map(endedAt));
  const now = needs.clock.now();
  const activations = firstSlots(
    ended.filter((subscription) => endedAt(subscription) === last),
    leaving.reader.timeZone,
    now,
    leaving.reader.pausedUntil,
  );
  await needs.subscribers.activate(leaving.reader.id, activations, 'resubscribed', proof, now);
  return leaving;
}

const endedAt = (subscription: Subscription): number => subscription.endedAt?.getTime() ?? 0;

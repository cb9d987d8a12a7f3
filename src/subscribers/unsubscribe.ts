import type { Clock } from '../kernel/clock.ts';
import type { Tokens } from '../kernel/tokens.ts';
import { firstSlots } from './schedule.ts';
import type { SubscriberStore } from './store.ts';
import type { ConsentProof, Subscriber, Subscription } from './subscriber.ts';

interface Needs {
  subscribers: Pick<SubscriberStore, 'byId' | 'activate' | 'end'>;
  tokens: Tokens;
  clock: Clock;
}

export type Scope = 'this' | 'all';

export interface Leaving {
  reader: Subscriber;
  /** Undefined when the link was for everything. */
  subscription: Subscription | undefined;
}

/** Erased readers have nothing left to stop: what they asked for has been done long ago. */
export type Gone = null;

/**
 * What an unsubscribe link is about. Such links never expire.
 * @throws TokenForged when the signature does not hold
 */
export async function readUnsubscribe(token: string, { subscribers, tokens, clock }: Needs): Promise<Leaving | Gone> {
  const [subscriberId = 0, newsletterId] = tokens.open('unsubscribe', token, clock.now());
  const reader = await subscribers.byId(subscriberId);
  if (!reader) return null;
  return { reader, subscription: reader.subscriptions.find((s) => s.newsletterId === newsletterId) };
}

/** Ends the subscription the link names, or everything. Doing it twice is harmless. */
export async function unsubscribe(
  token: string,
  scope: Scope,
  proof: ConsentProof,
  needs: Needs,
): Promise<Leaving | Gone> {
  const leaving = await readUnsubscribe(token, needs);
  if (!leaving) return null;
  const { reader, subscription } = leaving;
  const which = scope === 'this' && subscription ? [subscription.newsletterId] : 'all';
  await needs.subscribers.end(
    reader.id,
    which,
    { wording: asked(which === 'all', subscription), ...proof },
    needs.clock.now(),
  );
  return readUnsubscribe(token, needs);
}

/** Takes back a leaving, with whatever it ended: the one of this link's newsletter, or the reader's last. */
export async function undoUnsubscribe(
  token: string,
  scope: Scope,
  proof: ConsentProof,
  needs: Needs,
): Promise<Leaving | Gone> {
  const leaving = await readUnsubscribe(token, needs);
  if (!leaving) return null;
  const { reader, subscription } = leaving;
  const ended = reader.subscriptions.filter(({ state }) => state === 'unsubscribed');
  const own = scope === 'this' && subscription ? endedAt(subscription) : Math.max(...ended.map(endedAt));
  const now = needs.clock.now();
  const activations = firstSlots(
    ended.filter((one) => endedAt(one) === own),
    reader.timeZone,
    now,
    leaving.reader.pausedUntil,
  );
  await needs.subscribers.activate(reader.id, activations, 'resubscribed', { wording: 'Get it again', ...proof }, now);
  return readUnsubscribe(token, needs);
}

/** The words under which it was asked. */
const asked = (everything: boolean, subscription: Subscription | undefined): string =>
  everything ? 'Stop getting all our newsletters' : `Stop getting ${subscription?.name}`;

const endedAt = (subscription: Subscription): number => subscription.endedAt?.getTime() ?? 0;

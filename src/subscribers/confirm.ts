import type { Clock } from '../kernel/clock.ts';
import { TokenForged, type Tokens } from '../kernel/tokens.ts';
import { firstSlots } from './schedule.ts';
import type { SubscriberStore } from './store.ts';
import type { ConsentProof, Subscriber } from './subscriber.ts';

interface Needs {
  subscribers: Pick<SubscriberStore, 'byId' | 'activate'>;
  tokens: Tokens;
  clock: Clock;
}

/**
 * What a confirmation link is about, without changing anything.
 * @throws TokenExpired after 7 days; TokenForged when the signature does not hold or the reader is gone
 */
export async function readConfirmation(token: string, { subscribers, tokens, clock }: Needs): Promise<Subscriber> {
  const [subscriberId = 0] = tokens.open('confirm', token, clock.now());
  const reader = await subscribers.byId(subscriberId);
  if (!reader) throw new TokenForged();
  return reader;
}

/** Turns pending subscriptions into active ones. Pressing twice is harmless. */
export async function confirm(token: string, proof: Omit<ConsentProof, 'method'>, needs: Needs): Promise<Subscriber> {
  const reader = await readConfirmation(token, needs);
  const pending = reader.subscriptions.filter(({ state }) => state === 'pending');
  const now = needs.clock.now();
  const activations = firstSlots(pending, reader.timeZone, now, reader.pausedUntil);
  await needs.subscribers.activate(reader.id, activations, 'confirmed', { method: 'link', ...proof }, now);
  return (await needs.subscribers.byId(reader.id)) ?? reader;
}

import type { Clock } from '../kernel/clock.ts';
import { DomainError, NotFound } from '../kernel/errors.ts';
import type { SubscriberStore } from './store.ts';
import type { Subscription } from './subscriber.ts';

interface Needs {
  subscribers: Pick<SubscriberStore, 'byId' | 'end'>;
  clock: Clock;
}

class AlreadyLeft extends DomainError {
  constructor(newsletter: string) {
    super('already-left', 'conflict', `They have left ${newsletter} already. Nothing more is needed.`);
  }
}

/**
 * Ends one subscription for a reader who asked staff for it.
 * @returns the subscription as it was
 * @throws NotFound for an unknown reader or a newsletter they never wanted; AlreadyLeft
 */
export async function endSubscription(
  readerId: number,
  newsletterId: number,
  { subscribers, clock }: Needs,
): Promise<Subscription> {
  const reader = await subscribers.byId(readerId);
  if (!reader) throw new NotFound('reader');
  const subscription = reader.subscriptions.find((s) => s.newsletterId === newsletterId);
  if (!subscription) throw new NotFound('subscription');
  if (subscription.state === 'unsubscribed') throw new AlreadyLeft(subscription.name);
  await subscribers.end(readerId, [newsletterId], { method: 'staff' }, clock.now());
  return subscription;
}

import { nextSlot } from '../newsletters/next-slot.ts';
import type { Activation, Subscription } from './subscriber.ts';

/** When each of these newsletters is next due for a reader in `timeZone`. */
export const firstSlots = (
  newsletters: Pick<Subscription, 'newsletterId' | 'kind' | 'sendAt' | 'servedOn'>[],
  timeZone: string,
  now: Date,
): Activation[] =>
  newsletters.map(({ newsletterId, kind, sendAt, servedOn }) => ({
    newsletterId,
    nextDueAt: kind === 'digest' ? nextSlot(sendAt, timeZone, now, servedOn).at : null,
  }));

import { everyDay, nextSlot, type Rhythm } from '../newsletters/next-slot.ts';
import type { Activation, Subscription } from './subscriber.ts';

type Scheduled = Pick<Subscription, 'newsletterId' | 'kind' | 'sendAt' | 'servedOn'> & Partial<Rhythm>;

/** When each of these newsletters is next due for a reader in `timeZone`, who may have paused all of them. */
export const firstSlots = (
  newsletters: Scheduled[],
  timeZone: string,
  now: Date,
  pausedUntil?: Date | null,
): Activation[] =>
  newsletters.map(({ newsletterId, kind, sendAt, servedOn, ...own }) => {
    const rhythm = { ...everyDay, ...own };
    const after = afterPause(now, pausedUntil);
    const next = () => nextSlot(rhythm.ownTime ?? sendAt, timeZone, after, servedOn, rhythm).at;
    return { newsletterId, nextDueAt: kind === 'digest' ? next() : null };
  });

/** The instant after which slots count again: one at the very start of the date is the first of them. */
export const afterPause = (now: Date, pausedUntil: Date | null | undefined): Date =>
  pausedUntil && pausedUntil > now ? new Date(pausedUntil.getTime() - 1) : now;

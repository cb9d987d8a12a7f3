import { nextSlot, type Served } from '../newsletters/next-slot.ts';
import { type Rhythm, type Timetable, whenFor } from '../newsletters/timetable.ts';
import type { Activation, Subscription } from './subscriber.ts';

type Scheduled = Pick<Subscription, 'newsletterId' | 'kind' | keyof Timetable | keyof Rhythm | keyof Served>;

/** When each of these newsletters is next due for a reader in `timeZone`, who may have paused all of them. */
export const firstSlots = (
  newsletters: Scheduled[],
  timeZone: string,
  now: Date,
  pausedUntil?: Date | null,
): Activation[] =>
  newsletters.map((one) => {
    const next = () => nextSlot(whenFor(one, one), timeZone, afterPause(now, pausedUntil), one).at;
    return { newsletterId: one.newsletterId, nextDueAt: one.kind === 'digest' ? next() : null };
  });

/** The instant after which slots count again: one at the very start of the date is the first of them. */
export const afterPause = (now: Date, pausedUntil: Date | null | undefined): Date =>
  pausedUntil && pausedUntil > now ? new Date(pausedUntil.getTime() - 1) : now;

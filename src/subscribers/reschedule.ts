import type { Clock } from '../kernel/clock.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { nextSlot, slotOfToday } from '../newsletters/next-slot.ts';
import { whenFor } from '../newsletters/timetable.ts';
import { afterPause } from './schedule.ts';
import type { SubscriberStore } from './store.ts';

interface Needs {
  subscribers: Pick<SubscriberStore, 'zonesOf' | 'moveZones'>;
  clock: Clock;
}

/**
 * After a newsletter's days or times have changed: moves the next slot of everybody who has chosen no other ones to them.
 * What is already served stays served; who was still to have one today is not left without, should the new time have gone
 * by.
 */
export async function reschedule(newsletter: Newsletter, { subscribers, clock }: Needs): Promise<void> {
  if (newsletter.kind !== 'digest') return;
  const now = clock.now();
  const moves = (await subscribers.zonesOf(newsletter.id, now)).map((zone) => {
    const { timeZone, pausedUntil, waitsToday } = zone;
    const when = whenFor(newsletter, zone);
    const slot =
      waitsToday && !pausedUntil
        ? slotOfToday(when, timeZone, now, zone)
        : nextSlot(when, timeZone, afterPause(now, pausedUntil), zone);
    return { zone, at: slot.at };
  });
  await subscribers.moveZones(newsletter.id, moves, now);
}

import type { Clock } from '../kernel/clock.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { nextSlot, slotAfterMove } from '../newsletters/next-slot.ts';
import { afterPause } from './schedule.ts';
import type { SubscriberStore } from './store.ts';

interface Needs {
  subscribers: Pick<SubscriberStore, 'zonesOf' | 'moveZones'>;
  clock: Clock;
}

/**
 * After a newsletter's time of day has changed: moves the next slot of everybody who has chosen no other one to it. A date
 * already served stays served; who was still to have today's is not left without, should the new time have gone by.
 */
export async function reschedule({ id, kind, sendAt }: Newsletter, { subscribers, clock }: Needs): Promise<void> {
  if (kind !== 'digest') return;
  const now = clock.now();
  const moves = (await subscribers.zonesOf(id, now)).map((zone) => {
    const { timeZone, servedOn, pausedUntil, ownTime, waitsToday } = zone;
    const time = ownTime ?? sendAt;
    const slot =
      waitsToday && !pausedUntil
        ? slotAfterMove(time, timeZone, now, { from: timeZone, servedOn, due: now }, zone)
        : nextSlot(time, timeZone, afterPause(now, pausedUntil), servedOn, zone);
    return { zone, at: slot.at };
  });
  await subscribers.moveZones(id, moves, now);
}

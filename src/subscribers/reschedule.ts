import type { Clock } from '../kernel/clock.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { nextSlot } from '../newsletters/next-slot.ts';
import { afterPause } from './schedule.ts';
import type { SubscriberStore } from './store.ts';

interface Needs {
  subscribers: Pick<SubscriberStore, 'zonesOf' | 'moveZones'>;
  clock: Clock;
}

/**
 * After a newsletter's time of day has changed: moves the next slot of everybody who has chosen no other one to it. A date
 * already served stays served.
 */
export async function reschedule({ id, kind, sendAt }: Newsletter, { subscribers, clock }: Needs): Promise<void> {
  if (kind !== 'digest') return;
  const now = clock.now();
  const moves = (await subscribers.zonesOf(id, now)).map((zone) => {
    const after = afterPause(now, zone.pausedUntil);
    return { zone, at: nextSlot(zone.ownTime ?? sendAt, zone.timeZone, after, zone.servedOn, zone).at };
  });
  await subscribers.moveZones(id, moves, now);
}

import type { Clock } from '../kernel/clock.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { nextSlot } from '../newsletters/next-slot.ts';
import type { SubscriberStore } from './store.ts';

interface Needs {
  subscribers: Pick<SubscriberStore, 'zonesOf' | 'moveZone'>;
  clock: Clock;
}

/** After a newsletter's time of day has changed: moves everybody's next slot to it. A date already served stays served. */
export async function reschedule({ id, kind, sendAt }: Newsletter, { subscribers, clock }: Needs): Promise<void> {
  if (kind !== 'digest') return;
  for (const zone of await subscribers.zonesOf(id)) {
    await subscribers.moveZone(id, zone, nextSlot(sendAt, zone.timeZone, clock.now(), zone.servedOn).at);
  }
}

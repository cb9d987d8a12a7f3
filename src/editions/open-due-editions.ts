import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { nextSlot } from '../newsletters/next-slot.ts';
import { whenFor } from '../newsletters/timetable.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { DigestPlanStore } from './digest-plan-store.ts';
import { isHeld } from './hold-digest.ts';
import type { EditionStore } from './store.ts';
import { wakeOwedFanOuts } from './wake-owed-fan-outs.ts';

interface Needs {
  editions: EditionStore;
  digestPlans: DigestPlanStore;
  newsletters: { byId(id: number): Promise<Newsletter | undefined> };
  jobs: Jobs;
  clock: Clock;
  log: Log;
}

/** Later than this, an edition says so. */
const PUNCTUAL_MS = 10 * 60_000;

/** The tick: opens what is due, passes over what is too late to be of use, and wakes alerts whose countdown is over. */
export async function openDueEditions(needs: Needs): Promise<void> {
  const { editions, clock, log } = needs;
  for (const due of await editions.dueSlots(clock.now())) {
    // One newsletter's trouble is no other's.
    await openOrPass(due, needs).catch((err: unknown) => log.error({ err, ...due }, 'a slot could not be opened'));
  }
  await wakeOwedFanOuts(needs);
}

async function openOrPass(due: { newsletterId: number; slot: Date }, needs: Needs): Promise<void> {
  const { editions, newsletters, clock, log } = needs;
  const newsletter = await newsletters.byId(due.newsletterId);
  if (!newsletter) return;
  const now = clock.now();
  const lateMs = now.getTime() - due.slot.getTime();
  const existing = await editions.slotStatus(newsletter.id, due.slot);
  // It goes on with these readers when somebody resumes it, and passes them over when it is cancelled.
  if (existing?.status === 'paused') return;
  if (lateMs > newsletter.latenessMinutes * 60_000 || existing?.status === 'cancelled') {
    log.warn(
      { newsletter: newsletter.slug, slot: due.slot },
      'a slot is past its lateness limit or cancelled; on to the next',
    );
    return pass(newsletter, due.slot, needs);
  }
  if (await isHeld(newsletter, due.slot, needs)) return;
  await editions.openSlot(newsletter.id, due.slot, lateMs > PUNCTUAL_MS, now);
}

/** On to the first slot that is still of use: after a long outage that may be one of this morning, which then is late. */
async function pass(newsletter: Newsletter, slot: Date, { editions, clock }: Needs): Promise<void> {
  const after = new Date(Math.max(slot.getTime(), clock.now().getTime() - newsletter.latenessMinutes * 60_000));
  for (const zone of await editions.zonesDue(newsletter.id, slot)) {
    const next = nextSlot(whenFor(newsletter, zone), zone.timeZone, after, zone);
    await editions.passSlot(newsletter.id, slot, zone, next.at);
  }
}

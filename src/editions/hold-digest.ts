import type { Newsletter } from '../newsletters/newsletter.ts';
import { slotPlans } from './digest-issue.ts';
import type { DigestPlanStore } from './digest-plan-store.ts';
import type { EditionStore } from './store.ts';

interface Needs {
  digestPlans: Pick<DigestPlanStore, 'plansAround'>;
  editions: Pick<EditionStore, 'zonesDue'>;
}

/** Whether an editor holds back what every reader of a slot would get. Where it is held for some of them, planning passes over those. */
export async function isHeld(newsletter: Newsletter, slot: Date, { digestPlans, editions }: Needs): Promise<boolean> {
  const held = (await digestPlans.plansAround(newsletter.id, slot)).filter(({ heldAt }) => heldAt);
  if (held.length === 0) return false;
  const planOf = slotPlans(newsletter, slot, held);
  return (await editions.zonesDue(newsletter.id, slot)).every(({ timeZone }) => planOf(timeZone));
}

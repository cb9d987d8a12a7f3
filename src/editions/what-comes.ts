import type { Newsletter } from '../newsletters/newsletter.ts';
import type { ComingDigest, CountingDown } from './coming.ts';
import type { ComingStore } from './coming-store.ts';
import { contentOf, type OnDesk } from './digest-desk.ts';
import { issueOf, nameOf } from './digest-issue.ts';
import type { DigestPlanStore } from './digest-plan-store.ts';

interface Needs {
  coming: ComingStore;
  digestPlans: DigestPlanStore;
  due: { nextSlots(most: number): Promise<Slot[]> };
  newsletters: { all(): Promise<Newsletter[]> };
  stock: { readersOf(newsletterId: number): Promise<{ readers: number; countedAt: Date | null }> };
  clock: { now(): Date };
}

interface Slot {
  newsletterId: number;
  at: Date;
}

/** More than a day has: readers choose half hours, offsets from UTC are quarters, and each newsletter has its own minute. */
const SLOTS = 150;
const DAY_MS = 86_400_000;
const ALERTS = 10;
const DIGESTS = 12;
const HEADLINES = 5;
const COUNTED = 100;

/** What goes out next, when, to how many, and what would be in it now. */
export async function whatComes(needs: Needs): Promise<{ alerts: CountingDown[]; digests: ComingDigest[] }> {
  const { coming, due, newsletters } = needs;
  const [alerts, all, slots] = await Promise.all([
    coming.countingDown(ALERTS),
    newsletters.all(),
    due.nextSlots(SLOTS),
  ]);
  const digests = all
    .filter(({ kind, active }) => kind === 'digest' && active)
    .map((newsletter) => ({ newsletter, slots: slots.filter(({ newsletterId }) => newsletterId === newsletter.id) }))
    .toSorted((a, b) => startOf(a.slots) - startOf(b.slots))
    .slice(0, DIGESTS);
  return { alerts, digests: await Promise.all(digests.map((digest) => nextIssue(digest, needs))) };
}

const startOf = ([first]: Slot[]): number => first?.at.getTime() ?? Number.POSITIVE_INFINITY;

async function nextIssue(
  { newsletter, slots }: { newsletter: Newsletter; slots: Slot[] },
  needs: Needs,
): Promise<ComingDigest> {
  const { id, name, slug } = newsletter;
  const at = slots[0]?.at ?? null;
  // The same local hour comes round once in a day.
  const round = slots.filter((slot) => at && slot.at.getTime() < at.getTime() + DAY_MS);
  const desk = at ? await onDesk(newsletter, at, needs) : null;
  const [count, found] = await Promise.all([
    needs.stock.readersOf(id),
    desk ? contentOf(desk, needs).then(({ articles }) => articles) : [],
  ]);
  return {
    ...{ newsletterId: id, newsletter: name, slug, at },
    ...{ further: Math.max(0, round.length - 1), last: round.at(-1)?.at ?? null },
    ...count,
    ...{ issue: desk && nameOf(desk.plan), held: desk?.plan.heldAt != null, paused: desk?.paused[0]?.id ?? null },
    headlines: found.slice(0, HEADLINES),
    more: Math.max(0, Math.min(found.length, COUNTED) - HEADLINES),
    moreThan: found.length > COUNTED,
  };
}

/** As it stands on the desk. */
async function onDesk(newsletter: Newsletter, slot: Date, { digestPlans }: Needs): Promise<OnDesk> {
  const [first] = await digestPlans.zoneOfEach(newsletter.id, [slot]);
  const issue = issueOf(newsletter, slot, first?.timeZone ?? 'UTC');
  const [plan, paused] = await Promise.all([
    digestPlans.planOf(newsletter.id, issue),
    digestPlans.pausedAt(newsletter.id, [slot]),
  ]);
  return { newsletter, plan, slots: [slot], paused, others: [] };
}

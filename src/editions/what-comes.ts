import type { Newsletter } from '../newsletters/newsletter.ts';
import { chooseArticles, type Readers } from './choose-articles.ts';
import type { ComingDigest, CountingDown } from './coming.ts';
import type { ComingStore } from './coming-store.ts';
import { newsFor } from './news.ts';

interface Needs {
  coming: ComingStore;
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
/** Articles of one story are one headline. */
const LOOKED_AT = 2 * COUNTED;

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
  const [count, found] = await Promise.all([needs.stock.readersOf(id), at ? contentOf(id, at, needs) : []]);
  return {
    ...{ newsletterId: id, newsletter: name, slug, at },
    ...{ further: Math.max(0, round.length - 1), last: round.at(-1)?.at ?? null },
    ...count,
    headlines: found.slice(0, HEADLINES),
    more: Math.max(0, Math.min(found.length, COUNTED) - HEADLINES),
    moreThan: found.length > COUNTED,
  };
}

async function contentOf(newsletterId: number, slot: Date, { coming, clock }: Needs) {
  const servedUntil = await coming.servedUntil(newsletterId, slot);
  const readers: Readers = { servedUntil, frequency: 'daily', topicIds: [], alerted: [] };
  const edition = { id: 0, newsletterId, asOf: slot };
  return chooseArticles(
    edition,
    readers,
    await newsFor(edition, readers, { until: clock.now(), most: LOOKED_AT }, coming),
  );
}

import type { Newsletter } from '../newsletters/newsletter.ts';
import { quietUntil } from '../newsletters/quiet-hours.ts';
import type { Draft, RecentAlert } from './draft-store.ts';
import { LEAST_FOR_CANARY } from './edition.ts';

interface Count {
  readers: number;
  /** Null when it was this moment. */
  countedAt: Date | null;
}

interface Needs {
  drafts: {
    recentAlerts(since: Date): Promise<RecentAlert[]>;
    possiblyWrong(chain: number[]): Promise<number>;
  };
  newsletters: { byId(id: number): Promise<Newsletter | undefined> };
  stock: {
    readersOf(newsletterId: number): Promise<Count>;
    byTopic(newsletterId: number, all: Count): Promise<{ topic: string | null; readers: number }[]>;
    byZone(newsletterId: number, all: Count): Promise<{ timeZone: string; readers: number }[]>;
  };
  stocks: { usualRate(): Promise<number | null> };
  clock: { now(): Date };
}

const DAY_MS = 86_400_000;

/** How many an alert released now would reach. */
export async function readersOf(draft: Draft, { drafts, stock }: Pick<Needs, 'drafts' | 'stock'>): Promise<Count> {
  if (draft.corrects === null) return stock.readersOf(draft.newsletterId);
  return { readers: await drafts.possiblyWrong(draft.chain), countedAt: null };
}

/** Who gets an alert that is released now, how long it takes, and what they have had already. */
export async function deskOf(draft: Draft, needs: Needs) {
  const { drafts, newsletters, stock, stocks, clock } = needs;
  const now = clock.now();
  const count = await readersOf(draft, needs);
  const isCorrection = draft.corrects !== null;
  const [newsletter, topics, zones, rate, recent] = await Promise.all([
    newsletters.byId(draft.newsletterId),
    isCorrection ? [] : stock.byTopic(draft.newsletterId, count),
    isCorrection ? [] : stock.byZone(draft.newsletterId, count),
    stocks.usualRate(),
    drafts.recentAlerts(new Date(now.getTime() - DAY_MS)),
  ]);
  const asleep = newsletter ? zones.filter(({ timeZone }) => quietUntil(newsletter, timeZone, now)) : [];
  const most = newsletter?.alertsPerDay ?? null;
  const sleepers = asleep.reduce((sum, zone) => sum + zone.readers, 0);
  return {
    readers: count.readers,
    countedAt: count.countedAt?.toISOString(),
    topics: topics.length > 1 ? topics : [],
    quiet: { readers: sleepers, rule: newsletter?.quietRule },
    // Who has a wrong text is in no list of zones: the tick is there whenever there are such hours.
    mayWake: sleepers > 0 || (isCorrection && newsletter?.quietFrom !== null),
    recent: recent.map(({ asOf, ...alert }) => ({ ...alert, asOf: asOf.toISOString() })),
    cap: most !== null && !isCorrection && recent.length >= most ? most : null,
    canary: !isCorrection && count.readers >= LEAST_FOR_CANARY ? { proposed: newsletter?.canary ?? false } : null,
    minutes: rate === null ? null : Math.ceil(count.readers / rate / 60),
    rate: rate === null ? null : Math.round(rate),
  };
}

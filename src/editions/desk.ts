import type { Newsletter } from '../newsletters/newsletter.ts';
import { quietUntil } from '../newsletters/quiet-hours.ts';
import type { Draft, RecentAlert } from './draft-store.ts';

interface Count {
  readers: number;
  /** Null when it was this moment. */
  countedAt: Date | null;
}

interface Needs {
  drafts: {
    recentAlerts(newsletterId: number, since: Date): Promise<RecentAlert[]>;
    possiblyWrong(editionId: number): Promise<number>;
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

/** Who gets an alert that is released now, how long it takes, and what they have had already. */
export async function deskOf(draft: Draft, needs: Needs) {
  const { drafts, newsletters, stock, stocks, clock } = needs;
  const now = clock.now();
  const all = await stock.readersOf(draft.newsletterId);
  const [newsletter, count, topics, zones, rate, recent] = await Promise.all([
    newsletters.byId(draft.newsletterId),
    draft.corrects === null
      ? all
      : drafts.possiblyWrong(draft.corrects).then((readers) => ({ readers, countedAt: null })),
    stock.byTopic(draft.newsletterId, all),
    stock.byZone(draft.newsletterId, all),
    stocks.usualRate(),
    drafts.recentAlerts(draft.newsletterId, new Date(now.getTime() - DAY_MS)),
  ]);
  const asleep = newsletter ? zones.filter(({ timeZone }) => quietUntil(newsletter, timeZone, now)) : [];
  const most = newsletter?.alertsPerDay ?? null;
  return {
    readers: count.readers,
    countedAt: count.countedAt?.toISOString(),
    topics: topics.length > 1 ? topics : [],
    quiet: { readers: asleep.reduce((sum, zone) => sum + zone.readers, 0), rule: newsletter?.quietRule },
    recent: recent.map(({ asOf, ...alert }) => ({ ...alert, asOf: asOf.toISOString() })),
    cap: most !== null && recent.length >= most ? most : null,
    canary: newsletter?.canary ?? false,
    minutes: rate === null ? null : Math.ceil(count.readers / rate / 60),
    rate: rate === null ? null : Math.round(rate),
  };
}

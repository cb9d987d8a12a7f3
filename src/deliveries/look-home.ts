import type { FailingSource } from '../articles/sources/source.ts';
import { whatComes } from '../editions/what-comes.ts';
import type { Moves } from '../subscribers/subscriber.ts';
import type { HomeStore } from './home-store.ts';
import type { ReportStore } from './report-store.ts';

type Needs = Parameters<typeof whatComes>[0] & {
  home: HomeStore;
  reports: Pick<ReportStore, 'latest'>;
  sourceHealth: { failing(limit: number): Promise<FailingSource[]> };
  articles: { latest(limit: number, asOf: Date): Promise<unknown[]> };
  consents: { moves(since: Date, now: Date): Promise<Moves> };
  readers: { newest(before: null, limit: number): Promise<unknown[]> };
  stock: { growth(days: number): Promise<{ newsletterId: number; day: string; readers: number }[]> };
  people: { adminsWithoutSecondStep(): Promise<number> };
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EDITIONS = 8;
const TROUBLES = 5;
const GROWTH_DAYS = 60;

/**
 * Everything Home tells, in statements that stay small however many readers there are. Three questions at a time, so that
 * one page takes three connections.
 */
export async function lookHome(needs: Needs) {
  const now = needs.clock.now();
  const since = new Date(now.getTime() - DAY_MS);
  const [coming, editions, around] = await Promise.all([
    whatComes(needs),
    lookAtEditions(since, now, needs),
    lookAround(since, now, needs),
  ]);
  return { now, coming, ...editions, ...around };
}

export type HomeSeen = Awaited<ReturnType<typeof lookHome>>;

async function lookAtEditions(since: Date, now: Date, { home, reports }: Needs) {
  return {
    editions: await reports.latest(EDITIONS),
    paused: await home.paused(TROUBLES),
    doomed: await home.doomed(new Date(now.getTime() - HOUR_MS), TROUBLES),
    unhappy: await home.unhappy(since, TROUBLES),
    incomplete: await home.incomplete(since, TROUBLES),
    waiting: await home.waitingLongest(new Date(now.getTime() - HOUR_MS)),
    sums: await home.sums(since, now),
    workers: await home.workers(),
  };
}

async function lookAround(since: Date, now: Date, needs: Needs) {
  const { sourceHealth, articles, consents, readers, stock, people, newsletters } = needs;
  return {
    failing: await sourceHealth.failing(TROUBLES),
    openAdmins: await people.adminsWithoutSecondStep(),
    moves: await consents.moves(since, now),
    growth: await stock.growth(GROWTH_DAYS),
    newsletters: await newsletters.all(),
    hasReaders: (await readers.newest(null, 1)).length > 0,
    hasArticles: (await articles.latest(1, now)).length > 0,
  };
}

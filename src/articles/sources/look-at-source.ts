import type { Clock } from '../../kernel/clock.ts';
import { NotFound } from '../../kernel/errors.ts';
import { historyOf } from './history-view.ts';
import type { PollStore } from './poll-store.ts';
import type { SourcePageStore } from './source-page-store.ts';
import { sourceRow } from './source-view.ts';

/** An item of a source that could not become an article. */
interface Quarantined {
  headline: string | null;
  url: string | null;
  reason: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
  /** Polls it was met in. */
  times: number;
}

export interface LookNeeds {
  sourcePages: SourcePageStore;
  polls: Pick<PollStore, 'latest'>;
  quarantine: { ofSource(id: number): Promise<Quarantined[]> };
  clock: Clock;
}

const NEWEST = 10;

/** Everything there is to know about one source. @throws NotFound */
export async function lookAtSource(id: number, { sourcePages, polls, quarantine, clock }: LookNeeds) {
  const now = clock.now();
  const seen = await sourcePages.health(id, now);
  if (!seen) throw new NotFound('source');
  const [history, newest, quarantined] = await Promise.all([
    polls.latest(id),
    sourcePages.newest(id, NEWEST),
    quarantine.ofSource(id),
  ]);
  return { source: sourceRow(seen, now), history: historyOf(history), newest, quarantined: quarantined.map(leftOut) };
}

const leftOut = ({ firstSeenAt, lastSeenAt, url, ...item }: Quarantined) => ({
  ...item,
  url: url && /^https?:/.test(url) ? url : null,
  firstSeenAt: firstSeenAt.toISOString(),
  lastSeenAt: lastSeenAt.toISOString(),
});

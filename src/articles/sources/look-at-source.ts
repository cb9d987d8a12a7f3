import type { Clock } from '../../kernel/clock.ts';
import { NotFound } from '../../kernel/errors.ts';
import type { Quarantined, QuarantineStore } from '../quarantine-store.ts';
import { historyOf } from './history-view.ts';
import type { PollStore } from './poll-store.ts';
import type { SourcePageStore } from './source-page-store.ts';
import { sourceRow } from './source-view.ts';

export interface LookNeeds {
  sourcePages: SourcePageStore;
  polls: Pick<PollStore, 'latest'>;
  quarantine: Pick<QuarantineStore, 'ofSource'>;
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

const leftOut = ({ firstSeenAt, lastSeenAt, ...item }: Quarantined) => ({
  ...item,
  firstSeenAt: firstSeenAt.toISOString(),
  lastSeenAt: lastSeenAt.toISOString(),
});

import type { Live } from '../platform/queue/live.ts';
import { noTally, type Tally, topicOf } from './progress.ts';

/** What can be seen of an edition while it goes out. */
export interface Moving extends Tally {
  /** Accepted in each of the last seconds, the newest last. */
  rates: number[];
}

const REMEMBERED_S = 60;

/** Listens to every worker of an edition. `look` is for once a second. */
export async function watchEdition(editionId: number, live: Live) {
  const tallies = new Map<string, Tally>();
  const stop = await live.listen<Tally>(topicOf(editionId, '*'), (topic, tally) => tallies.set(topic, tally));
  const rates: number[] = [];
  let seen: { accepted: number; at: number } | undefined;

  return {
    stop,
    look: (): Moving => {
      const whole = [...tallies.values()].reduce(plus, noTally());
      const at = performance.now();
      // The first look meets what went out before anybody looked.
      if (seen) rates.push(Math.round((1000 * Math.max(0, whole.accepted - seen.accepted)) / (at - seen.at)));
      seen = tallies.size > 0 || seen ? { accepted: whole.accepted, at } : undefined;
      if (rates.length > REMEMBERED_S) rates.shift();
      return { ...whole, rates: [...rates] };
    },
  };
}

const plus = (a: Tally, b: Tally): Tally => ({
  accepted: a.accepted + b.accepted,
  deferred: a.deferred + b.deferred,
  failed: a.failed + b.failed,
  uncertain: a.uncertain + b.uncertain,
  reasons: joined(a.reasons, b.reasons, (x = 0, y = 0) => x + y),
  providers: joined(a.providers, b.providers, (x = none, y = none) => ({
    accepted: x.accepted + y.accepted,
    others: x.others + y.others,
  })),
  waits: a.waits.map((readers, n) => readers + (b.waits[n] ?? 0)),
  firstMs: a.firstMs === null ? b.firstMs : Math.min(a.firstMs, b.firstMs ?? a.firstMs),
});

const none = { accepted: 0, others: 0 };

const joined = <T>(a: Record<string, T>, b: Record<string, T>, add: (x?: T, y?: T) => T): Record<string, T> =>
  Object.fromEntries([...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [key, add(a[key], b[key])]));

import type { Live } from '../platform/queue/live.ts';
import { bucketOf, type Closing, WAITS } from './delivery.ts';
import { providerOf } from './providers.ts';

/** What one worker process has done for an edition since it began with it. Adding up those of all workers is the whole. */
export interface Tally {
  accepted: number;
  deferred: number;
  failed: number;
  uncertain: number;
  /** Of what was not accepted. */
  reasons: Record<string, number>;
  providers: Record<string, { accepted: number; others: number }>;
  /** Accepted, by how long the reader waited: the last place is for more than the longest of `WAITS`. */
  waits: number[];
  /** Milliseconds from the release to the first accepted mail. */
  firstMs: number | null;
}

const EVERY_MS = 500;
/** Editions under way at a time are few; what has been over for long is forgotten. */
const REMEMBERED = 20;

export const topicOf = (editionId: number, node: string): string => `editions.${editionId}.${node}`;

export const noTally = (): Tally => ({
  ...{ accepted: 0, deferred: 0, failed: 0, uncertain: 0, reasons: {}, providers: {}, firstMs: null },
  waits: WAITS.concat(Number.POSITIVE_INFINITY).map(() => 0),
});

/** Tells whoever is looking how editions get on, twice a second while they do. */
export class Progress {
  readonly #live: Live;
  readonly #tallies = new Map<number, Tally>();
  readonly #news = new Set<number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(live: Live) {
    this.#live = live;
  }

  /** @param waitedMs since the edition's release */
  note(editionId: number, email: string, { state, reason, counts }: Closing, waitedMs: number): void {
    if (!counts || state === 'skipped') return;
    const tally = this.#tallyOf(editionId);
    tally[state] += 1;
    const name = providerOf(email);
    const { accepted, others } = tally.providers[name] ?? { accepted: 0, others: 0 };
    tally.providers[name] =
      state === 'accepted' ? { accepted: accepted + 1, others } : { accepted, others: others + 1 };
    if (state === 'accepted') {
      const at = bucketOf(waitedMs / 1000);
      tally.waits[at] = (tally.waits[at] ?? 0) + 1;
      tally.firstMs = Math.min(tally.firstMs ?? waitedMs, waitedMs);
    } else tally.reasons[reason] = (tally.reasons[reason] ?? 0) + 1;
    this.#news.add(editionId);
    this.#timer ??= setTimeout(() => this.#tell(), EVERY_MS).unref();
  }

  #tallyOf(editionId: number): Tally {
    const known = this.#tallies.get(editionId);
    if (known) return known;
    const fresh = noTally();
    this.#tallies.set(editionId, fresh);
    if (this.#tallies.size > REMEMBERED) this.#tallies.delete(this.#tallies.keys().next().value ?? 0);
    return fresh;
  }

  #tell(): void {
    this.#timer = undefined;
    for (const id of this.#news) this.#live.tell(topicOf(id, this.#live.node), this.#tallies.get(id));
    this.#news.clear();
  }
}

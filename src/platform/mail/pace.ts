/** So many a second, evenly, with a tenth of a second's worth of haste: the generic cell rate algorithm (ITU-T I.371). */
export class Pace {
  readonly #perSecond: () => number;
  /** When the next one is due if none comes early, in ms on the monotonic clock. */
  #due = 0;

  /** @param perSecond read anew each time, since shares change as workers come and go */
  constructor(perSecond: () => number) {
    this.#perSecond = perSecond;
  }

  /** Milliseconds until the next one may go; 0 when it may go now. */
  wait(now = performance.now()): number {
    return Math.max(0, this.#due - HASTE_MS - now);
  }

  /** One goes now, or as soon as `wait` has passed. */
  take(now = performance.now()): void {
    this.#due = Math.max(this.#due, now) + 1000 / this.#perSecond();
  }
}

const HASTE_MS = 100;

const MANY = 5000;
/** Nobody is told to come back later than this: an edition may be cancelled meanwhile, and make room. */
const FARTHEST_MS = 10 * 60_000;

/** One pace for each recipient domain. */
export class DomainPaces {
  readonly #perSecond: () => number;
  readonly #patienceMs: number;
  readonly #paces = new Map<string, { now: Pace; later: Pace }>();

  constructor(perSecond: () => number, patienceMs: number) {
    this.#perSecond = perSecond;
    this.#patienceMs = patienceMs;
  }

  /**
   * Milliseconds until this one may go. Beyond our patience it is given a place among those who come back later, or,
   * when it is urgent, comes back for the next place there is.
   */
  wait(address: string, urgent: boolean): number {
    const { now, later } = this.#of(address.slice(address.lastIndexOf('@') + 1).toLowerCase());
    const wait = now.wait();
    if (wait <= this.#patienceMs) {
      now.take();
      return wait;
    }
    if (urgent) return wait;
    if (later.wait() < FARTHEST_MS) later.take();
    return Math.max(wait, later.wait());
  }

  #of(domain: string) {
    const known = this.#paces.get(domain);
    if (known) return known;
    if (this.#paces.size >= MANY) {
      for (const [name, { now }] of this.#paces) if (now.wait() === 0) this.#paces.delete(name);
    }
    const made = { now: new Pace(this.#perSecond), later: new Pace(this.#perSecond) };
    this.#paces.set(domain, made);
    return made;
  }
}

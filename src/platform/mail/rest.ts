const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/** How long one that does not answer is left alone: a second, doubling up to a minute. */
export class Rest {
  #failures = 0;
  #until = 0;

  get over(): boolean {
    return performance.now() >= this.#until;
  }

  /** Many that fail together are one failure. @returns milliseconds, or null when it rests already */
  begin(): number | null {
    if (!this.over) return null;
    const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#until = performance.now() + ms;
    return ms;
  }

  end(): void {
    this.#failures = 0;
    this.#until = 0;
  }
}

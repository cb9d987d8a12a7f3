import type { Clock } from '../../src/kernel/clock.ts';

/** Stands still until it is moved, or until it is told to run. */
export class TestClock implements Clock {
  #now: Date;
  #runsSince: number | undefined;

  constructor(iso: string) {
    this.#now = new Date(iso);
  }

  now(): Date {
    const ran = this.#runsSince === undefined ? 0 : performance.now() - this.#runsSince;
    return new Date(this.#now.getTime() + ran);
  }

  /** From now on it goes with the machine's. */
  runs(): void {
    this.#runsSince = performance.now();
  }

  set(iso: string): void {
    const next = new Date(iso);
    if (Number.isNaN(next.getTime())) throw new Error(`${iso} is no instant`);
    this.#now = next;
  }

  advance(seconds: number): void {
    this.#now = new Date(this.#now.getTime() + seconds * 1000);
  }
}

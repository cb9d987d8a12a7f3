import type { Clock } from '../../src/kernel/clock.ts';

/** Stands still until it is moved. */
export class TestClock implements Clock {
  #now: Date;

  constructor(iso: string) {
    this.#now = new Date(iso);
  }

  now(): Date {
    return new Date(this.#now);
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

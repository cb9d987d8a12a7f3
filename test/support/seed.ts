import type { TestContext } from 'node:test';

/** The same for every run, so that a failure can be looked at again; FAULT_SEED tries other moments. */
const DEFAULT_SEED = 20_261_125;

export interface Chance {
  /** A whole number from `low` up to and including `high`. */
  between(low: number, high: number): number;
  /** Some of the items, in their order. */
  some<T>(items: T[], count: number): T[];
}

/** Says the seed in the test's output. */
export function seeded(t: TestContext): Chance {
  const seed = Number(process.env.FAULT_SEED ?? DEFAULT_SEED);
  t.diagnostic(`FAULT_SEED=${seed}`);
  const next = mulberry32(seed);
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    between,
    some: (items, count) => {
      const chosen = new Set<number>();
      while (chosen.size < Math.min(count, items.length)) chosen.add(between(0, items.length - 1));
      return items.filter((_, at) => chosen.has(at));
    },
  };
}

/** A small generator with 32 bits of state, by Tommy Ettinger (public domain). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

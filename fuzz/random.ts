/** A stream of numbers that a seed determines. */
export interface Random {
  /** From 0 up to, and without, `below`. */
  int(below: number): number;
  pick<T>(from: readonly T[]): T;
  chance(oneIn: number): boolean;
}

/** Mulberry32: small, quick, and good enough to choose what to break. Nearby seeds are apart after the first mixing. */
export function randomOf(...seeds: number[]): Random {
  let state = seeds.reduce((mixed, seed) => mix(mixed ^ Math.imul(seed, 0x9e3779b1)), 0x6d2b79f5);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    return mix(state) / 2 ** 32;
  };
  const int = (below: number) => Math.floor(next() * below);
  return {
    int,
    chance: (oneIn) => int(oneIn) === 0,
    pick: <T>(from: readonly T[]): T => {
      if (from.length === 0) throw new Error('there is nothing to pick from');
      return from[int(from.length)] as T;
    },
  };
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), 1 | value);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return (mixed ^ (mixed >>> 14)) >>> 0;
}

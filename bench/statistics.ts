export interface Spread {
  median: number;
  min: number;
  max: number;
}

/** Undefined when there is nothing. */
export function spreadOf(numbers: (number | undefined)[]): Spread | undefined {
  const sorted = numbers.filter((number) => number !== undefined).sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) return undefined;
  const half = sorted.length / 2;
  const median = ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2;
  return { median, min, max };
}

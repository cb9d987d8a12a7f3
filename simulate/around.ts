import type { Row } from './judge.ts';
import type { Stay } from './life.ts';

const DAYS_MS = 4 * 86_400_000;

/** What a reader wanted and had about a date, a line each: a broken promise cannot be understood without. */
export function around(date: string, stays: Stay[], rows: Row[]): string {
  const about = Date.parse(date);
  const near = (at: number) => Math.abs(at - about) < DAYS_MS;
  const wanted = stays.filter(({ from }, n) => near(from) || (stays[n + 1]?.from ?? about) > about - DAYS_MS);
  const told = [
    ...wanted.map(({ from, pausedUntil, ...stay }) => ({
      at: from,
      ...stay,
      pausedUntil: pausedUntil && iso(pausedUntil),
    })),
    ...rows.filter(({ slot }) => near(slot)).map(({ slot, ...row }) => ({ at: slot, ...row })),
  ];
  return told
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, ...rest }) => `  ${iso(at)} ${JSON.stringify(rest)}\n`)
    .join('');
}

const iso = (at: number): string => new Date(at).toISOString();

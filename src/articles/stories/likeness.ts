import { isNumber, type Telling } from './telling.ts';

/** How many stories of late held a word; what everybody writes about links nothing. */
export type Frequency = (word: string) => number;

export interface Told extends Telling {
  /** When it became available. */
  at: number;
}

const SEVERAL = 3;
const HALVED_AFTER = 12;
const damp = (stories: number): number => 1 / (1 + Math.max(0, stories - SEVERAL) / HALVED_AFTER);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What is told of one event is mostly told within hours. */
const A_DAY_LATER = 0.15;
/** The same two words in a row say more than either. */
const PAIRS = 0.15;
const ANOTHER_DAY = 0.5;
const ANOTHER_RESULT = 0.6;
const ANOTHER_FIELD = 0.5;
const ANOTHER_GENRE = 0.6;
const NEXT_ISSUE = 0.4;
const NEXT_ISSUE_AFTER = 19 * HOUR_MS;
/** What comes out at the same time each day and begins alike: markets, rates, weather. */
const SAME_TIME = 0.7;
const PUNCTUAL_MS = HOUR_MS / 4;

/**
 * How much speaks for one event, about 0 to 1: the words that two articles share among all they have, less what speaks for
 * two. Numbers help only as much as words do: votes and degrees are the same in many languages.
 */
export function likeness(a: Told, b: Told, frequency: Frequency): number {
  const gap = Math.abs(a.at - b.at);
  const isSeries = gap > NEXT_ISSUE_AFTER && a.label.size > 0 && sameSet(a.label, b.label);
  const counts = (word: string) => !(isSeries && a.label.has(word));
  let words = 0;
  let numbers = 0;
  let all = 0;
  for (const [word, weight] of b.words) if (counts(word)) all += weight;
  for (const [word, weight] of a.words) {
    if (!counts(word)) continue;
    all += weight;
    const other = b.words.get(word);
    if (other === undefined) continue;
    const both = (weight + other) * damp(frequency(word));
    if (isNumber(word)) numbers += both;
    else words += both;
  }
  const shared = (words + Math.min(numbers, words)) / (all || 1);
  const pairs = (2 * a.pairs.intersection(b.pairs).size) / (a.pairs.size + b.pairs.size || 1);
  return (
    (shared + PAIRS * pairs) *
    (1 - A_DAY_LATER * Math.min(1, gap / DAY_MS)) *
    (a.genre === b.genre ? 1 : ANOTHER_GENRE) *
    (isSeries ? NEXT_ISSUE : isPunctual(gap) && beginsAlike(a, b) ? SAME_TIME : 1) *
    (clash(a.days, b.days) ? ANOTHER_DAY : 1) *
    (clash(a.results, b.results) ? ANOTHER_RESULT : 1) *
    (clash(a.fields, b.fields) ? ANOTHER_FIELD : 1)
  );
}

const isPunctual = (gap: number): boolean =>
  gap > NEXT_ISSUE_AFTER && Math.abs(((gap + DAY_MS / 2) % DAY_MS) - DAY_MS / 2) <= PUNCTUAL_MS;
const beginsAlike = ({ label: a }: Told, { label: b }: Told): boolean => a.size > 0 && first(a) === first(b);
const first = ([word]: Set<string>): string | undefined => word;
const sameSet = (a: Set<string>, b: Set<string>): boolean => a.size === b.size && a.isSubsetOf(b);
const clash = <T>(a: Set<T>, b: Set<T>): boolean => a.size > 0 && b.size > 0 && a.isDisjointFrom(b);

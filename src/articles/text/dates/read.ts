import { type Moment, momentOf, type Order, type Written } from './moment.ts';
import { type Token, tokensIn } from './tokens.ts';
import type { Meaning } from './words.ts';

export interface Custom {
  /** IANA, for times that name none. */
  zone: string;
  order: Order;
}

export interface Found extends Moment {
  start: number;
  end: number;
}

/** The date that a text is, and nothing besides. */
export function readDate(text: string, custom: Custom): Moment | undefined {
  const tokens = tokensIn(latinDigits(text), custom.zone);
  const { draft, taken } = draftFrom(tokens, 0, custom.order);
  return taken === tokens.length ? momentOf(draft.written, custom.zone) : undefined;
}

/** The dates in a line of prose. Who leaves out the year leaves too much to guess. */
export function findDates(text: string, custom: Custom): Found[] {
  if (!/\p{Nd}/u.test(text)) return [];
  const tokens = tokensIn(latinDigits(text), custom.zone);
  const found: Found[] = [];
  for (let from = 0; from < tokens.length; from++) {
    if (tokens[from]?.kind === 'unknown' || isFiller(tokens[from])) continue;
    const { draft, taken } = draftFrom(tokens, from, custom.order);
    const moment = momentOf(draft.written, custom.zone);
    if (!moment || isCount(draft, tokens[taken])) continue;
    const last = tokens.slice(from, taken).findLastIndex((token) => !isFiller(token)) + from;
    found.push({ ...moment, start: tokens[from]?.at ?? 0, end: tokens[last]?.end ?? 0 });
    from = taken - 1;
  }
  return found;
}

interface Draft {
  written: Written;
  shortYear: boolean;
  /** The month so far is a word that is a weekday as well. */
  doubtful: boolean;
  /** What came before it says: from Sunday. */
  weekday?: number;
}

const isFiller = (token: Token | undefined) => token?.kind === 'word' && !token.meaning.month && !token.meaning.weekday;

/** `3 May 12 people` is not of the year 2012. */
const isCount = ({ shortYear, written }: Draft, next: Token | undefined) =>
  shortYear && !written.time && next?.kind === 'unknown';

function draftFrom(tokens: Token[], from: number, order: Order): { draft: Draft; taken: number } {
  const draft: Draft = { written: {}, shortYear: false, doubtful: false };
  let taken = from;
  for (const token of tokens.slice(from, from + MOST_TOKENS)) {
    if (!take(draft, token, order)) break;
    taken += 1;
  }
  return { draft, taken };
}

// `Tuesday, the 29th of March, 2022, at 2:12 pm, Europe/London`: no date has many more.
const MOST_TOKENS = 20;

/** Writes down what one token says; false where it does not belong to this date any more. */
function take(draft: Draft, token: Token, order: Order): boolean {
  const { written } = draft;
  switch (token.kind) {
    case 'date':
      return takeDate(draft, token, order);
    case 'time':
      if (written.time) return false;
      written.time = { hour: hourOf(token), minute: token.minute, second: token.second, ms: token.ms };
      return true;
    case 'zone':
      // `+0100 (CET)`: the first is the exact one.
      written.zone ??= token.zone;
      return written.time !== undefined;
    case 'number':
      return takeNumber(draft, token.digits, token.short);
    case 'word':
      return takeWord(draft, token.meaning);
    default:
      return false;
  }
}

function takeWord(draft: Draft, { month, weekday, day }: Meaning): boolean {
  if (day !== undefined) draft.weekday ??= day;
  if (!month) return true;
  if (draft.written.month && !draft.doubtful) return weekday === true;
  draft.written.month = month;
  draft.doubtful = weekday === true;
  return true;
}

function takeNumber(draft: Draft, digits: string, short: boolean): boolean {
  const { written } = draft;
  const value = Number(digits);
  if (!short && digits.length < 3 && value >= 1 && value <= 31 && written.day === undefined) {
    written.day = value;
    return true;
  }
  if (written.year !== undefined || (digits.length < 3 && written.month === undefined)) return false;
  written.year = yearOf(digits);
  draft.shortYear = digits.length < 3;
  return true;
}

function takeDate(draft: Draft, { numbers, mark }: Extract<Token, { kind: 'date' }>, order: Order): boolean {
  const { written, weekday } = draft;
  if (written.year !== undefined || written.day !== undefined || written.month !== undefined) return false;
  const [a, b, c] = numbers;
  if (a.length === 4) Object.assign(written, { year: Number(a), month: Number(b), day: Number(c) });
  else {
    // Americans write slashes and dashes; what stands between dots begins with the day.
    const monthFirst = (order === 'mdy' && mark !== '.' && Number(a) <= 12) || Number(b) > 12;
    const [first, second] = [Number(a), Number(b)];
    const dayFirst = { day: first, month: second, year: yearOf(c) };
    const american = { day: second, month: first, year: yearOf(c) };
    const [usual, other] = monthFirst ? [american, dayFirst] : [dayFirst, american];
    // `Tue, 10/07/2014`, as Drupal writes it in every country, is of October.
    const isOther = weekday !== undefined && weekdayOf(usual) !== weekday && weekdayOf(other) === weekday;
    Object.assign(written, isOther ? other : usual);
  }
  return true;
}

const weekdayOf = ({ year, month, day }: { year: number; month: number; day: number }): number | undefined =>
  month <= 12 ? new Date(Date.UTC(year, month - 1, day)).getUTCDay() : undefined;

/** RFC 2822 §4.3: `22` is 2022, `98` is 1998, and `126` is what counts from 1900. */
function yearOf(digits: string): number {
  const value = Number(digits);
  if (digits.length === 3) return 1900 + value;
  if (digits.length > 3) return value;
  return value < 70 ? 2000 + value : 1900 + value;
}

function hourOf({ hour, half }: Extract<Token, { kind: 'time' }>): number {
  if (half === 'p' && hour < 12) return hour + 12;
  return half === 'a' && hour === 12 ? 0 : hour;
}

/** Arabic, Persian, Bengali, … digits; each stays one character, so that places in the text hold. */
export function latinDigits(text: string): string {
  return text.replace(/[^\P{Nd}0-9]/gu, (digit) => {
    if (digit.length > 1) return digit;
    // The digits of a script stand together, from nought to nine.
    let zero = digit.charCodeAt(0);
    while (digit.charCodeAt(0) - zero < 9 && /\p{Nd}/u.test(String.fromCharCode(zero - 1))) zero -= 1;
    return String(digit.charCodeAt(0) - zero);
  });
}

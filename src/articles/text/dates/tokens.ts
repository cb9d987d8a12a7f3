import { type Meaning, meaningOf } from './words.ts';
import { type Zone, zoneOf } from './zones.ts';

export type Token = { at: number; end: number } & (
  | { kind: 'date'; numbers: [string, string, string]; mark: string }
  | { kind: 'time'; hour: number; minute: number; second: number; ms: number; half: 'a' | 'p' | undefined }
  | { kind: 'zone'; zone: Zone }
  | { kind: 'number'; digits: string; short: boolean }
  | { kind: 'word'; meaning: Meaning }
  | { kind: 'unknown' }
);

const GAP = /[\s,،、，;:：|·•@()[\]"/–—\-\u200b]+/y;
const EAST_ASIAN = /(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]/y;
const YEAR_FIRST = /(\d{4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?!\d)\.?/y;
const DAY_FIRST = /(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d|[:.]\d)\.?/y;
const TIME =
  /T?(\d{1,2})\s?(?:[:.h時시]|Uhr\s)\s?(\d{2})(?!\d)(?:分|분)?(?:[:.](\d{2})(?!\d)(?:[.,:](\d{1,9}))?)?(?:\s?([ap])\.?\s?m\b\.?)?/iy;
const HOUR = /(\d{1,2})(?:\s?([ap])\.?\s?m\b\.?|\s?(h|Uhr)\b)/iy;
// `14:12 - 3 March` has no zone.
const OFFSET = /(?:(?:UTC|GMT|UT)\s?[+\-−–]\s?\d{1,2}(?:[:.]?\d{2})?|[+\-−]\d{1,2}(?:[:.]?\d{2})?)(?!\d)/iy;
const PLACE = /[A-Z][A-Za-z]+\/[A-Z][A-Za-z_]+(?:\/[A-Z][A-Za-z_]+)?/y;
const NUMBER = /(['’])?(\d{1,4})(?!\d)(?:(?:st|nd|rd|th|er|ème|e|te|ten|º|ª|°)\b|º|ª|°|\.(?=\s|$))?/iy;
const WORD = /\p{L}[\p{L}\p{M}]*(?:\.(?=\p{L}\.)\p{L})*\.?/uy;
const REST = /\S[^\s,;:|·•()[\]]*/uy;

/**
 * A text taken apart into what stands in dates; where nothing of that kind stands it is unknown. The regular
 * expressions stick to where they are, so the work is proportional to the length.
 */
export function tokensIn(text: string, assumed: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const before = tokens.at(-1);
    const timed = before?.kind === 'time' || before?.kind === 'zone';
    const gap = match(GAP, text, at);
    // A dash after a time may be the sign of its zone.
    const offset = timed ? match(OFFSET, text, text[at] === ' ' ? at + 1 : at) : undefined;
    if (gap && !offset) {
      at += gap[0].length;
      continue;
    }
    if (offset) at += text[at] === ' ' ? 1 : 0;
    const token = offset ? zoned(offset[0], at, assumed) : tokenAt(text, at, timed, assumed);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function zoned(text: string, at: number, assumed: string): Token {
  const zone = zoneOf(text.replace(/\s/g, ''), assumed);
  return zone === undefined
    ? { kind: 'unknown', at, end: at + text.length }
    : { kind: 'zone', zone, at, end: at + text.length };
}

function tokenAt(text: string, at: number, timed: boolean, assumed: string): Token {
  return dateAt(text, at) ?? timeAt(text, at) ?? numberAt(text, at) ?? wordAt(text, at, timed, assumed);
}

function dateAt(text: string, at: number): Token | undefined {
  const eastern = match(EAST_ASIAN, text, at);
  if (eastern) return date([eastern[1], eastern[2], eastern[3]], '-', eastern, at);
  const found = match(YEAR_FIRST, text, at) ?? match(DAY_FIRST, text, at);
  return found && date([found[1], found[3], found[4]], found[2] ?? '', found, at);
}

const date = (
  [a = '', b = '', c = '']: (string | undefined)[],
  mark: string,
  [all]: RegExpExecArray,
  at: number,
): Token => ({
  ...{ kind: 'date', numbers: [a, b, c], mark, at, end: at + all.length },
});

function timeAt(text: string, at: number): Token | undefined {
  const found = match(TIME, text, at);
  const [whole, hour = '', minute = '0', second = '0', fraction = '0', half] = found ?? [];
  if (whole) return time([hour, minute, second], fraction, half, at, at + whole.length);
  const bare = match(HOUR, text, at);
  return bare && time([bare[1] ?? '', '0', '0'], '0', bare[2], at, at + bare[0].length);
}

function time(clock: [string, string, string], fraction: string, half: string | undefined, at: number, end: number) {
  const [hour, minute, second] = clock.map(Number) as [number, number, number];
  // 24:00 is the end of a day (ISO 8601-1), 60 a leap second.
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && minute + second > 0)) return undefined;
  const ms = Math.floor(Number(`0.${fraction}`) * 1000);
  const letter = half?.toLowerCase();
  const part = letter === 'a' || letter === 'p' ? letter : undefined;
  return { kind: 'time', hour, minute, second, ms, half: part, at, end } as const;
}

function numberAt(text: string, at: number): Token | undefined {
  const found = match(NUMBER, text, at);
  return (
    found && { kind: 'number', digits: found[2] ?? '', short: found[1] !== undefined, at, end: at + found[0].length }
  );
}

function wordAt(text: string, at: number, timed: boolean, assumed: string): Token {
  const place = match(PLACE, text, at);
  const word = place ?? match(WORD, text, at);
  const end = at + (word ?? match(REST, text, at) ?? ['x'])[0].length;
  if (!word) return { kind: 'unknown', at, end };
  // `et`, `ist` and `west` are words as well.
  const zone = timed || place ? zoneOf(word[0].replace(/\.$/, ''), assumed) : undefined;
  if (zone !== undefined) return { kind: 'zone', zone, at, end };
  const meaning = meaningOf(word[0]);
  return meaning ? { kind: 'word', meaning, at, end } : { kind: 'unknown', at, end };
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

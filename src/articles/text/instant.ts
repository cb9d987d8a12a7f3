import { inRange, type Moment, type Order } from './dates/moment.ts';
import { readDate } from './dates/read.ts';
import { isZone } from './dates/zones.ts';

// What is longer is no date, and is not looked through.
const LONGEST = 100;
const COMPACT = /^(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?)?(.*)$/i;
const UNIX = /^(?:(\d{9,10})(?:\.\d+)?|(\d{12,13})|(\d{16}))$/;
const IN_PART = /^\d{4}(?:-\d{2})?$/;
// Where a date in numbers begins with the month.
const MONTH_FIRST =
  /^(US\/|America\/(New_York|Chicago|Denver|Los_Angeles|Phoenix|Detroit|Boise|Anchorage|Juneau|Indiana\/|Kentucky\/|North_Dakota\/)|Pacific\/Honolulu$|Asia\/Manila$)/;

/** Whether the day or the month comes first where a zone's people write a date in numbers. */
export const orderIn = (zone: string): Order => (MONTH_FIRST.test(zone) ? 'mdy' : 'dmy');

/**
 * The instant that a text says: ISO 8601, RFC 822, seconds since 1970, or any of the ways in which people and programs
 * get these wrong, in the languages of Europe.
 * @param zone IANA, for times that name none
 */
export function instantOf(text: string, zone = 'UTC', order = orderIn(zone)): Date | undefined {
  return momentIn(text, zone, order)?.at;
}

/** As `instantOf`, and whether there was more than a day. */
export function momentIn(text: string, zone = 'UTC', order = orderIn(zone)): Moment | undefined {
  if (text.length > LONGEST * 2) return undefined;
  const given = text.replace(/[\u200e\u200f\ufeff]/g, '').trim();
  if (given.length > LONGEST || !/\p{Nd}/u.test(given)) return undefined;
  const custom = { zone: isZone(zone) ? zone : 'UTC', order };
  const counted = sinceEpoch(given);
  if (counted !== undefined) return counted ?? undefined;
  const spread = spreadOut(given);
  // RFC 822 §3.4.3: what stands in brackets is a comment. The name of the day is of no use, whatever it is.
  return readDate(spread, custom) ?? readDate(spread.replace(/\([^()]*\)|^\p{L}{2,12}\.?,/gu, ' '), custom);
}

/** Null where a number cannot be a time, undefined where the text is no such number. */
function sinceEpoch(text: string): Moment | null | undefined {
  const [all, seconds, milliseconds, microseconds] = UNIX.exec(text) ?? [];
  // 202605010700 is a date without marks.
  if (!all || (all.length === 12 && readable(all))) return undefined;
  const time = seconds ? Number(all) * 1000 : Number(milliseconds ?? Number(microseconds) / 1000);
  return inRange(time) ? { at: new Date(time), dayOnly: false } : null;
}

const readable = (digits: string): boolean => /^(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])/.test(digits);

/** ISO 8601 without marks gets them; a month or a year alone is its first day (W3C-DTF). */
function spreadOut(text: string): string {
  if (IN_PART.test(text)) return `${text}-01-01`.slice(0, 10);
  const [, year, month, day, hour, minute, second, rest] = COMPACT.exec(text) ?? [];
  if (!year) return text;
  return `${year}-${month}-${day}${hour ? ` ${hour}:${minute}:${second ?? '00'}` : ''}${rest}`;
}

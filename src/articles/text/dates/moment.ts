import { Temporal } from '../../../kernel/temporal.ts';
import type { Zone } from './zones.ts';

/** A time as it was written. */
export interface Moment {
  at: Date;
  /** Only a day was said: `at` is its first minute. */
  dayOnly: boolean;
}

/** Day first or month first, where only the custom of the place tells. */
export type Order = 'dmy' | 'mdy';

export interface Written {
  year?: number;
  month?: number;
  day?: number;
  time?: { hour: number; minute: number; second: number; ms: number };
  zone?: Zone;
}

// Before there were feeds nothing was published in them, and who writes 2200 means "never".
const EARLIEST = Date.UTC(1980, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);
const MINUTE = 60_000;

/** The instant that was meant; `zone` is for what names none. */
export function momentOf({ year, month, day, time, zone }: Written, assumed: string): Moment | undefined {
  if (!year || !month || !day || month > 12 || day > daysIn(year, month)) return undefined;
  const { hour, minute, second, ms } = time ?? { hour: 0, minute: 0, second: 0, ms: 0 };
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  // A day is a day where the paper is: its zone does not move.
  const at = typeof zone === 'number' ? wall - zone * MINUTE : local(wall, zone ?? assumed);
  return inRange(at) ? { at: new Date(at), dayOnly: !time } : undefined;
}

export const inRange = (time: number): boolean => time >= EARLIEST && time < LATEST;

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** The hour that a clock skips is the one after it, of the hour that it shows twice the first is meant. */
function local(wall: number, zone: string): number {
  if (zone === 'UTC') return wall;
  const plain = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime();
  return plain.toZonedDateTime(zone).epochMilliseconds;
}

import { dayIn } from '../kernel/calendar-day.ts';
import { Invalid } from '../kernel/errors.ts';
import { Temporal } from '../kernel/temporal.ts';

/** The dates until which a reader may pause, `YYYY-MM-DD`, by their own clock. */
export function pauseDates(timeZone: string, now: Date): { first: string; last: string } {
  const today = dateAt(now, timeZone);
  return { first: today.add({ days: 1 }).toString(), last: today.add({ years: 1 }).toString() };
}

/** The instant at which that date begins for them. @throws Invalid for a date that is none, too near or too far */
export function pauseEnd(date: string, timeZone: string, now: Date): Date {
  const { first, last } = pauseDates(timeZone, now);
  const day = dayIn(date, timeZone);
  if (day && date >= first && date <= last) return day.begins;
  const message = !day ? 'preferences.pause-none' : date < first ? 'preferences.pause-near' : 'preferences.pause-far';
  throw new Invalid([{ field: 'pause_until', message }]);
}

/** The end of a pause that is not over; null for everybody else. */
export const pauseNow = ({ pausedUntil }: { pausedUntil: Date | null }, now: Date): Date | null =>
  pausedUntil && pausedUntil > now ? pausedUntil : null;

/** Its date by the reader's clock, `YYYY-MM-DD`, where one is still to come. */
export function pausedDate(reader: { pausedUntil: Date | null; timeZone: string }, now: Date): string | undefined {
  const until = pauseNow(reader, now);
  return until ? dateAt(until, reader.timeZone).toString() : undefined;
}

/** The pause of somebody who lives in another zone now: it ends with the same date there. */
export function pauseMoved(until: Date, from: string, to: string): Date {
  return new Date(dateAt(until, from).toZonedDateTime(to).epochMilliseconds);
}

/** ISO, 1 is Monday. */
export const weekdayAt = (at: Date, timeZone: string): number => dateAt(at, timeZone).dayOfWeek;

export const dateAt = (at: Date, timeZone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();

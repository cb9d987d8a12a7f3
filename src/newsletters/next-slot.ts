import { Temporal } from '../kernel/temporal.ts';

export interface Slot {
  at: Date;
  /** The reader's local date it serves, `YYYY-MM-DD`. */
  date: string;
}

/** On which dates a reader wants it: all of them, Monday to Friday, or one day of each week. */
export interface Days {
  frequency: 'daily' | 'weekdays' | 'weekly';
  /** ISO, 1 is Monday; null unless weekly. */
  weekday: number | null;
}

/** A reader's own way of getting a newsletter. */
export interface Rhythm extends Days {
  /** Local time of day, `HH:MM`; null is the newsletter's. */
  ownTime: string | null;
}

export const everyDay: Rhythm = { frequency: 'daily', weekday: null, ownTime: null };

/**
 * The first slot after `after`: a local date is served exactly once across DST, and a date in `servedOn` or before it
 * is never served again, so moving zone gives no date two editions. A time the clocks skip is served just after the gap,
 * or just before it where the gap ends the date.
 * @param sendAt local time of day, `HH:MM`
 * @param servedOn the last local date already served, `YYYY-MM-DD`
 */
export function nextSlot(
  sendAt: string,
  timeZone: string,
  after: Date,
  servedOn?: string | null,
  days: Days = everyDay,
): Slot {
  const from = dateIn(timeZone, after);
  const unserved = servedOn ? Temporal.PlainDate.from(servedOn).add({ days: 1 }) : from;
  let date = Temporal.PlainDate.compare(unserved, from) > 0 ? unserved : from;
  for (;;) {
    const at = serves(days, date.dayOfWeek) ? onDate(date, sendAt, timeZone) : undefined;
    if (at !== undefined && at > after.getTime()) return { at: new Date(at), date: date.toString() };
    date = date.add({ days: 1 });
  }
}

/** What a reader had and waited for before they moved. */
export interface Waiting {
  from: string;
  servedOn: string | null;
  due: Date | null;
}

const QUARTER_MS = 15 * 60_000;

/**
 * The first slot of somebody who moves to `timeZone` now. A time that the move skips is served at the next quarter of an
 * hour, as one that the clocks skip is served after the gap, so that today is not left out; unless today is over by then.
 * Quarters, so that those who move at about the same time share an edition.
 */
export function slotAfterMove(
  sendAt: string,
  timeZone: string,
  now: Date,
  { from, servedOn, due }: Waiting,
  days: Days = everyDay,
): Slot {
  const next = nextSlot(sendAt, timeZone, now, servedOn, days);
  const soon = new Date((Math.floor(now.getTime() / QUARTER_MS) + 1) * QUARTER_MS);
  const today = dateIn(timeZone, now);
  const owed = servedOn ? today.toString() > servedOn : due !== null && today.toString() >= `${dateIn(from, due)}`;
  if (!owed || next.at <= soon || !serves(days, today.dayOfWeek) || !dateIn(timeZone, soon).equals(today)) return next;
  return next.date > today.toString() ? { at: soon, date: today.toString() } : next;
}

const dateIn = (timeZone: string, at: Date): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();

const FRIDAY = 5;

export const serves = ({ frequency, weekday }: Days, day: number): boolean =>
  frequency === 'daily' || (frequency === 'weekdays' ? day <= FRIDAY : day === weekday);

/** Undefined for a date that the zone skips as a whole (Samoa, 2011). */
function onDate(date: Temporal.PlainDate, sendAt: string, timeZone: string): number | undefined {
  const wanted = date.toPlainDateTime(sendAt);
  // `compatible` goes past a gap, and onto the next date where the gap ends at midnight (Nuuk); `earlier` stays before it.
  for (const disambiguation of ['compatible', 'earlier'] as const) {
    const at = wanted.toZonedDateTime(timeZone, { disambiguation });
    if (at.toPlainDate().equals(date)) return at.epochMilliseconds;
  }
  return undefined;
}

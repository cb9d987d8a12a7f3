import { Temporal } from '../kernel/temporal.ts';
import type { When } from './timetable.ts';

/** What of a newsletter a reader has had last: the local date, and which issue of that date. */
export interface Served {
  /** `YYYY-MM-DD`; null before the first one. */
  servedOn: string | null;
  /** From 1, by the newsletter's times of a day. */
  servedNth: number;
}

/** The reader's local date, and which of its issues; 0 before the first one of the date. */
export interface IssueOfDate {
  date: string;
  nth: number;
}

export interface Slot extends IssueOfDate {
  at: Date;
}

/**
 * The first slot after `after`: each time of a local date is served exactly once across DST, and what was served, or lies
 * before it, is never served again, so moving zone gives no issue twice. A time the clocks skip is served just after the
 * gap, or just before it where the gap ends the date; times that come to the same instant so are one issue.
 */
export function nextSlot(when: When, timeZone: string, after: Date, served?: Served | null): Slot {
  const from = dateIn(timeZone, after);
  const last = served?.servedOn ? Temporal.PlainDate.from(served.servedOn) : from;
  for (let date = Temporal.PlainDate.compare(last, from) > 0 ? last : from; ; date = date.add({ days: 1 })) {
    const had = served && date.toString() === served.servedOn ? served.servedNth : 0;
    if (had >= when.times.length || !when.weekdays.includes(date.dayOfWeek)) continue;
    const next = issuesOn(date, when.times, timeZone).find(({ at, nth }) => nth > had && at > after.getTime());
    if (next) return { at: new Date(next.at), date: date.toString(), nth: next.nth };
  }
}

/** What a reader had and waited for before they moved. */
export interface Waiting extends Served {
  from: string;
  due: Date | null;
}

const QUARTER_MS = 15 * 60_000;

/**
 * The first slot of somebody who moves to `timeZone` now. A time that the move skips is served at the next quarter of an
 * hour, as one that the clocks skip is served after the gap, so that nothing of today is left out; unless today is over by
 * then. Quarters, so that those who move at about the same time share an edition.
 */
export function slotAfterMove(when: When, timeZone: string, now: Date, waiting: Waiting): Slot {
  const next = nextSlot(when, timeZone, now, waiting);
  const soon = new Date((Math.floor(now.getTime() / QUARTER_MS) + 1) * QUARTER_MS);
  const today = dateIn(timeZone, now);
  if (next.at <= soon || !when.weekdays.includes(today.dayOfWeek) || !dateIn(timeZone, soon).equals(today)) return next;
  const passed = issueAt(when.times, timeZone, soon);
  return passed.nth > 0 && isOwed(passed, when.times, waiting) ? { at: soon, ...passed } : next;
}

/**
 * The next slot of somebody who waits for one today when the newsletter's times are changed: the next one of today, also
 * where so many times of it are left that they have had as many; if none is to come, what the change has skipped.
 */
export function slotOfToday(when: When, timeZone: string, now: Date, served: Served): Slot {
  const today = dateIn(timeZone, now).toString();
  for (const had of [served, null]) {
    const next = nextSlot(when, timeZone, now, had);
    if (next.date === today) return next;
  }
  return slotAfterMove(when, timeZone, now, { ...served, from: timeZone, due: now });
}

function isOwed(passed: IssueOfDate, times: string[], { from, servedOn, servedNth, due }: Waiting): boolean {
  if (servedOn) return isAfter(passed, { date: servedOn, nth: servedNth });
  return due !== null && !isAfter(issueAt(times, from, due), passed);
}

const isAfter = (a: IssueOfDate, b: IssueOfDate): boolean => a.date > b.date || (a.date === b.date && a.nth > b.nth);

/** Which issue is the newest at an instant. */
export function issueAt(times: string[], timeZone: string, at: Date): IssueOfDate {
  const date = dateIn(timeZone, at);
  const newest = issuesOn(date, times, timeZone).findLast((issue) => issue.at <= at.getTime());
  return { date: date.toString(), nth: newest?.nth ?? 0 };
}

const dateIn = (timeZone: string, at: Date): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();

/** Of a date, in order; those of one instant are the last of them. */
function issuesOn(date: Temporal.PlainDate, times: string[], timeZone: string): { at: number; nth: number }[] {
  const found = times.flatMap((time, n) => {
    const at = onDate(date, time, timeZone);
    return at ? { ...at, nth: n + 1 } : [];
  });
  // What goes past a gap may come out after what the clocks show, and what stays before one ahead of it.
  for (const [n, issue] of [...found.entries()].toReversed())
    if (issue.skipped) issue.at = Math.min(issue.at, found[n + 1]?.at ?? issue.at);
  for (const [n, issue] of found.entries())
    if (issue.skipped) issue.at = Math.max(issue.at, found[n - 1]?.at ?? issue.at);
  return found.filter(({ at }, n) => at !== found[n + 1]?.at);
}

/** Undefined for a date that the zone skips as a whole (Samoa, 2011). */
function onDate(
  date: Temporal.PlainDate,
  time: string,
  timeZone: string,
): { at: number; skipped: boolean } | undefined {
  const wanted = date.toPlainDateTime(time);
  // `compatible` goes past a gap, and onto the next date where the gap ends at midnight (Nuuk); `earlier` stays before it.
  for (const disambiguation of ['compatible', 'earlier'] as const) {
    const at = wanted.toZonedDateTime(timeZone, { disambiguation });
    if (at.toPlainDate().equals(date))
      return { at: at.epochMilliseconds, skipped: !at.toPlainDateTime().equals(wanted) };
  }
  return undefined;
}

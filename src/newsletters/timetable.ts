/** When a newsletter comes out. */
export interface Timetable {
  /** Its time of day, `HH:MM`, by each reader's clock. */
  sendAt: string;
  /** Its other times of a day. */
  alsoAt: string[];
  /** Its days: ISO, 1 is Monday; never none. */
  days: number[];
}

/** How often a reader wants it: each time, Monday to Friday, or on one day of each week. */
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

export const allDays = [1, 2, 3, 4, 5, 6, 7];
const SATURDAY = 6;

/** On which days of the week, and at which times of each of them, something comes to a reader. */
export interface When {
  weekdays: number[];
  /** `HH:MM`, the earliest first. */
  times: string[];
}

/** The times of a day at which the newsletter leaves, the earliest first. */
export const timesOf = ({ sendAt, alsoAt }: Pick<Timetable, 'sendAt' | 'alsoAt'>): string[] =>
  [...new Set([sendAt, ...alsoAt])].toSorted();

/** Who wants one at a time of their own, or one a week, gets one a day. See docs/decisions/019-days-and-times.md. */
export function whenFor(timetable: Timetable, { frequency, weekday, ownTime }: Rhythm): When {
  const { sendAt, days } = timetable;
  const one = ownTime ?? (frequency === 'weekly' ? sendAt : null);
  return { weekdays: daysFor(days, { frequency, weekday }), times: one ? [one] : timesOf(timetable) };
}

/** A day that the newsletter has not is the next one that it has. */
function daysFor(days: number[], { frequency, weekday }: Days): number[] {
  if (frequency === 'daily') return days;
  if (frequency === 'weekly') return [nextOf(days, weekday ?? 1)];
  const workdays = days.filter((day) => day < SATURDAY);
  return workdays.length > 0 ? workdays : [nextOf(days, SATURDAY)];
}

function nextOf(days: number[], weekday: number): number {
  const ahead = (day: number) => (day - weekday + 7) % 7;
  return days.reduce((next, day) => (ahead(day) < ahead(next) ? day : next));
}

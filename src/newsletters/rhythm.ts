import { type Rhythm, type Timetable, whenFor } from './timetable.ts';

/** By their ISO number, less one. */
export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

export const weekdayName = (weekday: number): string => weekdays[weekday - 1] ?? '';

const list = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/** `07:00 and 18:00` */
export const timesInWords = (times: string[]): string => list.format(times);

/** `Every day`, `Monday to Friday`, `On Monday and Thursday` */
export function daysInWords(days: number[]): string {
  if (days.length === weekdays.length) return 'Every day';
  const [first = 1, last = 1] = [days[0], days.at(-1)];
  if (days.length > 2 && last - first === days.length - 1) return `${weekdayName(first)} to ${weekdayName(last)}`;
  return `On ${list.format(days.map(weekdayName))}`;
}

/** `Every day at 07:00 and 18:00`, `Once a week, on Friday, at 18:30` */
export function inWords(rhythm: Rhythm, timetable: Timetable): string {
  const when = whenFor(timetable, rhythm);
  const at = `at ${timesInWords(when.times)}`;
  if (rhythm.frequency === 'weekly') return `Once a week, on ${weekdayName(when.weekdays[0] ?? 0)}, ${at}`;
  return `${daysInWords(when.weekdays)} ${at}`;
}

import type { Rhythm } from './next-slot.ts';

/** By their ISO number, less one. */
export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

export const weekdayName = (weekday: number): string => weekdays[weekday - 1] ?? '';

/** `Every day at 07:00`, `Once a week, on Friday, at 18:30` */
export function inWords({ frequency, weekday, ownTime }: Rhythm, sendAt: string): string {
  const at = `at ${ownTime ?? sendAt}`;
  if (frequency === 'weekly') return `Once a week, on ${weekdayName(weekday ?? 0)}, ${at}`;
  return frequency === 'weekdays' ? `Monday to Friday ${at}` : `Every day ${at}`;
}

import { Temporal } from './temporal.ts';

/** The instants at which a date such as `2026-11-24` begins and is over in a zone; null for anything else. */
export function dayIn(text: string, timeZone: string): { begins: Date; ends: Date } | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    const date = Temporal.PlainDate.from(text);
    const midnight = (day: Temporal.PlainDate) => new Date(day.toZonedDateTime(timeZone).epochMilliseconds);
    return { begins: midnight(date), ends: midnight(date.add({ days: 1 })) };
  } catch {
    return null;
  }
}

import { Temporal } from '../kernel/temporal.ts';

export interface Slot {
  at: Date;
  /** The reader's local date it serves, `YYYY-MM-DD`. */
  date: string;
}

/**
 * The first slot after `after`: a local date is served exactly once across DST, and a date in `servedOn` or before it
 * is never served again, so moving zone gives no date two editions. A time the clocks skip is served just after the gap.
 * @param sendAt local time of day, `HH:MM`
 * @param servedOn the last local date already served, `YYYY-MM-DD`
 */
export function nextSlot(sendAt: string, timeZone: string, after: Date, servedOn?: string | null): Slot {
  const from = Temporal.Instant.fromEpochMilliseconds(after.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
  const unserved = servedOn ? Temporal.PlainDate.from(servedOn).add({ days: 1 }) : from;
  let date = Temporal.PlainDate.compare(unserved, from) > 0 ? unserved : from;
  for (;;) {
    const at = date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(sendAt) });
    // A zone that skips a whole date (Samoa, 2011) resolves it onto the next one, which then has its own turn.
    const served = at.toPlainDate().equals(date);
    if (served && at.epochMilliseconds > after.getTime())
      return { at: new Date(at.epochMilliseconds), date: date.toString() };
    date = date.add({ days: 1 });
  }
}

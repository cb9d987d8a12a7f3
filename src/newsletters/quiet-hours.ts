import { Temporal } from '../kernel/temporal.ts';
import type { Newsletter } from './newsletter.ts';

/**
 * When the quiet hours in force at `at` in this zone are over; null outside them. They may go past midnight. Where the
 * clocks skip that time, it is the first one after.
 */
export function quietUntil(
  { quietFrom, quietUntil }: Pick<Newsletter, 'quietFrom' | 'quietUntil'>,
  timeZone: string,
  at: Date,
): Date | null {
  if (!quietFrom || !quietUntil) return null;
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  const overnight = quietFrom > quietUntil;
  const quiet = overnight ? time >= quietFrom || time < quietUntil : time >= quietFrom && time < quietUntil;
  if (!quiet) return null;
  const day = local.toPlainDate().add({ days: overnight && time >= quietFrom ? 1 : 0 });
  return new Date(day.toPlainDateTime(quietUntil).toZonedDateTime(timeZone).epochMilliseconds);
}

import assert from 'node:assert/strict';
import type { Slot } from '../../src/newsletters/next-slot.ts';
import type { When } from '../../src/newsletters/timetable.ts';

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

// The judge is Intl, which the code under test does not use.
const formats = new Map<string, Intl.DateTimeFormat>();
export function local(at: Date, timeZone: string): { date: string; time: string } {
  const known = formats.get(timeZone);
  const format = known ?? new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  formats.set(timeZone, format);
  const [date = '', time = ''] = format.format(at).split(' ');
  return { date, time };
}

export const dayAfter = (date: string, days = 1) =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** Fails unless `slot` is what a reader in that zone expects right after `before`. */
export function assertNext(slot: Slot, before: Slot, when: When, timeZone: string): void {
  const where = `${timeZone} ${when.times}: ${slot.at.toISOString()} ${slot.nth} after ${before.at.toISOString()} ${before.nth}`;
  const seen = local(slot.at, timeZone);
  assert.ok(slot.at > before.at, where);
  assert.equal(seen.date, slot.date, where);
  const sameDate = before.nth < when.times.length && slot.date === before.date;
  // Where the clocks skip a time, all that is left of a date may have come with the one before.
  if (!sameDate) assert.equal(slot.date, dateAfter(before.date, timeZone, when), where);
  const skips = (time = '') => !everShows(slot.date, time, timeZone);
  for (let nth = sameDate ? before.nth + 1 : 1; nth < slot.nth; nth += 1) {
    const time = when.times[nth - 1];
    // Two times of one instant are one issue.
    assert.ok(time === seen.time || skips(time), `${where}: no. ${nth}`);
  }
  if (!sameDate)
    for (const time of when.times.slice(before.nth))
      assert.ok(!everShows(before.date, time, timeZone), `${where}: ${time} of ${before.date} is missing`);
  const time = when.times[slot.nth - 1] ?? '';
  if (seen.time === time) return;
  // Only where the clocks skip that time may it be another: after the gap, or before one that ends the date.
  assert.ok(skips(time), where);
  if (seen.time < time && !when.times.includes(seen.time)) assert.ok(skips('23:59'), where);
}

/** The next of the weekdays' dates that the zone has: Samoa had no 30 December 2011. */
function dateAfter(date: string, timeZone: string, { weekdays }: When): string {
  for (let next = dayAfter(date); ; next = dayAfter(next))
    if (weekdays.includes(weekdayOf(next)) && exists(next, timeZone)) return next;
}

const exists = (date: string, timeZone: string): boolean =>
  // Most zones and dates have a noon within a few hours of the one of Greenwich.
  [0, 12, -12, 6, -6, -14, 3, -3].some((hours) => {
    const noon = new Date(Date.parse(`${date}T12:00:00Z`) + hours * HOUR_MS);
    return local(noon, timeZone).date === date;
  });

/** Whether clocks of the zone show that time on that date at all. In this century offsets are whole quarters of an hour. */
export function everShows(date: string, time: string, timeZone: string): boolean {
  const noOffset = Date.parse(`${date}T${time}:00Z`);
  for (let offset = -14 * HOUR_MS; offset <= 14 * HOUR_MS; offset += HOUR_MS / 4) {
    const seen = local(new Date(noOffset - offset), timeZone);
    if (seen.date === date && seen.time === time) return true;
  }
  return false;
}

export const weekdayOf = (date: string): number => new Date(`${date}T12:00:00Z`).getUTCDay() || 7;

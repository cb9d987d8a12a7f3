import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Days, nextSlot } from '../../src/newsletters/next-slot.ts';
import { assertNext, dayAfter, everShows, local, weekdayOf } from '../support/slot-judge.ts';

const HOUR_MS = 3_600_000;
const zones = Intl.supportedValuesOf('timeZone');

const timeOfDay = fc
  .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
  .map((parts) => parts.map((n) => String(n).padStart(2, '0')).join(':'));
const zone = fc.constantFrom(...zones);

test('over two years each local date is served exactly once, in any zone and at any time of day', () => {
  const start = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(zone, timeOfDay, start, (timeZone, sendAt, from) => {
      let last = nextSlot(sendAt, timeZone, from);
      for (let day = 0; day < 730; day += 1) {
        const next = nextSlot(sendAt, timeZone, last.at, last.date);
        assertNext(next, last, sendAt, timeZone);
        last = next;
      }
    }),
    { numRuns: 12 },
  );
});

test('the first slot is the next time the clocks show it, today or tomorrow', () => {
  const when = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(zone, timeOfDay, when, (timeZone, sendAt, after) => {
      const { at, date } = nextSlot(sendAt, timeZone, after);
      const today = local(after, timeZone);
      assert.ok(at > after);
      assert.ok(at.getTime() - after.getTime() <= 26 * HOUR_MS);
      assert.ok([today.date, dayAfter(today.date)].includes(date));
      if (today.time < sendAt && everShows(today.date, sendAt, timeZone)) assert.equal(date, today.date);
    }),
    { numRuns: 150 },
  );
});

const moments: [zone: string, sendAt: string, after: string, servedOn: string | null, at: string, date: string][] = [
  ['Europe/London', '07:00', '2026-11-20T06:59:59.999Z', null, '2026-11-20T07:00:00Z', '2026-11-20'],
  ['Europe/London', '07:00', '2026-11-20T07:00:00Z', null, '2026-11-21T07:00:00Z', '2026-11-21'],
  ['Asia/Tokyo', '07:00', '2026-11-20T12:00:00Z', null, '2026-11-20T22:00:00Z', '2026-11-21'],
  // Spring: 01:00 to 02:00 does not exist.
  ['Europe/London', '01:30', '2026-03-28T12:00:00Z', null, '2026-03-29T01:30:00Z', '2026-03-29'],
  // Autumn: 01:30 comes twice, the first one counts and the second is not another.
  ['Europe/London', '01:30', '2026-10-24T12:00:00Z', null, '2026-10-25T00:30:00Z', '2026-10-25'],
  ['Europe/London', '01:30', '2026-10-25T00:30:00Z', '2026-10-25', '2026-10-26T01:30:00Z', '2026-10-26'],
  ['Europe/London', '01:30', '2026-10-25T00:30:00Z', null, '2026-10-26T01:30:00Z', '2026-10-26'],
  // Half an hour, and a gap at midnight.
  ['Australia/Lord_Howe', '02:15', '2026-10-03T12:00:00Z', null, '2026-10-03T15:45:00Z', '2026-10-04'],
  ['Africa/Cairo', '00:30', '2026-04-23T20:00:00Z', null, '2026-04-23T22:30:00Z', '2026-04-24'],
  // In Nuuk the last hour of a date is skipped.
  ['America/Nuuk', '23:45', '2025-03-29T12:00:00Z', null, '2025-03-30T00:45:00Z', '2025-03-29'],
  ['America/Nuuk', '23:45', '2025-03-30T00:45:00Z', '2025-03-29', '2025-03-31T00:45:00Z', '2025-03-30'],
  // Samoa had no 30 December 2011, Kwajalein no 21 August 1993.
  ['Pacific/Apia', '07:00', '2011-12-29T18:00:00Z', '2011-12-29', '2011-12-30T17:00:00Z', '2011-12-31'],
  ['Pacific/Kwajalein', '07:00', '1993-08-20T19:30:00Z', '1993-08-20', '1993-08-21T19:00:00Z', '1993-08-22'],
  // A date already served, or one before it, has had its turn.
  ['Europe/London', '07:00', '2026-11-20T03:00:00Z', '2026-11-20', '2026-11-21T07:00:00Z', '2026-11-21'],
  ['America/New_York', '07:00', '2026-11-20T22:30:00Z', '2026-11-21', '2026-11-22T12:00:00Z', '2026-11-22'],
  ['Europe/London', '07:00', '2026-11-20T03:00:00Z', '2026-10-01', '2026-11-20T07:00:00Z', '2026-11-20'],
];

test('known moments: gaps, overlaps, dates that a zone left out, dates already served', () => {
  for (const [timeZone, sendAt, after, servedOn, at, date] of moments) {
    const slot = nextSlot(sendAt, timeZone, new Date(after), servedOn);
    assert.deepEqual(slot, { at: new Date(at), date }, `${timeZone} ${sendAt} after ${after}`);
  }
});

test('a reader who moves from zone to zone is never served a date twice, nor left waiting', () => {
  const step = fc.record({ moves: fc.boolean(), to: zone, part: fc.double({ min: 0, max: 1, noNaN: true }) });
  const journey = fc.array(step, { minLength: 5, maxLength: 40 });
  // The furthest zones are 26 hours apart, and a day may have 25.
  const longest = (24 + 26 + 2) * HOUR_MS;
  fc.assert(
    fc.property(zone, timeOfDay, journey, (home, sendAt, steps) => {
      let timeZone = home;
      let now = new Date('2026-01-15T09:00:00Z');
      let servedOn: string | null = null;
      let due = nextSlot(sendAt, timeZone, now);
      for (const { moves, to, part } of steps) {
        assert.ok(
          due.at > now && due.at.getTime() - now.getTime() <= longest,
          `${timeZone} waits from ${now} to ${due.at}`,
        );
        if (moves) {
          now = new Date(now.getTime() + Math.floor(part * (due.at.getTime() - now.getTime() - 1)));
          timeZone = to;
        } else {
          assert.ok(!servedOn || due.date > servedOn, `${due.date} after ${servedOn} in ${timeZone}`);
          now = due.at;
          servedOn = due.date;
        }
        due = nextSlot(sendAt, timeZone, now, servedOn);
      }
    }),
    { numRuns: 400 },
  );
});

const rhythm = fc.oneof(
  fc.constant<Days>({ frequency: 'weekdays', weekday: null }),
  fc.integer({ min: 1, max: 7 }).map((weekday): Days => ({ frequency: 'weekly', weekday })),
);

test('weekdays are Monday to Friday, each of them; weekly is one day, and the same in each week', () => {
  const start = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(zone, timeOfDay, start, rhythm, (timeZone, sendAt, from, days) => {
      let last = nextSlot(sendAt, timeZone, from, null, days);
      for (let edition = 0; edition < 60; edition += 1) {
        const next = nextSlot(sendAt, timeZone, last.at, last.date, days);
        const friday = weekdayOf(last.date) === 5;
        assert.equal(next.date, dayAfter(last.date, days.frequency === 'weekly' ? 7 : friday ? 3 : 1));
        assert.equal(local(next.at, timeZone).date, next.date);
        assert.equal(
          days.frequency === 'weekly' ? days.weekday : Math.min(5, weekdayOf(next.date)),
          weekdayOf(next.date),
        );
        last = next;
      }
    }),
    { numRuns: 40 },
  );
});

test('who changes zone and rhythm at any moment has no date twice, and is served only on days they chose', () => {
  const days = fc.oneof(rhythm, fc.constant<Days>({ frequency: 'daily', weekday: null }));
  const step = fc.record({
    changes: fc.boolean(),
    to: zone,
    as: days,
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const longest = (7 * 24 + 24 + 26 + 2) * HOUR_MS;
  fc.assert(
    fc.property(
      zone,
      timeOfDay,
      days,
      fc.array(step, { minLength: 5, maxLength: 40 }),
      (home, sendAt, first, steps) => {
        let [timeZone, wanted] = [home, first];
        let now = new Date('2026-01-15T09:00:00Z');
        const served: string[] = [];
        for (const { changes, to, as, part } of steps) {
          const due = nextSlot(sendAt, timeZone, now, served.at(-1), wanted);
          assert.ok(due.at > now && due.at.getTime() - now.getTime() <= longest);
          if (changes) {
            now = new Date(now.getTime() + Math.floor(part * (due.at.getTime() - now.getTime() - 1)));
            [timeZone, wanted] = [to, as];
            continue;
          }
          assert.ok(due.date > (served.at(-1) ?? ''), `${due.date} after ${served.at(-1)}`);
          const day = weekdayOf(due.date);
          assert.ok(wanted.frequency !== 'weekdays' || day <= 5);
          assert.ok(wanted.frequency !== 'weekly' || day === wanted.weekday);
          now = due.at;
          served.push(due.date);
        }
      },
    ),
    { numRuns: 300 },
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nextSlot, type Served, type Slot, slotOfToday } from '../../src/newsletters/next-slot.ts';
import { allDays, type When, whenFor } from '../../src/newsletters/timetable.ts';
import { assertNext, dayAfter, everShows, local, weekdayOf } from '../support/slot-judge.ts';

const HOUR_MS = 3_600_000;
const zones = Intl.supportedValuesOf('timeZone');

const timeOfDay = fc
  .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
  .map((parts) => parts.map((n) => String(n).padStart(2, '0')).join(':'));
const zone = fc.constantFrom(...zones);
const timesOfDay = fc.uniqueArray(timeOfDay, { minLength: 1, maxLength: 4 }).map((times) => times.toSorted());
const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 });
const timetable: fc.Arbitrary<When> = fc.record({
  weekdays: fc.oneof(fc.constant(allDays), weekdays),
  times: timesOfDay,
});

const daily = (...times: string[]): When => ({ weekdays: allDays, times });
const had = ({ date, nth }: Pick<Slot, 'date' | 'nth'>): Served => ({ servedOn: date, servedNth: nth });

test('over two years each time of each date is served exactly once, in any zone and on any days', () => {
  const start = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(zone, timetable, start, (timeZone, when, from) => {
      let last = nextSlot(when, timeZone, from);
      const until = from.getTime() + 730 * 24 * HOUR_MS;
      while (last.at.getTime() < until) {
        const next = nextSlot(when, timeZone, last.at, had(last));
        assertNext(next, last, when, timeZone);
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
      const { at, date } = nextSlot(daily(sendAt), timeZone, after);
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
    const slot = nextSlot(daily(sendAt), timeZone, new Date(after), { servedOn, servedNth: 1 });
    assert.deepEqual(slot, { at: new Date(at), date, nth: 1 }, `${timeZone} ${sendAt} after ${after}`);
  }
});

test('a reader who moves from zone to zone is never served a date twice, nor left waiting', () => {
  const step = fc.record({ moves: fc.boolean(), to: zone, part: fc.double({ min: 0, max: 1, noNaN: true }) });
  const journey = fc.array(step, { minLength: 5, maxLength: 40 });
  // The furthest zones are 26 hours apart, and a day may have 25.
  const longest = (24 + 26 + 2) * HOUR_MS;
  fc.assert(
    fc.property(zone, timesOfDay, journey, (home, times, steps) => {
      let timeZone = home;
      let now = new Date('2026-01-15T09:00:00Z');
      let last: Slot | undefined;
      let due = nextSlot(daily(...times), timeZone, now);
      for (const { moves, to, part } of steps) {
        assert.ok(
          due.at > now && due.at.getTime() - now.getTime() <= longest,
          `${timeZone} waits from ${now} to ${due.at}`,
        );
        if (moves) {
          now = new Date(now.getTime() + Math.floor(part * (due.at.getTime() - now.getTime() - 1)));
          timeZone = to;
        } else {
          assert.ok(
            !last || comesAfter(due, last),
            `${due.date} ${due.nth} after ${last?.date} ${last?.nth} in ${timeZone}`,
          );
          now = due.at;
          last = due;
        }
        due = nextSlot(daily(...times), timeZone, now, last && had(last));
      }
    }),
    { numRuns: 400 },
  );
});

const comesAfter = (a: Slot, b: Slot): boolean => a.date > b.date || (a.date === b.date && a.nth > b.nth);

test('who changes zone, days and times at any moment has no issue twice, and is served only on days they chose', () => {
  const step = fc.record({
    changes: fc.boolean(),
    to: zone,
    as: weekdays,
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const longest = (7 * 24 + 24 + 26 + 2) * HOUR_MS;
  fc.assert(
    fc.property(
      zone,
      timesOfDay,
      weekdays,
      fc.array(step, { minLength: 5, maxLength: 40 }),
      (home, times, first, steps) => {
        let [timeZone, wanted] = [home, first];
        let now = new Date('2026-01-15T09:00:00Z');
        let last: Slot | undefined;
        for (const { changes, to, as, part } of steps) {
          const due = nextSlot({ weekdays: wanted, times }, timeZone, now, last && had(last));
          assert.ok(due.at > now && due.at.getTime() - now.getTime() <= longest);
          if (changes) {
            now = new Date(now.getTime() + Math.floor(part * (due.at.getTime() - now.getTime() - 1)));
            [timeZone, wanted] = [to, as];
            continue;
          }
          assert.ok(!last || comesAfter(due, last), `${due.date} after ${last?.date}`);
          assert.ok(wanted.includes(weekdayOf(due.date)));
          now = due.at;
          last = due;
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a reader’s days are the newsletter’s, and one that it has not is the next one that it has', () => {
  const days = (has: number[], frequency: 'daily' | 'weekdays' | 'weekly', weekday: number | null = null) =>
    whenFor({ sendAt: '07:00', alsoAt: [], days: has }, { frequency, weekday, ownTime: null }).weekdays;
  assert.deepEqual(days([1, 3, 6], 'daily'), [1, 3, 6]);
  assert.deepEqual(days([1, 3, 6], 'weekdays'), [1, 3]);
  assert.deepEqual(days([6, 7], 'weekdays'), [6]);
  assert.deepEqual(days([7], 'weekdays'), [7]);
  assert.deepEqual(days([1, 3, 6], 'weekly', 3), [3]);
  assert.deepEqual(days([1, 3, 6], 'weekly', 4), [6]);
  assert.deepEqual(days([1, 3, 6], 'weekly', 7), [1]);
});

test('each of a newsletter’s times is its readers’, unless they chose one of their own, or one a week', () => {
  const times = (frequency: 'daily' | 'weekly', ownTime: string | null) =>
    whenFor(
      { sendAt: '07:00', alsoAt: ['06:30', '18:00'], days: allDays },
      { frequency, weekday: frequency === 'weekly' ? 5 : null, ownTime },
    ).times;
  assert.deepEqual(times('daily', null), ['06:30', '07:00', '18:00']);
  assert.deepEqual(times('daily', '12:00'), ['12:00']);
  assert.deepEqual(times('weekly', null), ['07:00']);
  assert.deepEqual(times('weekly', '12:00'), ['12:00']);
});

const twice: [zone: string, times: string[], after: string, served: [string, number] | null, at: string, is: string][] =
  [
    ['Europe/London', ['07:00', '18:00'], '2026-11-20T07:00Z', ['2026-11-20', 1], '2026-11-20T18:00Z', '2026-11-20 2'],
    ['Europe/London', ['07:00', '18:00'], '2026-11-20T18:00Z', ['2026-11-20', 2], '2026-11-21T07:00Z', '2026-11-21 1'],
    // Somebody new gets what is still to come of a date, and who has had its first one elsewhere the second.
    ['Europe/London', ['07:00', '18:00'], '2026-11-20T12:00Z', null, '2026-11-20T18:00Z', '2026-11-20 2'],
    ['Europe/London', ['07:00', '18:00'], '2026-11-20T03:00Z', ['2026-11-20', 1], '2026-11-20T18:00Z', '2026-11-20 2'],
    ['Europe/London', ['07:00', '18:00'], '2026-11-19T20:00Z', ['2026-11-20', 1], '2026-11-20T18:00Z', '2026-11-20 2'],
    // Spring: what the gap brings together is one, and what it moves keeps its order.
    ['Europe/London', ['01:00', '02:00'], '2026-03-28T12:00Z', null, '2026-03-29T01:00Z', '2026-03-29 2'],
    ['Europe/London', ['01:45', '02:15'], '2026-03-28T12:00Z', null, '2026-03-29T01:15Z', '2026-03-29 2'],
    // Autumn: half past one comes twice, and is served once.
    ['Europe/London', ['01:30', '02:30'], '2026-10-25T00:30Z', ['2026-10-25', 1], '2026-10-25T02:30Z', '2026-10-25 2'],
    // In Nuuk the last hour of a date is skipped: its issue comes with the one before.
    ['America/Nuuk', ['22:50', '23:45'], '2025-03-29T12:00Z', null, '2025-03-30T00:50Z', '2025-03-29 2'],
  ];

test('known moments of a day with several times', () => {
  for (const [timeZone, times, after, served, at, is] of twice) {
    const slot = nextSlot(
      daily(...times),
      timeZone,
      new Date(after),
      served && had({ date: served[0], nth: served[1] }),
    );
    assert.deepEqual([slot.at, `${slot.date} ${slot.nth}`], [new Date(at), is], `${timeZone} ${times} after ${after}`);
  }
});

test('when times are changed, who waits for one today gets one, and who has had today’s none twice', () => {
  const today = '2026-11-20';
  const cases: [times: string[], served: [string, number], at: string][] = [
    // At noon, by somebody who has had the one of 07:00 and waits for that of 18:00.
    [['07:00', '18:00'], [today, 1], '2026-11-20T18:00Z'],
    [['13:00', '18:00'], [today, 1], '2026-11-20T18:00Z'],
    [['18:00'], [today, 1], '2026-11-20T18:00Z'],
    [['07:00', '11:00'], [today, 1], '2026-11-20T12:15Z'],
    [['07:00'], [today, 1], '2026-11-21T07:00Z'],
    // And by somebody who has had none today.
    [['07:00'], ['2026-11-19', 1], '2026-11-20T12:15Z'],
    [['07:00', '20:00'], ['2026-11-19', 2], '2026-11-20T20:00Z'],
  ];
  const noon = new Date('2026-11-20T12:00Z');
  for (const [times, [date, nth], at] of cases)
    assert.deepEqual(
      slotOfToday(daily(...times), 'Europe/London', noon, had({ date, nth })).at,
      new Date(at),
      `${times}`,
    );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Temporal } from '../../src/kernel/temporal.ts';
import { nextSlot, type Served, type Slot, slotAfterMove } from '../../src/newsletters/next-slot.ts';
import type { When } from '../../src/newsletters/timetable.ts';
import { assertNext, DAY_MS, local, weekdayOf } from '../support/slot-judge.ts';

// Ten years whose rules are known by their history, Samoa's and North Korea's among them, and ten to come.
const decades = [2010, 2026];
const YEARS = 10;
const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const zones = Intl.supportedValuesOf('timeZone');

/**
 * Every date of ten years in every zone takes a minute of a processor: of the dates far from any change of the clocks, a
 * run looks at every so manieth zone's. SLOTS=all looks at all of them, SLOTS=7 at those of that seed.
 */
const seed = Number.parseInt(process.env.SLOTS ?? '1', 10);
const SHARE = process.env.SLOTS === 'all' ? 1 : 20;
const runs = { seed: Number.isNaN(seed) ? 1 : seed };
const isMine = (at: number) => SHARE === 1 || (at + runs.seed) % SHARE === 0;

const times = ['00:00', '00:30', '01:30', '02:15', '02:59', '07:00', '12:00', '18:45', '23:30', '23:59'];
const pick = <T>(from: T[], n: number): T => from[n % from.length] as T;

/** Of one day: once, twice a few minutes apart, and all of four. */
const timesOfDay = (n: number): string[] => {
  const some = [pick(times, n), ...(n % 3 > 0 ? [pick(times, n + 1)] : []), ...(n % 3 > 1 ? ['07:10', '19:20'] : [])];
  return some.toSorted();
};
const weekdays: number[][] = [
  [1, 2, 3, 4, 5, 6, 7],
  [1, 2, 3, 4, 5],
  [6, 7],
  [1, 3, 6],
  ...[1, 2, 3, 4, 5, 6, 7].map((day) => [day]),
];
const had = (slot: Slot | undefined): Served => ({ servedOn: slot?.date ?? null, servedNth: slot?.nth ?? 1 });
function walk(timeZone: string, when: When, from: Date, until: number): number {
  let last = nextSlot(when, timeZone, from);
  let served = 0;
  for (; last.at.getTime() < until; served += 1) {
    const next = nextSlot(when, timeZone, last.at, had(last));
    assertNext(next, last, when, timeZone);
    last = next;
  }
  return served;
}

test('every time of every date of ten years is served once, in zones that each have their turn', () => {
  let served = 0;
  for (const [at, timeZone] of zones.entries()) {
    if (!isMine(at)) continue;
    const from = new Date(`${pick(decades, at)}-01-01T00:00:00Z`);
    const until = from.getTime() + YEARS * 365.25 * DAY_MS;
    served += walk(timeZone, { times: [pick(times, at * 7 + runs.seed)], weekdays: pick(weekdays, 0) }, from, until);
    const several = { times: timesOfDay(at * 3 + runs.seed), weekdays: pick(weekdays, 1 + (at % 10)) };
    served += walk(timeZone, several, from, until);
  }
  assert.ok(served > (56_000 * 20) / SHARE, `${served} dates were served`);
});

test('around every change of the clocks in twenty years, of every zone, each time of each day is served once', () => {
  let changes = 0;
  for (const timeZone of zones) {
    for (const change of decades.flatMap((year) => changesOf(timeZone, year))) {
      changes += 1;
      const [from, until] = [new Date(change - 2 * DAY_MS), change + DAY_MS];
      // Where a date may be lost or doubled: what is skipped, or comes twice.
      const before = local(new Date(change - MINUTE_MS), timeZone).time;
      const touched = [later(before, 1), later(before, 30), local(new Date(change), timeZone).time];
      const days = pick(weekdays, 0);
      for (const time of touched) walk(timeZone, { times: [time], weekdays: days }, from, until);
      walk(timeZone, { times: [...new Set([...touched, '07:00'])].toSorted(), weekdays: days }, from, until);
      walk(timeZone, { times: timesOfDay(changes + runs.seed), weekdays: pick(weekdays, changes) }, from, until);
    }
  }
  assert.ok(changes > 4000, `${changes} changes were found`);
});

function later(time: string, minutes: number): string {
  return new Date(Date.parse(`1970-01-01T${time}:00Z`) + minutes * MINUTE_MS).toISOString().slice(11, 16);
}

function changesOf(timeZone: string, year: number): number[] {
  const end = Date.parse(`${year + YEARS}-01-01`);
  const found: number[] = [];
  let at = Temporal.PlainDate.from(`${year}-01-01`).toZonedDateTime(timeZone).getTimeZoneTransition('next');
  for (; at && at.epochMilliseconds < end; at = at.getTimeZoneTransition('next')) found.push(at.epochMilliseconds);
  return found;
}

/** Where a reader lived, from when until when. */
interface Stay {
  timeZone: string;
  from: number;
  until: number;
}

interface Travels {
  when: When;
  moves: { to: string; days: number }[];
  start: Date;
}

const travels: fc.Arbitrary<Travels> = fc.record({
  when: fc.record({
    times: fc.nat({ max: 29 }).map(timesOfDay),
    weekdays: fc.constantFrom(...weekdays),
  }),
  start: fc.date({ min: new Date('2010-01-01'), max: new Date('2035-06-01'), noInvalidDate: true }),
  // Now and then only minutes in a place, and sometimes weeks.
  moves: fc.array(
    fc.record({
      to: fc.constantFrom(...zones),
      days: fc.oneof(fc.double({ min: 0, max: 0.05, noNaN: true }), fc.double({ min: 0, max: 12, noNaN: true })),
    }),
    { minLength: 2, maxLength: 12 },
  ),
});

/** Lives through the travels: what was served, and where the reader was. */
function live({ when, moves, start }: Travels) {
  const [first, ...rest] = moves as [{ to: string; days: number }];
  const stays: Stay[] = [];
  const served: Slot[] = [];
  let [timeZone, now] = [first.to, start.getTime()];
  let due = nextSlot(when, timeZone, start);
  let began = due;
  for (const move of [...rest, { to: first.to, days: 9 }]) {
    const until = Math.floor(now + move.days * DAY_MS);
    stays.push({ timeZone, from: now, until });
    while (due.at.getTime() <= until) {
      // The date is the one of the place where it is planned.
      assert.equal(due.date, local(due.at, timeZone).date);
      served.push(due);
      due = nextSlot(when, timeZone, due.at, had(due));
    }
    now = until;
    const waiting = { from: timeZone, ...had(served.at(-1)), due: due.at };
    timeZone = move.to;
    due = slotAfterMove(when, timeZone, new Date(now), waiting);
    assert.ok(due.at.getTime() > now);
    // Who has had nothing yet waits for what they were told last.
    if (served.length === 0) began = due;
  }
  return { stays, served, began };
}

const LATE_MS = QUARTER_MS + MINUTE_MS;

/** Every issue of the days whose time has been on the reader's clock, there for them to see it come, and by when it has. */
function owed(
  { stays, began }: ReturnType<typeof live>,
  { when: { times: daily, weekdays: days } }: Travels,
): Map<string, number> {
  const issues = new Map<string, number>();
  for (const { timeZone, from, until } of stays) {
    for (let at = from + MINUTE_MS; at + LATE_MS <= until; at += QUARTER_MS) {
      const [now, then] = [local(new Date(at), timeZone), local(new Date(at + LATE_MS), timeZone)];
      const issue = nameOf({ date: now.date, nth: daily.filter((time) => time <= now.time).length });
      if (issue.endsWith('.0') || now.date !== then.date || then.time < now.time || issue < nameOf(began)) continue;
      if (days.includes(weekdayOf(now.date)) && !issues.has(issue)) issues.set(issue, at + LATE_MS);
    }
  }
  return issues;
}

const nameOf = ({ date, nth }: Pick<Slot, 'date' | 'nth'>): string => `${date}.${nth}`;

test('a reader who moves at any moment has no issue twice, and every one whose time has come where they were', () => {
  let moved = 0;
  fc.assert(
    fc.property(travels, (journey) => {
      const life = live(journey);
      moved += life.stays.length - 1;
      const issues = life.served.map(nameOf);
      for (const [at, issue] of issues.entries()) {
        assert.ok(at === 0 || issue > (issues[at - 1] ?? ''), `${issue} after ${issues[at - 1]}`);
      }
      for (const [issue, by] of owed(life, journey)) {
        // Of several that a move skips, the last one comes for all of them.
        const covered = life.served.some(
          (slot) => slot.at.getTime() <= by && slot.date === issue.slice(0, 10) && nameOf(slot) > issue,
        );
        assert.ok(covered || issues.includes(issue), `${issue} is missing: ${JSON.stringify({ life, journey })}`);
      }
    }),
    { ...runs, numRuns: 1200 },
  );
  assert.ok(moved > 3000, `${moved} moves`);
});

test('known moves: what was waited for comes after the move, while its date lasts', () => {
  const known: [
    from: string,
    servedOn: string | null,
    due: string,
    to: string,
    now: string,
    at: string,
    date: string,
  ][] = [
    // At six in Los Angeles it is eleven in the evening in Tokyo, and seven has gone by.
    [
      'America/Los_Angeles',
      '2026-11-19',
      '2026-11-20T15:00Z',
      'Asia/Tokyo',
      '2026-11-20T14:05Z',
      '2026-11-20T14:15Z',
      '2026-11-20',
    ],
    [
      'America/Los_Angeles',
      null,
      '2026-11-20T15:00Z',
      'Asia/Tokyo',
      '2026-11-20T14:05Z',
      '2026-11-20T14:15Z',
      '2026-11-20',
    ],
    // Too near to midnight: the date is over, and the next one's has its news.
    [
      'America/Los_Angeles',
      '2026-11-19',
      '2026-11-20T15:00Z',
      'Asia/Tokyo',
      '2026-11-20T14:50Z',
      '2026-11-20T22:00Z',
      '2026-11-21',
    ],
    // Had already, or still to come.
    [
      'Asia/Tokyo',
      '2026-11-20',
      '2026-11-20T22:00Z',
      'Europe/London',
      '2026-11-20T12:05Z',
      '2026-11-21T07:00Z',
      '2026-11-21',
    ],
    [
      'Asia/Tokyo',
      '2026-11-20',
      '2026-11-20T22:00Z',
      'America/Los_Angeles',
      '2026-11-20T14:05Z',
      '2026-11-21T15:00Z',
      '2026-11-21',
    ],
    // Nobody who has just come is owed what went by before.
    [
      'Europe/London',
      null,
      '2026-11-21T07:00Z',
      'Europe/Paris',
      '2026-11-20T20:00Z',
      '2026-11-21T06:00Z',
      '2026-11-21',
    ],
  ];
  for (const [from, servedOn, due, to, now, at, date] of known) {
    const waiting = { from, servedOn, servedNth: 1, due: new Date(due) };
    assert.deepEqual(
      slotAfterMove({ times: ['07:00'], weekdays: pick(weekdays, 0) }, to, new Date(now), waiting),
      { at: new Date(at), date, nth: 1 },
      `${from} to ${to}`,
    );
  }
});

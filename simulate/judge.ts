import type { Stay } from './life.ts';
import type { Outage } from './outages.ts';
import { dayAfter, instantOf, shown, weekdayOf } from './zones.ts';

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;

/** A row of the ledger. */
export interface Row {
  slot: number;
  late: boolean;
  state: string;
  reason: string | null;
}

/** When the newsletter comes. */
export interface Paper {
  sendAt: string;
  /** All of a day, in order. */
  times: string[];
  /** ISO, 1 is Monday. */
  week: number[];
}

export interface Rules {
  paper: Paper;
  outages: Outage[];
  latenessMs: number;
  /** What is due later than this is left out: the simulation was over. */
  until: number;
}

/** What became of what was due: `sent`, `skipped: nothing new` and so on, or one of the broken promises. */
export type Verdict = { issue: string } & Fate;
type Fate = { fate: string; broken: boolean };

/** A row with the issue it is: `2026-11-21.2`. */
type Had = Row & { issue: string };

/** `once`: any issue of the date is as good. */
interface Due {
  issue: string;
  at: number;
  once: boolean;
}

/**
 * Judges one reader's year by the calendar and by Intl: every time of every date that is theirs and has come by their clock
 * while they were subscribed and not paused is due, and so is one that a move has skipped.
 */
export function judge(stays: Stay[], rows: Row[], rules: Rules): Verdict[] {
  const verdicts: Verdict[] = [];
  const had = rows.map((row) => ({ ...row, issue: issueOf(row.slot, stayAt(stays, row.slot).zone, rules.paper) }));
  const byIssue = new Map<string, Had>();
  for (const row of had) {
    if (byIssue.has(row.issue)) verdicts.push({ issue: row.issue, fate: 'doubled', broken: true });
    byIssue.set(row.issue, row);
  }
  const wanted = new Set<Had>();
  for (const { issue, at, once } of dueIssues(stays, had, rules)) {
    const row = once ? had.find((one) => dateOf(one.issue) === dateOf(issue)) : byIssue.get(issue);
    if (row) wanted.add(row);
    if (row) verdicts.push({ issue, ...fateOf(row) });
    // Nobody goes back to an issue when a later one has come: by the clock of where they were before.
    else if (had.some((other) => other.slot <= at && other.issue > issue)) continue;
    else verdicts.push({ issue, ...excuse(at, stays, had, rules) });
  }
  for (const row of had) {
    if (wanted.has(row) || row.slot > rules.until || followsMove(row.slot, stays) || catchesUp(row, stays, rules))
      continue;
    verdicts.push({ issue: row.issue, fate: 'uncalled for', broken: true });
  }
  return verdicts;
}

const dateOf = (issue: string): string => issue.slice(0, 10);

/** Who has a time of their own gets the newest there is by then, and in the early morning the first one. */
function issueOf(slot: number, zone: string, { times }: Paper): string {
  const { date, time } = shown(slot, zone);
  return `${date}.${Math.max(1, times.filter((one) => one <= time).length)}`;
}

function fateOf({ state, late, reason }: Row): Fate {
  if (state === 'accepted') return { fate: late ? 'late' : 'sent', broken: false };
  if (state === 'skipped' || state === 'failed') return { fate: `${state}: ${reason}`, broken: false };
  return { fate: `left ${state}`, broken: true };
}

/** Why there may be no row. */
function excuse(at: number, stays: Stay[], had: Had[], { outages, latenessMs }: Rules): Fate {
  // A tick comes each minute: what is due just before an outage waits for its end as well.
  const outage = outages.find(({ from, until }) => from - MINUTE_MS <= at && at < until);
  const until = outage?.until ?? at;
  if (until - at > latenessMs) return { fate: 'passed over: past the lateness limit', broken: false };
  const changed = stays.some((stay, n) => n > 0 && stay.from >= at && stay.from <= until + 2 * MINUTE_MS);
  if (changed) return { fate: 'passed over: changed by the reader before it could be sent', broken: false };
  // One late edition, and never a backlog.
  if (outage && had.some(({ slot, late }) => late && slot < at && slot >= outage.from - MINUTE_MS))
    return { fate: 'passed over: told by the late one before it', broken: false };
  return { fate: 'missed', broken: true };
}

function dueIssues(stays: Stay[], had: Had[], { paper, until: horizon }: Rules): Iterable<Due> {
  const due = new Map<string, Due>();
  for (const [n, stay] of stays.entries()) {
    const until = Math.min(stays[n + 1]?.from ?? horizon, horizon);
    const before = stays[n - 1];
    if (!stay.active) continue;
    if (before?.active && before.zone !== stay.zone && !(stay.pausedUntil && stay.pausedUntil > stay.from))
      skippedByMove(stay, until);
    const last = shown(until, stay.zone).date;
    for (let date = shown(stay.from, stay.zone).date; date <= last; date = dayAfter(date)) {
      if (!wants(stay, date, paper)) continue;
      for (const { at, issue } of issuesOn(date, stay, paper))
        if (at > stay.from && at <= until && at >= (stay.pausedUntil ?? 0)) add(issue, at, stay);
    }
  }
  return due.values();

  function add(issue: string, at: number, stay: Stay): void {
    const once = timesFor(stay, paper).length === 1;
    // Who gets one a day has had it, whichever it was.
    if (once && had.some((row) => row.slot < at && dateOf(row.issue) === dateOf(issue))) return;
    const key = once ? dateOf(issue) : issue;
    if (!due.has(key) || (due.get(key)?.at ?? 0) > at) due.set(key, { issue, at, once });
  }

  /** The newest of today whose time has gone by, for all of them; what comes within a quarter of an hour takes them along. */
  function skippedByMove(stay: Stay, until: number): void {
    const today = shown(stay.from, stay.zone).date;
    const soon = quarterAfter(stay.from);
    if (!wants(stay, today, paper) || soon > until || shown(soon, stay.zone).date !== today) return;
    const newest = issuesOn(today, stay, paper).findLast(({ at }) => at <= soon);
    const last = had.findLast(({ slot }) => slot < stay.from)?.issue;
    if (!newest || newest.at > stay.from || last === undefined || last >= newest.issue) return;
    add(newest.issue, soon, stay);
  }
}

function issuesOn(date: string, stay: Stay, paper: Paper): { at: number; issue: string }[] {
  return timesFor(stay, paper).map((time) => {
    const at = instantOf(stay.zone, date, time);
    return { at, issue: issueOf(at, stay.zone, paper) };
  });
}

const timesFor = ({ ownTime, frequency }: Stay, { sendAt, times }: Paper): string[] => {
  if (ownTime !== null) return [ownTime];
  return frequency === 'weekly' ? [sendAt] : times;
};

function wants({ frequency, weekday }: Stay, date: string, { week }: Paper): boolean {
  const day = weekdayOf(date);
  if (frequency === 'daily') return week.includes(day);
  if (frequency === 'weekdays' && week.some((one) => one < 6)) return day < 6 && week.includes(day);
  let first = frequency === 'weekdays' ? 6 : (weekday ?? 1);
  while (!week.includes(first)) first = (first % 7) + 1;
  return day === first;
}

const quarterAfter = (at: number): number => (Math.floor(at / QUARTER_MS) + 1) * QUARTER_MS;

const followsMove = (slot: number, stays: Stay[]): boolean =>
  stays.some((stay, n) => n > 0 && quarterAfter(stay.from) === slot && stays[n - 1]?.zone !== stay.zone);

/** Who changes their mind in an outage gets, after it, the late one that they would have had by what they want now. */
const catchesUp = ({ slot, late, issue }: Had, stays: Stay[], { paper, outages }: Rules): boolean =>
  late &&
  stays.some(
    (stay, n) =>
      n > 0 &&
      stay.from > slot &&
      outages.some(({ from, until }) => from <= slot && stay.from < until) &&
      wants(stay, dateOf(issue), paper) &&
      issuesOn(dateOf(issue), stay, paper).some(({ at }) => at === slot),
  );

const stayAt = (stays: Stay[], at: number): Stay => stays.findLast(({ from }) => from < at) ?? (stays[0] as Stay);

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

export interface Rules {
  outages: Outage[];
  latenessMs: number;
  /** What is due later than this is left out: the simulation was over. */
  until: number;
}

/** What became of what was due: `sent`, `skipped: nothing new` and so on, or one of the broken promises. */
export type Verdict = { date: string; fate: string; broken: boolean };

/**
 * Judges one reader's year by the calendar and by Intl: every date of their rhythm whose time has come by their clock
 * while they were subscribed and not paused is due, and so is one whose time a move has skipped.
 */
export function judge(stays: Stay[], rows: Row[], rules: Rules): Verdict[] {
  const verdicts: Verdict[] = [];
  const byDate = new Map<string, Row>();
  const dated = rows.map((row) => ({ ...row, date: shown(row.slot, stayAt(stays, row.slot).zone).date }));
  for (const row of dated) {
    if (byDate.has(row.date)) verdicts.push({ date: row.date, fate: 'doubled', broken: true });
    byDate.set(row.date, row);
  }
  const due = dueDates(stays, dated, rules.until);
  for (const [date, at] of due) {
    const row = byDate.get(date);
    if (row) verdicts.push({ date, ...fateOf(row) });
    // Nobody goes back to a date when a later one has come: by the clock of where they were before.
    else if (dated.some((other) => other.slot <= at && other.date > date)) continue;
    else verdicts.push({ date, ...excuse(at, stays, rules) });
  }
  for (const { date, slot } of dated) {
    if (due.has(date) || slot > rules.until || followsMove(slot, stays)) continue;
    verdicts.push({ date, fate: 'uncalled for', broken: true });
  }
  return verdicts;
}

function fateOf({ state, late, reason }: Row): Omit<Verdict, 'date'> {
  if (state === 'accepted') return { fate: late ? 'late' : 'sent', broken: false };
  if (state === 'skipped' || state === 'failed') return { fate: `${state}: ${reason}`, broken: false };
  return { fate: `left ${state}`, broken: true };
}

/** Why there may be no row. */
function excuse(at: number, stays: Stay[], { outages, latenessMs }: Rules): Omit<Verdict, 'date'> {
  // A tick comes each minute: what is due just before an outage waits for its end as well.
  const outage = outages.find(({ from, until }) => from - MINUTE_MS <= at && at < until);
  const until = outage?.until ?? at;
  if (until - at > latenessMs) return { fate: 'passed over: past the lateness limit', broken: false };
  const changed = stays.some((stay, n) => n > 0 && stay.from >= at && stay.from <= until + 2 * MINUTE_MS);
  if (changed) return { fate: 'passed over: changed by the reader before it could be sent', broken: false };
  return { fate: 'missed', broken: true };
}

function dueDates(stays: Stay[], rows: (Row & { date: string })[], horizon: number): Map<string, number> {
  const due = new Map<string, number>();
  const add = (date: string, at: number) => due.set(date, Math.min(at, due.get(date) ?? at));
  for (const [n, stay] of stays.entries()) {
    const until = Math.min(stays[n + 1]?.from ?? horizon, horizon);
    const before = stays[n - 1];
    if (!stay.active) continue;
    if (before?.active && before.zone !== stay.zone && !(stay.pausedUntil && stay.pausedUntil > stay.from))
      skippedByMove(stay, until);
    const last = shown(until, stay.zone).date;
    for (let date = shown(stay.from, stay.zone).date; date <= last; date = dayAfter(date)) {
      if (!wants(stay, date)) continue;
      const at = instantOf(stay.zone, date, stay.time);
      if (at > stay.from && at <= until && at >= (stay.pausedUntil ?? 0)) add(date, at);
    }
  }
  return due;

  function skippedByMove(stay: Stay, until: number): void {
    const today = shown(stay.from, stay.zone).date;
    const had = rows.findLast(({ slot }) => slot < stay.from)?.date;
    const soon = quarterAfter(stay.from);
    if (had === undefined || had >= today || !wants(stay, today) || soon > until) return;
    if (instantOf(stay.zone, today, stay.time) > stay.from || shown(soon, stay.zone).date !== today) return;
    add(today, soon);
  }
}

const wants = ({ frequency, weekday }: Stay, date: string): boolean => {
  const day = weekdayOf(date);
  return frequency === 'daily' || (frequency === 'weekdays' ? day < 6 : day === weekday);
};

const quarterAfter = (at: number): number => (Math.floor(at / QUARTER_MS) + 1) * QUARTER_MS;

const followsMove = (slot: number, stays: Stay[]): boolean =>
  stays.some((stay, n) => n > 0 && quarterAfter(stay.from) === slot && stays[n - 1]?.zone !== stay.zone);

const stayAt = (stays: Stay[], at: number): Stay => stays.findLast(({ from }) => from < at) ?? (stays[0] as Stay);

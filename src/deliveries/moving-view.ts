import { type Counts, type EditionReport, WAITS } from './delivery.ts';
import type { Moving } from './watch-edition.ts';

interface Numbers {
  counts: Counts;
  /** Null where nobody watches the workers: a page without JavaScript. */
  moving: Moving | null;
  status: string;
}

const LINE = { width: 480, height: 48 };
const RATE_OVER = 5;

/** An edition that goes out, as a page shows it second by second. */
export function movingView({ counts, moving, status }: Numbers) {
  const { audience, skipped } = counts;
  // What the workers have told and the ledger has not been counted for yet.
  const accepted = Math.max(counts.accepted, moving?.accepted ?? 0);
  const remaining = Math.max(0, audience - accepted - skipped - counts.failed - counts.uncertain);
  const last = moving?.rates.slice(-RATE_OVER) ?? [];
  const rate = Math.round(last.reduce((sum, n) => sum + n, 0) / Math.max(1, last.length));
  return {
    status,
    accepted,
    audience,
    remaining,
    done: audience === 0 ? 0 : Math.floor((100 * (audience - remaining)) / audience),
    rate: moving && moving.rates.length > 0 ? rate : null,
    timeLeft: rate > 0 ? duration(Math.ceil(remaining / rate)) : null,
    line:
      moving && moving.rates.length > 1
        ? { ...LINE, points: points(moving.rates), most: Math.max(...moving.rates) }
        : null,
    ...(moving && waitsView(moving)),
    errors: Object.entries(moving?.reasons ?? {})
      .map(([reason, readers]) => ({ reason, readers }))
      .toSorted((a, b) => b.readers - a.readers),
    providers: Object.entries(moving?.providers ?? {})
      .map(([provider, sums]) => ({ provider, ...sums }))
      .toSorted((a, b) => b.accepted - a.accepted)
      .toSorted(othersLast),
  };
}

const othersLast = (a: { provider: string }, b: { provider: string }): number =>
  Number(a.provider === 'others') - Number(b.provider === 'others');

/** What is over, and measured to the second. */
export function reportView({ waits, ...report }: EditionReport) {
  const readers = WAITS.concat(0).map((_, n) => waits.find(({ bucket }) => bucket === n)?.readers ?? 0);
  const inWords = (seconds: number | null) => (seconds === null ? null : duration(seconds));
  return {
    ...{ first: inWords(report.first), median: inWords(report.median), p95: inWords(report.p95) },
    providers: report.providers
      .toSorted(othersLast)
      .map((p) => ({ ...p, median: inWords(p.median), p95: inWords(p.p95) })),
    errors: report.errors,
    bars: bars(readers),
  };
}

function waitsView({ waits, firstMs }: Moving) {
  const all = waits.reduce((sum, n) => sum + n, 0);
  const within = (part: number): string | null => {
    let sum = 0;
    const at = waits.findIndex((n) => {
      sum += n;
      return all > 0 && sum >= all * part;
    });
    return at === -1 ? null : under(at);
  };
  return {
    first: firstMs === null ? null : duration(firstMs / 1000),
    median: within(0.5),
    p95: within(0.95),
    bars: bars(waits),
  };
}

const BAR = { width: 28, gap: 4, height: 64 };

function bars(readers: number[]) {
  const most = Math.max(1, ...readers);
  const last = readers.findLastIndex((n) => n > 0);
  return readers.slice(0, last + 1).map((n, at) => {
    const height = n === 0 ? 0 : Math.max(1, Math.round((BAR.height * n) / most));
    return {
      label: under(at),
      readers: n,
      x: at * (BAR.width + BAR.gap),
      y: BAR.height - height,
      height,
      ...{ width: BAR.width },
    };
  });
}

const under = (bucket: number): string => {
  const seconds = WAITS[bucket];
  return seconds === undefined ? `over ${duration(WAITS.at(-1) ?? 0)}` : `under ${duration(seconds)}`;
};

/** `0.4 s`, `12 s`, `3 min`, `2 h` */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

function points(rates: number[]): string {
  const most = Math.max(1, ...rates);
  const step = LINE.width / Math.max(1, rates.length - 1);
  return rates
    .map((rate, n) => `${Math.round(n * step)},${Math.round(LINE.height - (LINE.height * rate) / most)}`)
    .join(' ');
}

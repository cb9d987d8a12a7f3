import type { Random } from '../fuzz/random.ts';
import { DAY_MS } from './zones.ts';

export interface Outage {
  from: number;
  until: number;
}

const MINUTE_MS = 60_000;
/** Within the lateness limit of six hours, past it for some, and past it for everybody. */
const LENGTHS = [15, 40, 90, 200, 350, 420, 700, 30 * 60];
/** Over the nights on which clocks change: Europe, North America, Australia and Chile. */
const NIGHTS = [
  ...['2026-03-29T00:30Z', '2026-04-04T14:00Z', '2026-10-03T15:00Z', '2026-10-25T00:20Z', '2026-11-01T05:00Z'],
  ...['2027-03-14T06:00Z'],
];
const NIGHT_MINUTES = 170;

/** When no worker runs. Readers go on changing their minds meanwhile, and the newsroom publishing. */
export function outagesOf(from: number, until: number, random: Random): Outage[] {
  const found = NIGHTS.map((night) => Date.parse(night)).map((at) => ({
    from: at,
    until: at + NIGHT_MINUTES * MINUTE_MS,
  }));
  for (let at = from + DAY_MS; at < until; at += (3 + random.int(12)) * DAY_MS) {
    const begins = at + random.int(DAY_MS);
    found.push({ from: begins, until: begins + random.pick(LENGTHS) * MINUTE_MS });
  }
  return found
    .filter((outage) => outage.from > from && outage.until < until - DAY_MS)
    .toSorted((a, b) => a.from - b.from)
    .filter((outage, at, all) => all.slice(0, at).every((before) => before.until + DAY_MS / 4 < outage.from));
}

import { Temporal } from '../../kernel/temporal.ts';
import type { Moment, Order } from '../text/dates/moment.ts';
import { type Custom, findDates } from '../text/dates/read.ts';
import { momentIn, orderIn } from '../text/instant.ts';

// Clocks differ; whoever is further ahead has written a local time as UTC, or an event, or "never".
const AHEAD = 15 * 60_000;
const LONG = 100;
const MONTH_FIRST = /^(US|PH|FM|MH|PW)$/;

/** How dates are read on a page: by its language where that names a country, else by the zone. */
export function customOf(language: string, zone: string): Custom {
  return { zone, order: orderOf(language, zone) };
}

function orderOf(language: string, zone: string): Order {
  const [tongue = '', region] = language.split(/[-_]/);
  if (tongue !== '' && tongue.toLowerCase() !== 'en') return 'dmy';
  if (region && /^[a-z]{2}$/i.test(region)) return MONTH_FIRST.test(region.toUpperCase()) ? 'mdy' : 'dmy';
  return orderIn(zone);
}

export const isPastAt = (now: Date) => (at: Date) => at.getTime() <= now.getTime() + AHEAD;

/**
 * The first date that can be one, from the most trusted voice to the least. Where that names only the day, the time of
 * the same day may come from another.
 */
export function dateOf(voices: (string | Moment | undefined)[], { zone, order }: Custom, now: Date): Date | undefined {
  const isPast = isPastAt(now);
  const moments = voices
    .map((voice) => (typeof voice === 'string' ? momentOf(voice, { zone, order }) : voice))
    .filter((moment) => moment !== undefined && isPast(moment.at));
  const [first] = moments;
  if (!first?.dayOnly) return first?.at;
  const day = dayOf(first.at, zone);
  return (moments.find((moment) => moment && !moment.dayOnly && dayOf(moment.at, zone) === day) ?? first).at;
}

/** `Published: 29 March 2022` where only the date should stand. */
const momentOf = (text: string, custom: Custom): Moment | undefined =>
  momentIn(text, custom.zone, custom.order) ?? (text.length < LONG ? findDates(text, custom)[0] : undefined);

const dayOf = (at: Date, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDate().toString();

/** `/2022/03/29/` in the address of an article is the day it was published. */
export const dayInAddress = (url: string): string => {
  const [, year, month, day] = /\/((?:19|20)\d\d)[/-](\d\d)[/-](\d\d)(?:[/-]|$)/.exec(new URL(url).pathname) ?? [];
  return year ? `${year}-${month}-${day}` : '';
};

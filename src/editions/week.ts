import { kept } from '../kernel/kept.ts';
import type { Candidate, Edition } from './edition.ts';

interface Setting {
  brand: { locale: string };
  say(key: string, values: Record<string, string | number>): string;
}

const DAY_MS = 86_400_000;
/** News of fewer days is a day's, with what was left over from before. */
const FEWEST_DAYS = 4;

/**
 * What an edition of several days says of itself: who gets one a week, or comes back from a pause, reads a week, and not
 * what is in it alone. Readers share a mail by its articles, so these decide, and the readers' rhythms do not.
 */
export function weekOf(
  { asOf }: Pick<Edition, 'asOf'>,
  articles: Pick<Candidate, 'availableAt' | 'headline'>[],
  timeZone: string,
  { brand: { locale }, say }: Setting,
): { days: string; preheader: string } | undefined {
  const dayOf = dayIn(timeZone);
  if (new Set(articles.map(({ availableAt }) => dayOf.format(availableAt))).size < FEWEST_DAYS) return undefined;
  const [, second] = articles;
  return {
    days: rangeIn(timeZone, locale).formatRange(asOf.getTime() - 7 * DAY_MS, asOf),
    preheader: say('digest.week-preheader', { count: articles.length, headline: second?.headline ?? '' }),
  };
}

/** Each holds memory that the garbage collector does not see. */
const formats = new Map<string, Intl.DateTimeFormat>();
const FORMATS_KEPT = 200;

const dayIn = (timeZone: string) =>
  kept(formats, timeZone, FORMATS_KEPT, () => new Intl.DateTimeFormat('sv', { timeZone }));

/** `20–27 November 2026` */
function rangeIn(timeZone: string, locale: string): Intl.DateTimeFormat {
  const spoken = locale === 'en' ? 'en-GB' : locale;
  const style = { day: 'numeric', month: 'long', year: 'numeric' } as const;
  const made = () => new Intl.DateTimeFormat(spoken, { timeZone, ...style });
  return kept(formats, `${timeZone} ${locale}`, FORMATS_KEPT, made);
}

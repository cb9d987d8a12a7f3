import { type Custom, type Found, findDates } from '../text/dates/read.ts';
import { creditIn } from './credits.ts';
import { PUBLISHED, UPDATED, WEAK } from './date-labels.ts';
import { ancestorsOf, hasClass, isWithin } from './elements.ts';
import { withoutBy } from './names.ts';
import type { Near } from './near.ts';
import type { Element } from './outline.ts';

// Of something else than the article.
const OTHERS =
  /(?<!\p{L})(?:events?|starts?|from|until|till|deadline|expires?|born|died|on sale|joined|member since|copyright|archived?|accessed|retrieved|registered|valid|opens?|closes?|due|next|last visit|comment(?:ed)?|says|wrote|repl(?:y|ied))(?!\p{L})/iu;
const DATED =
  /^(?:[a-z0-9]+[-_]+)*(?:date|dates|dateline|datetime|time|timestamp|published|pubdate|posted|posted-on|updated|meta|byline|publication|publish|postdate|entry-date)(?:[-_]+[a-z0-9]+)*$/;
const LONG = 200;
const CHATTER = 18;
const FAR = 25;
const DATELINE = 100;
const CLOSE = 8;

export interface VisibleDates {
  published?: Found;
  modified?: Found;
}

/** The dates that stand under the headline, or over it, as those of the article. */
export function visibleDates(
  lines: Near[],
  custom: Custom,
  language: string,
  isPast: (at: Date) => boolean,
): VisibleDates {
  const seen = lines
    .flatMap((line, at) => datesIn(line, lines[at - 1], custom, language))
    .filter(({ at }) => isPast(at))
    .toSorted((a, b) => a.rank - b.rank);
  const published = seen.find(({ updated }) => !updated) ?? datelineOf(lines, custom, isPast);
  const modified = seen.find(({ updated }) => updated);
  return { ...(published && { published }), ...(modified && { modified }) };
}

/** `LONDON, March 29, 2022 (Newswire) — The council has …` */
function datelineOf(lines: Near[], custom: Custom, isPast: (at: Date) => boolean): Found | undefined {
  const starts = lines
    .filter(({ distance }) => distance > 0 && distance <= CLOSE)
    .map(({ text }) => text.slice(0, DATELINE));
  for (const start of starts) {
    const [date] = findDates(start, custom);
    const place = date ? start.slice(0, date.start) : '';
    const isDateline =
      /^\p{Lu}{3}[\p{Lu}\s.,'’/-]*,\s*$/u.test(place) && /^\s*(?:[(/–—]|--)/.test(start.slice(date?.end));
    if (date && isDateline && isPast(date.at)) return date;
  }
  return undefined;
}

interface Seen extends Found {
  updated: boolean;
  /** The less the better. */
  rank: number;
}

function datesIn(line: Near, before: Near | undefined, custom: Custom, language: string): Seen[] {
  if (line.text.length > LONG || !/\p{Nd}/u.test(line.text) || line.within.some(isCaption)) return [];
  const found = findDates(line.text, custom);
  const marked = line.within.some(isDated);
  const byline = creditIn(line.text, custom, language) !== undefined;
  // Some write the label in a line of its own.
  const above = before && before.distance === line.distance - 1 && before.text.length < 30 ? before.text : '';
  let updatedSoFar = false;
  return found.flatMap((date, at) => {
    const from = found[at - 1]?.end ?? 0;
    const label = line.text.slice(from, date.start).trim();
    const spoken = at === 0 && label === '' ? above : label;
    const isLabelled = UPDATED.test(spoken) || PUBLISHED.test(spoken) || WEAK.test(spoken);
    if (/[©®]/.test(spoken) || (OTHERS.test(spoken) && !byline)) return [];
    if (!fits(line, found, marked, byline, isLabelled, language)) return [];
    const updated = UPDATED.test(spoken) && !/\bfirst published\b/i.test(spoken);
    const second = at > 0 && label.length < 4 && !updatedSoFar && marked;
    updatedSoFar ||= updated;
    const rank = rankOf(line, marked || byline || (isLabelled && label !== ''));
    return rank === undefined ? [] : [{ ...date, updated: updated || second, rank }];
  });
}

const isDated = (element: Element): boolean =>
  ancestorsOf(element)
    .take(3)
    .some((at) => at.name === 'time' || hasClass(at, DATED));

const isCaption = (element: Element): boolean =>
  isWithin(element, ({ name }) => name === 'figure' || name === 'figcaption');

/** What is left beside the date and its label is no sentence. */
function fits(
  line: Near,
  found: Found[],
  marked: boolean,
  byline: boolean,
  isLabelled: boolean,
  language: string,
): boolean {
  let rest = line.text;
  for (const { start, end } of found.toReversed()) rest = `${rest.slice(0, start)} ${rest.slice(end)}`;
  if (byline) rest = withoutBy(rest, language);
  const left = rest.replace(UPDATED, '').replace(PUBLISHED, '').replace(/\P{L}/gu, '').length;
  if (left === 0) return true;
  // Prose seldom tells the minute.
  const isExact = isLabelled || found.some(({ dayOnly }) => !dayOnly);
  const most = marked || byline ? CHATTER * 5 : isExact ? CHATTER * 2 : CHATTER;
  return left <= most && (marked || byline || !/[.!?]$/.test(line.text) || /[ap]\.m\.$/i.test(line.text));
}

/** Below and near is best; the date over everything is that of the day on which the page was asked for. */
function rankOf({ distance, inArticle }: Near, sure: boolean): number | undefined {
  if (distance < 0) return inArticle && (sure || distance >= -2) ? (sure ? 100 : 300) - distance : undefined;
  if (sure) return distance <= FAR ? distance : 400 + distance;
  return distance <= CLOSE ? 150 + distance : undefined;
}

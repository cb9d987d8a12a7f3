import { type Custom, findDates } from '../text/dates/read.ts';
import { withoutLabel } from './date-labels.ts';
import { isByline } from './names.ts';

// A sentence that has a date and "by" in it says more before them.
const LEAD = 30;
const LONG = 120;
const BARS = /\s*[|•·]\s*/;

/** The part of a line that says of itself who wrote the article: `Friday 8 July 2016 | by Jane Doe | 2 comments`. */
export function creditIn(line: string, custom: Custom, language: string): string | undefined {
  const dates = findDates(line, custom);
  const from = [0, ...dates.map(({ end }) => end)];
  const pieces = from.flatMap((start, at) => {
    const date = dates[at];
    return (date ? withoutLabel(line.slice(start, date.start)) : line.slice(start)).split(BARS);
  });
  if (!isByline(line, language) && isSentence(line, dates[0]?.start ?? 0)) return undefined;
  return pieces.find((piece) => isByline(piece, language));
}

const isSentence = (line: string, lead: number): boolean => lead > LEAD || line.length > LONG || /[.!?…]$/.test(line);

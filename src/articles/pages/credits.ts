import { type Custom, findDates } from '../text/dates/read.ts';
import { withoutLabel } from './date-labels.ts';
import { isByline } from './names.ts';

const LONG = 120;
const BARS = /\s*[|•·]\s*|\s+(?=(?:author|auteur|autor|автор|作者|记者|記者)\s?[:：])/iu;

/** The part of a line that says of itself who wrote the article: `Friday 8 July 2016 | by Jane Doe | 2 comments`. */
export function creditIn(line: string, custom: Custom, language: string): string | undefined {
  const dates = findDates(line, custom);
  const from = [0, ...dates.map(({ end }) => end)];
  const pieces = from.flatMap((start, at) => {
    const date = dates[at];
    return (date ? withoutLabel(line.slice(start, date.start)) : line.slice(start)).split(BARS);
  });
  if (!isByline(line, language) && isSentence(line, withoutLabel(line.slice(0, dates[0]?.start ?? 0))))
    return undefined;
  return pieces.find((piece) => isByline(piece, language));
}

/** It says more before the date than that it is one. */
const isSentence = (line: string, lead: string): boolean =>
  /\p{L}/u.test(lead) || line.length > LONG || /[.!?…]$/.test(line);

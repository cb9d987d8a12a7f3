import { beginsAnother } from './asides.ts';
import { ancestorsOf, isWithin } from './elements.ts';
import type { Line } from './lines.ts';
import type { Element } from './outline.ts';
import { sameWords } from './titles.ts';

/** A line of the article, by how far it is from its headline. */
export interface Near extends Line {
  /** Lines below the headline; above it is less than nought. */
  distance: number;
  /** In what holds the headline as well, which the top of the site does not. */
  inArticle: boolean;
}

const ABOVE = 8;
const BELOW = 400;
// No byline is as long.
const PROSE = 60;

/** The lines around the headline, down to where comments or other articles begin. */
export function linesNear(lines: Line[], heading: Element | undefined, headline: string): Near[] {
  const isHeading = (line: Line) =>
    heading ? line.within.some((element) => isWithin(element, (at) => at === heading)) : sameWords(line.text, headline);
  const at = lines.findIndex(isHeading);
  const after = lines.findLastIndex((line, index) => index < at + ABOVE && isHeading(line));
  const from = Math.max(0, at - ABOVE);
  const below = lines.slice(after + 1, after + 1 + BELOW);
  const prose = below.findIndex(({ text }) => text.length > PROSE);
  const end = below.findIndex(({ text }, index) => beginsAnother(text) && (index > prose || !isCount(text)));
  const near = end < 0 ? below : below.slice(0, end);
  const container = heading && containerOf(heading);
  const inArticle = (line: Line) =>
    container === undefined || line.within.some((element) => isWithin(element, (up) => up === container));
  return [
    ...(at < 0 ? [] : lines.slice(from, at)).map((line, index) => ({ ...line, distance: index + from - at })),
    ...near.map((line, index) => ({ ...line, distance: index + 1 })),
  ].map((line) => ({ ...line, inArticle: inArticle(line) }));
}

/** `0 comments` stands over the text of an article as well. */
const isCount = (text: string): boolean => /^\d+\s+\p{L}+$/u.test(text);

/** The article, or whatever is nearest to it. */
function containerOf(heading: Element): Element | undefined {
  const around = ancestorsOf(heading).drop(1).toArray();
  return (
    around.find(({ name }) => name === 'article' || name === 'main') ??
    around.find(
      ({ name, attribs }) => name !== 'body' && name !== 'header' && isStory(`${attribs.class} ${attribs.id}`),
    ) ??
    // A page laid out as a table has its menu in another cell.
    around.find(({ name }) => name === 'td')
  );
}

const isStory = (words: string): boolean =>
  /(^|[\s_-])(article|story|post|entry|content)([\s_-]|$)/i.test(words) && !/head|title/i.test(words);

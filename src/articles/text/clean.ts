import { convert, type HtmlToTextOptions } from 'html-to-text';
import { truncate } from './truncate.ts';

// Private-use characters mark the slots of message templates; bidi controls can make a headline read as another.
const STRIPPED = /[\uE000-\uF8FF\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;

/** One line of text as it may stand in a subject or a card: no control characters, no runs of blanks. */
export const cleanLine = (text: string): string =>
  text.toWellFormed().replace(STRIPPED, '').replace(CONTROLS, ' ').replace(/\s+/g, ' ').trim();

// A standfirst is the beginning of a text: a hostile body is not read to its end, nor to its depth.
const READ_LIMIT = 50_000;
const DEPTH_LIMIT = 100;

const blocks = 'h1 h2 h3 h4 h5 h6 ul ol li blockquote table tr td th dt dd'.split(' ');
const skipped = 'img figure figcaption script style noscript iframe template textarea title svg form'.split(' ');
const options: HtmlToTextOptions = {
  wordwrap: false,
  limits: { maxInputLength: READ_LIMIT, maxDepth: DEPTH_LIMIT, ellipsis: '' },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    ...blocks.map((selector) => ({ selector, format: 'block' })),
    ...skipped.map((selector) => ({ selector, format: 'skip' })),
  ],
};

// What blog software appends to a summary.
const TRAILERS = [
  /The post .{1,300} (appeared first|first appeared) on .{1,200}$/,
  /(Continue reading|Read more)\W*$/i,
];

/** The text of an HTML fragment on one line; entities are decoded once, as a browser would. */
export function plainText(html: string): string {
  return cleanLine(convert(html.slice(0, READ_LIMIT), options));
}

/** The beginning of an article for its card: whole sentences when they fit, else whole words and an ellipsis. */
export function standfirstOf(html: string): string {
  const text = TRAILERS.reduce((rest, trailer) => rest.replace(trailer, '').trim(), plainText(html));
  return truncate(text.replace(/([.!?…]?)\s*\[(?:…|\.{3})\]$/, (_, end: string) => end || '…'));
}

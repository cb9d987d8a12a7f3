import { compile, type HtmlToTextOptions } from 'html-to-text';
import { legible } from './legible.ts';
import { withoutMarkup } from './markup.ts';
import { truncate } from './truncate.ts';

// Headlines and standfirsts are the beginnings of texts: a hostile one is not read to its end, nor to its depth.
const READ_LIMIT = 50_000;
const DEPTH_LIMIT = 100;
const ROUNDS = 4;

/**
 * One line of text as it may stand in a subject or a card: no markup, no control or bidi characters, nothing unseen
 * but what a script or an emoji needs, no towers of marks, no runs of blanks; in NFC. Twice is the same as once.
 */
export function cleanLine(text: string): string {
  let line = legible(text.slice(0, READ_LIMIT));
  for (let round = 0; round < ROUNDS; round += 1) {
    const stripped = withoutMarkup(line);
    if (stripped === line) return line;
    line = legible(stripped);
  }
  // Markup that is made of markup, again and again: nobody's sentence.
  return legible(line.replaceAll(/[<>]/g, ' '));
}

const blocks = 'h1 h2 h3 h4 h5 h6 ul ol li blockquote table tr td th dt dd'.split(' ');
const skipped = [
  ...['img', 'figure', 'figcaption', 'picture', 'svg', 'math', 'canvas', 'audio', 'video', 'object', 'embed', 'map'],
  ...['script', 'style', 'noscript', 'noembed', 'noframes', 'template', 'iframe', 'head', 'title', 'form', 'textarea'],
  ...['select', 'button', 'input', 'dialog', '[hidden]', '[aria-hidden="true"]'],
  ...['display:none', 'display: none', 'visibility:hidden', 'visibility: hidden'].map((rule) => `[style*="${rule}"]`),
];
const options: HtmlToTextOptions = {
  wordwrap: false,
  // Its own choice has the zero-width space among them.
  whitespaceCharacters: ' \t\r\n\f',
  limits: { maxInputLength: READ_LIMIT, maxDepth: DEPTH_LIMIT, ellipsis: '' },
  selectors: [
    { selector: 'a', options: { ignoreHref: true } },
    ...blocks.map((selector) => ({ selector, format: 'block' })),
    ...skipped.map((selector) => ({ selector, format: 'skip' })),
  ],
};
// Once: making it takes forty times as long as reading a summary.
const textOf = compile(options);
// A picture written out in a data: address would be all that is read.
const IMAGE = /<(?:img|source|input)\b[^<>]*>/gi;
const LOOKED_AT = 1_000_000;
// selderee looks rules up by the element's name in a plain object, finds Object's own and throws.
const INHERITED = /<(\/?)constructor\b/gi;

/** The text of an HTML fragment on one line; entities are decoded once, as a browser would. */
export function plainText(html: string): string {
  if (!/[<&]/.test(html)) return cleanLine(html);
  const read = html.length > READ_LIMIT ? html.slice(0, LOOKED_AT).replace(IMAGE, '').slice(0, READ_LIMIT) : html;
  return cleanLine(textOf(read.replace(INHERITED, '<$1span')));
}

// What blog software appends to a summary.
const TRAILERS = [
  /The post .{1,300} (appeared first|first appeared) on .{1,200}$/,
  /(Continue reading|Read more|Weiterlesen|Lire la suite|Leer más|Continua a leggere|Lees verder|Czytaj dalej)\W*$/i,
];

/** The beginning of an article for its card: whole sentences when they fit, else whole words and an ellipsis. */
export const standfirstOf = (html: string): string => summaryOf(beginningOf(html));

/** As `standfirstOf`, of what is no HTML. */
export function summaryOf(line: string): string {
  const text = TRAILERS.reduce((rest, trailer) => rest.replace(trailer, '').trim(), line);
  return truncate(text.replace(/([.!?…]?)\s*\[(?:…|\.{3})\]$/, (_, end: string) => end || '…'));
}

// Whole articles stand in some feeds, thousands of them: reading all of each took seconds in which nothing else went on.
const FIRST_LOOK = 8000;
const ENOUGH = 1200;

function beginningOf(html: string): string {
  const cut = html.length > FIRST_LOOK ? html.lastIndexOf('<', FIRST_LOOK) : 0;
  const first = cut > 0 ? plainText(html.slice(0, cut)) : '';
  return first.length > ENOUGH ? first : plainText(html);
}

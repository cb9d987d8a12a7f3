import { decodeHTMLStrict } from 'entities';
import { HEADLINE_LIMIT } from '../article.ts';
import { cleanLine, plainText, standfirstOf } from '../text/clean.ts';
import { namesTag } from '../text/markup.ts';
import { truncate } from '../text/truncate.ts';
import type { Prose } from './raw-item.ts';
import { type Element, htmlOf, isElement, textOf } from './tree.ts';

export const html = (text: string): Prose => ({ text, html: true });

/** A field of RSS, which nobody declares and everybody reads as HTML. */
export const htmlIn = (element: Element): Prose => ({
  ...html(htmlOf(element)),
  base: element.attributes.get('xml:base'),
});

const CLOSING_TAG = /<\/[a-z][a-z0-9]*\s*>/i;

/** Called plain text; a closing tag shows that somebody forgot to say HTML. */
export const textSaid = (text: string): Prose => ({ text, html: CLOSING_TAG.test(text) });

/** RFC 4287 §3.1, and Atom 0.3 with its media types and modes. */
export function atomProse(element: Element): Prose {
  const type = element.attributes.get('type')?.toLowerCase() ?? 'text';
  if (element.attributes.get('mode') === 'base64') return html(decodedBase64(textOf(element)));
  if (element.inside.some(isElement) || type.includes('html')) return htmlIn(element);
  if (type !== 'text' && !/^text\/(?!html)/.test(type)) return html('');
  return textSaid(textOf(element));
}

const decodedBase64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

/** Of several titles the first that says anything; else the beginning of the text. */
export function headlineOf(titles: Prose[], texts: Prose[]): string {
  return truncate(firstOf(titles, lineOf), HEADLINE_LIMIT) || truncate(firstOf(texts, standfirst), TITLE_LENGTH);
}

const TITLE_LENGTH = 100;

/** Of several texts the first that says anything, its beginning. */
export const standfirstIn = (texts: Prose[]): string => firstOf(texts, standfirst);

export const lineOf = ({ text, html }: Prose): string => (html ? lineIn(onceEscaped(text)) : cleanLine(text));

/** Most programs write a headline as text, escaped once: `Option<T> explained` has no tag that HTML knows. */
const lineIn = (html: string): string => plainText(namesTag(html) ? html : html.replaceAll('<', '&lt;'));

const standfirst = ({ text, html }: Prose): string =>
  html ? standfirstOf(onceEscaped(text)) : truncate(cleanLine(text));

function firstOf(proses: Prose[], read: (prose: Prose) => string): string {
  for (const prose of proses) {
    const text = read(prose);
    if (text) return text;
  }
  return '';
}

const LOOKED_AT = 50_000;
const TAG = /<[a-z!/]/i;
const BLOCKS = 'p|div|br|h[1-6]|ul|ol|li|table|blockquote|figure|section|article';
const ESCAPED_END = new RegExp(`&lt;/(${BLOCKS}|a|b|i|em|strong|span|font|u|s|small|script|style)\\s*&gt;`, 'i');
const LEADING_TAG = new RegExp(`^\\s*&lt;(?:${BLOCKS}|img)(?:\\s|/|&gt;)`, 'i');

/** HTML that was escaped once too often has no tags, and escaped ones in pairs. */
function onceEscaped(said: string): string {
  // A row of dashes would be read for the one, nothing at all for the other.
  const html = said.replace(/<hr\b[^<>]*>/gi, ' ').replace(/<!\[CDATA\[|\]\]>/g, '');
  if (!html.includes('&lt;')) return html;
  const start = html.slice(0, LOOKED_AT);
  if (TAG.test(start)) return html;
  const name = ESCAPED_END.exec(start)?.[1];
  const paired = name !== undefined && start.toLowerCase().includes(`&lt;${name.toLowerCase()}`);
  return paired || LEADING_TAG.test(start) ? decodeHTMLStrict(start) : html;
}

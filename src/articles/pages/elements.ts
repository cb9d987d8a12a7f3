import { cleanLine } from '../text/clean.ts';
import type { Element, Outline } from './outline.ts';

const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);
const UNREAD = new Set('script style template svg noscript iframe textarea select object button math'.split(' '));
// Longer ones are no names, and expressions take their time over them.
const WORD_LENGTH = 80;
const CLASS_LENGTH = 1_000;
const VISITS_LIMIT = 1_000;
const TEXT_LIMIT = 2_000;

export const isInline = ({ name }: Element): boolean => INLINE.has(name);
/** Its text is not read by people. */
export const isUnread = ({ name }: Element): boolean => UNREAD.has(name);

/** The words of `class`, `id`, `rel`, `itemprop`, …, lower-case. */
export const wordsOf = (value: string | undefined): string[] =>
  (value ?? '')
    .slice(0, CLASS_LENGTH)
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word.length <= WORD_LENGTH);

export const hasClass = ({ attribs }: Element, pattern: RegExp): boolean =>
  [...wordsOf(attribs.class), ...wordsOf(attribs.id)].some((word) => pattern.test(word));

export function* ancestorsOf(element: Element): Generator<Element> {
  for (let at: Element | undefined = element; at; at = at.parent) yield at;
}

/**
 * The elements that pass, with all that is in them. Once over the page: to ask each element's ancestors costs what a
 * hostile page makes of it.
 */
export function spread(outline: Outline, test: (element: Element) => boolean): Set<Element> {
  const found = new Set<Element>();
  for (const element of outline) {
    if ((element.parent && found.has(element.parent)) || test(element)) found.add(element);
  }
  return found;
}

export const isWithin = (element: Element, test: (ancestor: Element) => boolean): boolean =>
  ancestorsOf(element).some(test);

/** The beginning of what an element says, on one line. */
export function textOf(element: Element): string {
  const parts: string[] = [];
  const toVisit: (Element | string)[] = [element];
  let length = 0;
  for (let visits = 0; toVisit.length > 0 && visits < VISITS_LIMIT && length < TEXT_LIMIT; visits++) {
    const node = toVisit.pop() ?? '';
    if (typeof node === 'string') {
      parts.push(node.slice(0, TEXT_LIMIT));
      length += node.length;
    } else if (!isUnread(node) || node === element) {
      if (!isInline(node)) {
        parts.push(' ');
        toVisit.push(' ');
      }
      for (let at = Math.min(node.children.length, VISITS_LIMIT) - 1; at >= 0; at--)
        toVisit.push(node.children[at] ?? '');
    }
  }
  return cleanLine(parts.join(''));
}

import { cleanLine, plainText } from '../text/clean.ts';
import { hasClass, spread, wordsOf } from './elements.ts';
import type { Element, Outline } from './outline.ts';

/** What the `<meta>` of a page say, in their order: `name` is lower-case, whichever attribute it stood in. */
export type Metas = { name: string; content: string }[];

const METAS_LIMIT = 2_000;

export function metasOf(outline: Outline): Metas {
  const strangers = spread(outline, isStrangers);
  return outline
    .filter((element) => element.name === 'meta' && element.attribs.content !== undefined && !strangers.has(element))
    .slice(0, METAS_LIMIT)
    .flatMap(({ attribs: { property, name, content = '', 'http-equiv': header } }) =>
      // Sites write OpenGraph as `property` and everything else as `name`, and mix them up.
      [...new Set([...wordsOf(property), name, header].map((key) => (key ?? '').trim().toLowerCase()))]
        .filter(Boolean)
        .map((key) => ({ name: key, content: textIn(content) })),
    )
    .filter(({ content }) => content !== '');
}

/** Some write HTML where text should stand. */
const textIn = (content: string): string =>
  /<\/?[a-z][^<>]{0,200}>/i.test(content) ? plainText(content) : cleanLine(content);

/** Where readers write, nothing speaks for the page. */
const isStrangers = (element: Element): boolean =>
  element.name === 'svg' ||
  element.name === 'template' ||
  (element.name !== 'body' && hasClass(element, /^comments?(-list)?$/));

/** The first that says something. */
export const metaOf = (metas: Metas, ...names: string[]): string => {
  for (const name of names) {
    const found = metas.find((meta) => meta.name === name);
    if (found) return found.content;
  }
  return '';
};

export const metasNamed = (metas: Metas, ...names: string[]): string[] =>
  names.flatMap((name) => metas.filter((meta) => meta.name === name).map(({ content }) => content));

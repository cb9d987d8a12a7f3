import { htmlIn } from './prose.ts';
import type { Prose } from './raw-item.ts';
import { attribute, type Element, named, textOf } from './tree.ts';

/** What fields of these names say, by the order of the names. */
export const said = (element: Element, ...names: string[]): string[] =>
  names.flatMap((name) => named(element, name).map((field) => textOf(field).trim())).filter(Boolean);

export const prose = (element: Element, ...names: string[]): Prose[] =>
  names.flatMap((name) => named(element, name).map(htmlIn));

export const raw = (element: Element, ...names: string[]): string[] => prose(element, ...names).map(({ text }) => text);

/** A relation may be written as the whole address that registers it; none means the page itself. */
export const relOf = (link: Element): string =>
  (attribute(link, 'rel') || 'alternate').toLowerCase().replace(/^.*\//, '');

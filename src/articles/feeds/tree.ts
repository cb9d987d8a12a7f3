import type { Attributes } from './scan-markup.ts';

/** An element; its name is local, or has the customary prefix of its namespace before it: `media:content`. */
export interface Element {
  name: string;
  attributes: Attributes;
  inside: (Element | string)[];
}

export const isElement = (node: Element | string): node is Element => typeof node !== 'string';
export const elementsOf = (element: Element): Element[] => element.inside.filter(isElement);

/** The elements directly inside, of the first of these names that has any. */
export function named(element: Element, ...names: string[]): Element[] {
  for (const name of names) {
    const found = elementsOf(element).filter((child) => child.name === name);
    if (found.length > 0) return found;
  }
  return [];
}

/** By its local name, whatever prefix it was given. */
export function attribute({ attributes }: Element, name: string): string | undefined {
  const plain = attributes.get(name);
  if (plain !== undefined) return plain.trim();
  for (const [key, value] of attributes) if (key.endsWith(`:${name}`)) return value.trim();
  return undefined;
}

/** All text inside, tags left out. Depth is bounded where the tree is made. */
export const textOf = (element: Element): string =>
  element.inside.map((node) => (isElement(node) ? textOf(node) : node)).join('');

const MARKUP = /<\/?[a-z][^<>]*>/i;
const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/**
 * What is inside as HTML. Text alone is HTML already, that was escaped into XML; beside elements it is text, unless
 * somebody wrote both into one field.
 */
export function htmlOf(element: Element): string {
  if (!element.inside.some(isElement)) return element.inside.join('');
  const both = element.inside.some((node) => !isElement(node) && MARKUP.test(node));
  return element.inside.map((node) => serialised(node, both)).join('');
}

function serialised(node: Element | string, isHtml: boolean): string {
  if (!isElement(node)) return isHtml ? node : escaped(node);
  const name = node.name.replace(/^.*:/, '');
  const attributes = [...node.attributes].map(([key, value]) => ` ${key}="${escaped(value).replace(/"/g, '&quot;')}"`);
  const inside = node.inside.map((child) => serialised(child, isHtml)).join('');
  return `<${name}${attributes.join('')}>${inside}${VOID.has(name) ? '' : `</${name}>`}`;
}

/** HTML elements that hold nothing, in XML often written without their slash. */
export const VOID = new Set(['br', 'hr', 'img', 'input', 'wbr']);

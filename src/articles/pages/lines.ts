import { cleanLine } from '../text/clean.ts';
import { isInline, isUnread } from './elements.ts';
import type { Element, Outline } from './outline.ts';

/** What a browser would set on a line of its own. */
export interface Line {
  text: string;
  /** The innermost elements that its text stands in, in order. */
  within: Element[];
  block: Element | undefined;
}

const LINES_LIMIT = 4_000;
const LINE_LENGTH = 1_500;
const PARTS_LIMIT = 60;

/** The lines of a page that are to be read, without those in `skipped`. */
export function linesOf(outline: Outline, skipped: Set<Element>): Line[] {
  const lines: Line[] = [];
  const roots = outline.filter((element) => element.parent === undefined);
  let parts: string[] = [];
  let within: Element[] = [];
  let length = 0;
  const end = (block: Element | undefined) => {
    const text = cleanLine(parts.join(''));
    if (text) lines.push({ text, within, block });
    [parts, within, length] = [[], [], 0];
  };
  const visit = (node: Element | string, parent: Element | undefined): void => {
    if (lines.length >= LINES_LIMIT) return;
    if (typeof node === 'string') {
      if (length > LINE_LENGTH || parts.length > PARTS_LIMIT) return;
      parts.push(node.slice(0, LINE_LENGTH));
      length += node.length;
      if (parent && node.trim()) within.push(parent);
      return;
    }
    if (skipped.has(node) || isUnread(node) || node.name === 'head' || node.name === 'title') return;
    const block = !isInline(node);
    if (block) end(parent);
    // Style sheets keep apart what has a class; without them a name and a date would run into one another.
    else if (node.attribs.class !== undefined || node.name === 'time') parts.push(' ');
    for (const child of node.children) visit(child, node);
    if (block) end(node);
    else if (node.attribs.class !== undefined || node.name === 'time') parts.push(' ');
  };
  for (const root of roots) visit(root, undefined);
  end(undefined);
  return lines;
}

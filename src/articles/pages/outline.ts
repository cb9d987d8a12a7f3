import { Parser } from 'htmlparser2';

export interface Element {
  name: string;
  attribs: Record<string, string>;
  parent: Element | undefined;
  children: (Element | string)[];
}

/** The elements of a page in their order. */
export type Outline = Element[];

// A real page has ten thousand elements at most, fifty deep, in a megabyte. A hostile one of nothing but opening tags
// takes any parser minutes, since each closing tag is looked for in all that is open.
const LENGTH_LIMIT = 6_000_000;
const DEPTH_LIMIT = 400;
const ELEMENTS_LIMIT = 60_000;
const HEAD_LIMIT = 2_000;
const TEXT_LIMIT = 4_000_000;
const HEAD = new Set(['meta', 'link', 'title', 'script', 'base']);
const HEADING = /^h[1-6]$/;
const ENDS_HEADING = new Set('p table ul ol dl blockquote article section form h1 h2 h3 h4 h5 h6'.split(' '));
// Whether a heading has said something is seen at its start.
const FIRST = 5;
const CHUNK = 65_536;

/** The page as a tree, as far as it is not absurd. */
export function outlineOf(html: string): Outline {
  const builder = new Builder();
  for (let at = 0; at < Math.min(html.length, LENGTH_LIMIT) && !builder.full; at += CHUNK) {
    builder.parser.write(html.slice(at, at + CHUNK));
  }
  if (!builder.full) builder.parser.end();
  return builder.elements;
}

class Builder {
  readonly elements: Outline = [];
  readonly parser: Parser;
  full = false;
  #open: (Element | undefined)[] = [];
  #headings: Element[] = [];
  #late = 0;
  #text = 0;

  constructor() {
    this.parser = new Parser({
      onopentag: (name, attribs) => this.#opens(name, attribs),
      onclosetag: () => this.#closes(),
      ontext: (text) => this.#says(text),
    });
  }

  #opens(name: string, attribs: Record<string, string>): void {
    if (this.#open.length >= DEPTH_LIMIT) {
      this.full = true;
      this.parser.pause();
      return;
    }
    const parent = this.#holderOf(name);
    const element: Element = { name, attribs, parent, children: [] };
    this.#open.push(element);
    if (!this.#hasRoom(name)) return;
    this.elements.push(element);
    if (HEADING.test(name)) this.#headings.push(element);
    parent?.children.push(element);
  }

  #closes(): void {
    const element = this.#open.pop();
    if (element && element === this.#headings.at(-1)) this.#headings.pop();
  }

  /** A heading that nobody closed would have the whole article in it. */
  #holderOf(name: string): Element | undefined {
    const heading = ENDS_HEADING.has(name) ? this.#headings.at(-1) : undefined;
    const isUsed = heading?.children.slice(0, FIRST).some((child) => typeof child === 'string' && child.trim() !== '');
    return isUsed ? heading?.parent : this.#open.at(-1);
  }

  // Some write what machines read at the very end.
  #hasRoom(name: string): boolean {
    if (this.elements.length < ELEMENTS_LIMIT) return true;
    if (!HEAD.has(name) || this.#late >= HEAD_LIMIT) return false;
    this.#late += 1;
    return true;
  }

  #says(text: string): void {
    const element = this.#open.at(-1);
    if (!element || this.#text > TEXT_LIMIT || isCode(element)) return;
    this.#text += text.length;
    const last = element.children.length - 1;
    // An entity cuts a text in pieces.
    if (typeof element.children[last] === 'string') element.children[last] += text;
    else element.children.push(text);
  }
}

const isCode = ({ name, attribs }: Element): boolean =>
  name === 'style' || (name === 'script' && !/json/i.test(attribs.type ?? ''));

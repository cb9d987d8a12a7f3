import { decodeHTMLStrict } from 'entities';

export type Attributes = ReadonlyMap<string, string>;

/** What is told of a text in markup, in its order. Names are in lower case, entities decoded. */
export interface Listener {
  opened(name: string, attributes: Attributes, empty: boolean): void;
  closed(name: string): void;
  said(text: string): void;
  /** True when the rest is of no interest. */
  enough(): boolean;
}

interface Tag {
  name: string;
  closes: boolean;
  empty: boolean;
  attributes: Attributes;
  end: number;
}

interface Special {
  end: number;
  /** What a CDATA section holds. */
  literal?: string;
}

const NAME = /[a-z_][^\s/>=<"'&]*/iy;
const ATTRIBUTE = /[^\s/>=<]+/y;
const EQUALS = /\s*=\s*/y;
const BARE = /[^\s<>]+/y;
const NONE: Attributes = new Map();

/**
 * Reads tags, text and CDATA of XML or of what was meant to be XML. Each character that cannot be markup is text: a bare
 * `&`, a `<` before a blank or a number. Whatever is written, the time is linear in the length; nothing that a document
 * type declares is expanded. Undefined XML entities are taken for HTML's.
 */
export function scanMarkup(text: string, to: Listener): void {
  const find = finder(text);
  const say = (from: number, end: number) => end > from && to.said(decoded(text.slice(from, end)));
  let from = 0;
  let field = '';
  for (let open = find('<', 0); open >= 0 && !to.enough(); ) {
    const special = specialAt(text, open, field, find);
    const tag = special ? undefined : tagAt(text, open, find);
    if (special || tag) {
      say(from, open);
      if (special?.literal) to.said(special.literal);
      if (tag?.closes) to.closed(tag.name);
      else if (tag) to.opened(tag.name, tag.attributes, tag.empty);
      if (tag && !tag.closes) field = tag.name;
      from = special?.end ?? tag?.end ?? open;
    }
    open = find('<', Math.max(from, open + 1));
  }
  say(from, text.length);
}

type Find = (mark: string, from: number) => number;

/** `indexOf`, which looks through the rest in vain only once for each mark: else a thousand `<!--` would take hours. */
function finder(text: string): Find {
  const missing = new Set<string>();
  return (mark, from) => {
    const at = missing.has(mark) ? -1 : text.indexOf(mark, from);
    if (at < 0) missing.add(mark);
    return at;
  };
}

const decoded = (text: string): string => (text.includes('&') ? decodeHTMLStrict(text) : text);

/** CDATA, a comment, a declaration or an instruction. */
function specialAt(text: string, open: number, field: string, find: Find): Special | undefined {
  const next = text.charCodeAt(open + 1);
  if (next !== BANG && next !== QUESTION) return undefined;
  if (text.startsWith('<![CDATA[', open)) return literalAt(text, open + 9, field, find);
  if (text.startsWith('<!--', open)) return past(text, open, '-->', find);
  const declares = /[a-z]/i.test(text[open + 2] ?? '');
  if (!declares) return undefined;
  if (next === QUESTION) return past(text, open, '?>', find);
  const plain = find('>', open);
  const subset = text.slice(open, plain).includes('[') ? find(']>', open) : -1;
  return subset >= 0 ? { end: subset + 2 } : past(text, open, '>', find);
}

const [BANG, QUESTION] = [33, 63];

function past(text: string, open: number, mark: string, find: Find): Special {
  const at = find(mark, open);
  const near = at >= 0 ? at + mark.length : find('>', open) + 1;
  return { end: near || text.length };
}

/** A section that was not closed would end in another item: it ends where its element does. */
function literalAt(text: string, from: number, field: string, find: Find): Special {
  const at = find(']]>', from);
  const all = text.slice(from, at < 0 ? text.length : at);
  const open = at < 0 || all.includes('<![CDATA[');
  const end = open ? all.search(new RegExp(`</${field.replace(/[^\w:]/g, '.')}\\s*>`, 'i')) : -1;
  if (end >= 0) return { literal: all.slice(0, end).replace(/\]\]\s*>?\s*$/, ''), end: from + end };
  return { literal: all, end: at < 0 ? text.length : at + 3 };
}

function tagAt(text: string, open: number, find: Find): Tag | undefined {
  const closes = text[open + 1] === '/';
  NAME.lastIndex = open + (closes ? 2 : 1);
  const name = NAME.exec(text)?.[0].toLowerCase();
  if (!name) return undefined;
  let attributes: Map<string, string> | undefined;
  let slash = -1;
  for (let at = NAME.lastIndex; at < text.length; ) {
    const char = text[at] ?? '';
    if (char === '>')
      return { name, closes, attributes: attributes ?? NONE, empty: slash >= 0 && slash === at - 1, end: at + 1 };
    // A tag whose end was forgotten, or a `<` that was none.
    if (char === '<')
      return attributes || closes ? { name, closes, attributes: attributes ?? NONE, empty: false, end: at } : undefined;
    if (char === '/') slash = at;
    ATTRIBUTE.lastIndex = at;
    const key = ATTRIBUTE.exec(text)?.[0].toLowerCase();
    if (!key) {
      at += 1;
      continue;
    }
    const { value, end } = valueAt(text, ATTRIBUTE.lastIndex, find);
    attributes ??= new Map();
    // The first of two is what browsers take.
    if (!attributes.has(key)) attributes.set(key, value);
    at = end;
  }
  return undefined;
}

function valueAt(text: string, from: number, find: Find): { value: string; end: number } {
  EQUALS.lastIndex = from;
  if (!EQUALS.test(text)) return { value: '', end: from };
  const start = EQUALS.lastIndex;
  const quote = text[start] ?? '';
  const close = quote === '"' || quote === "'" ? find(quote, start + 1) : -1;
  if (close >= 0) {
    const value = text.slice(start + 1, close);
    const over = value.indexOf('>');
    // Its closing quote was forgotten, and this one is another tag's.
    if (over >= 0 && value.indexOf('<') > over) return { value: decoded(value.slice(0, over)), end: start + 1 + over };
    return { value: decoded(value), end: close + 1 };
  }
  BARE.lastIndex = start;
  const bare = BARE.exec(text)?.[0] ?? '';
  return { value: decoded(bare.replace(/^["']/, '')), end: start + bare.length };
}

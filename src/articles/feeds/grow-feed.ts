import { nameIn, namespaceOf, type Scope, scopeWithin } from './namespaces.ts';
import { endsField, isField, isItem, isRoot } from './recovery.ts';
import { type Attributes, type Listener, scanMarkup } from './scan-markup.ts';
import { type Element, isElement, VOID } from './tree.ts';

export interface Grown {
  /** The outermost element of a feed, without its items. */
  root: Element | undefined;
  /** What is said of the feed: its `channel`, or `root` itself. */
  head: Element | undefined;
  /** The text ended before the feed did. */
  cut: boolean;
  /** The item it ended in. */
  lost: Element | undefined;
}

/** An item's tree is given away when it is whole, with the `xml:base`s around it, and not kept. */
export type OnItem = (item: Element, bases: string[]) => void;

interface Open {
  element: Element;
  written: string;
  scope: Scope;
  bases: string[];
  /** Where the item or feed stands that this is in. */
  around: number;
}

const DEPTH_LIMIT = 60;
// Of an item or a feed; texts have no such limit.
const FIELDS_LIMIT = 2000;
const UNDECLARED: Scope = new Map();

/** Makes trees of a feed, be it well-formed or not. */
export function growFeed(text: string, onItem: OnItem, enough: () => boolean): Grown {
  const grower = new Grower(onItem, enough);
  scanMarkup(text, grower);
  return grower.grown();
}

class Grower implements Listener {
  readonly #stack: Open[] = [];
  readonly #openNames = new Map<string, number>();
  readonly #onItem: OnItem;
  readonly #full: () => boolean;
  #root: Element | undefined;
  #channel: Element | undefined;
  #own: string | undefined;
  #ended = false;

  constructor(onItem: OnItem, full: () => boolean) {
    this.#onItem = onItem;
    this.#full = full;
  }

  enough = (): boolean => this.#ended || this.#full();

  grown(): Grown {
    const lost = this.#stack.find(({ element }) => isItem(element.name))?.element;
    const cut = this.#stack.length > 0 && !this.#full();
    return { root: this.#root, head: this.#channel ?? this.#root, cut, lost: cut ? lost : undefined };
  }

  opened(written: string, attributes: Attributes, empty: boolean): void {
    const scope = scopeWithin(this.#stack.at(-1)?.scope ?? UNDECLARED, attributes);
    if (!this.#root) {
      // A web page is none, whatever stands in it.
      this.#ended = written === 'html' || written === 'body';
      this.#own = namespaceOf(scope, written);
      if (!isRoot(localOf(written))) return;
    }
    const name = nameIn(scope, written, this.#own);
    this.#makeRoom(name);
    if (this.#stack.length >= DEPTH_LIMIT) return;
    this.#push({ name, attributes, inside: [] }, written, scope);
    if (empty || VOID.has(name)) this.#pop();
  }

  closed(written: string): void {
    if (!this.#openNames.get(written)) return;
    let at = this.#stack.length - 1;
    while (this.#stack[at]?.written !== written) {
      // A stray end in an item does not end what is around it, unless that is the feed.
      if (isItem(this.#stack[at]?.element.name ?? '') && !isRoot(localOf(written))) return;
      at -= 1;
    }
    while (this.#stack.length > at) this.#pop();
    this.#ended = this.#stack.length === 0 && !isItem(this.#root?.name ?? '');
  }

  said(text: string): void {
    const top = this.#stack.at(-1)?.element;
    if (top && (!isRoot(top.name) || /\S/.test(text))) top.inside.push(text);
  }

  /** Ends what was never closed, where the next name shows it. */
  #makeRoom(name: string): void {
    if (isItem(name)) {
      let at = this.#around();
      while (isItem(this.#stack[at]?.element.name ?? '')) at = this.#stack[at]?.around ?? -1;
      while (this.#stack.length > at + 1) this.#pop();
    } else if (isField(name)) {
      const around = this.#around();
      const holder = this.#stack[around]?.element;
      const field = this.#stack[around + 1]?.element.name;
      const has = (other: string) => holder?.inside.some((node) => isElement(node) && node.name === other) ?? false;
      if (!field || !endsField(name, field, has)) return;
      while (this.#stack.length > around + 1) this.#pop();
    }
  }

  #around(): number {
    const top = this.#stack.at(-1);
    return top && isRoot(top.element.name) ? this.#stack.length - 1 : (top?.around ?? -1);
  }

  #push(element: Element, written: string, scope: Scope): void {
    const outer = this.#stack.at(-1);
    const base = element.attributes.get('xml:base');
    const bases = outer?.bases ?? [];
    const around = this.#around();
    this.#stack.push({ element, written, scope, bases: base ? [...bases, base] : bases, around });
    this.#openNames.set(written, (this.#openNames.get(written) ?? 0) + 1);
    this.#root ??= element;
    if (element.name === 'channel') this.#channel ??= element;
    const full = outer && isRoot(outer.element.name) && outer.element.inside.length >= FIELDS_LIMIT;
    if (!isItem(element.name) && !full) outer?.element.inside.push(element);
  }

  #pop(): void {
    const open = this.#stack.pop();
    if (!open) return;
    this.#openNames.set(open.written, (this.#openNames.get(open.written) ?? 1) - 1);
    if (isItem(open.element.name)) this.#onItem(open.element, open.bases);
  }
}

const localOf = (written: string): string => written.slice(written.lastIndexOf(':') + 1);

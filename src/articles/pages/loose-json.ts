// What people write into pages by template: nobody nests deeper than this and means it.
const DEPTH_LIMIT = 30;
const LENGTH_LIMIT = 1_000_000;
const LAYERS_LIMIT = 10;
const OPENING = /^(?:\/\/|\/\*|\*\/|<!--|<!\[CDATA\[)/;
const CLOSING = /(?:\/\/|\/\*|\*\/|-->|\]\]>|;)$/;
const MARK_LENGTH = 3;
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
const COMMENTS: Record<string, string> = { '//': '\n', '/*': '*/' };
const BLANKS = /\s*/y;
const BARE = /[^\s,:{}[\]"']*/y;
// Bounded, since each quote looks ahead.
const AFTER_KEY = /\s{0,50}:/y;
const AFTER_MEMBER = /\s{0,50}(?:[}\]]|$|,\s{0,50}(?:["'}]|\/[/*]|$)|(?<=\s)"[\w@:]{1,50}"\s?:)/y;
const AFTER_ITEM = /\s{0,50}(?:[\]}]|$|,\s{0,50}(?:["'{[\]\d-]|true\b|false\b|null\b|$))/y;
const LITERALS: Record<string, unknown> = { true: true, false: false, null: null };

/**
 * The values of a script of JSON as somebody may have written it by template: comments and CDATA around it, commas too
 * many, line breaks and quotes in strings, several values in a row, an end that is missing.
 */
export function looseJson(text: string): unknown[] {
  const bare = unwrapped(text.slice(0, LENGTH_LIMIT));
  try {
    return [JSON.parse(bare)];
  } catch {
    return new Reader(/^[[{\s]*&quot;/.test(bare) ? unescaped(bare) : bare).values();
  }
}

// Line by line and mark by mark: one expression for all of it is quadratic in blanks.
function unwrapped(text: string): string {
  let bare = text.replace(/^\ufeff/, '').trim();
  for (let layers = 0; layers < LAYERS_LIMIT; layers++) {
    const end = bare.slice(-MARK_LENGTH).replace(CLOSING, '');
    const within = (bare.slice(0, -MARK_LENGTH) + end).replace(OPENING, '').trim();
    if (within === bare) break;
    bare = within;
  }
  return bare;
}

const unescaped = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replace(/&#0?39;|&apos;/g, "'")
    .replaceAll('&amp;', '&');

class Reader {
  #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  values(): unknown[] {
    const values: unknown[] = [];
    while (this.#at < this.#text.length) {
      this.#blanks();
      if (this.#peek() === '{' || this.#peek() === '[') values.push(this.#value(0));
      else this.#at += 1;
    }
    return values;
  }

  #peek = (): string => this.#text[this.#at] ?? '';

  /** And comments. */
  #blanks(): void {
    for (;;) {
      BLANKS.lastIndex = this.#at;
      this.#at += BLANKS.exec(this.#text)?.[0].length ?? 0;
      const end = COMMENTS[this.#text.slice(this.#at, this.#at + 2)];
      if (!end) return;
      const closes = this.#text.indexOf(end, this.#at + 2);
      this.#at = closes < 0 ? this.#text.length : closes + end.length;
    }
  }

  #value(depth: number, inObject = false): unknown {
    this.#blanks();
    const char = this.#peek();
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"' || char === "'") return this.#string(char, inObject ? AFTER_MEMBER : AFTER_ITEM);
    return this.#bare();
  }

  #object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    this.#at += 1;
    while (this.#more('}', depth)) {
      const quote = this.#peek();
      const key = quote === '"' || quote === "'" ? this.#string(quote, AFTER_KEY) : String(this.#bare());
      this.#blanks();
      if (this.#peek() === ':') {
        this.#at += 1;
        entries.push([key, this.#value(depth + 1, true)]);
      } else if (key === '') this.#at += 1;
    }
    // Not by assignment, for which `__proto__` is no name like others. The first of two wins, as nobody means the second.
    return Object.fromEntries(entries.toReversed());
  }

  #array(depth: number): unknown[] {
    const items: unknown[] = [];
    this.#at += 1;
    while (this.#more(']', depth)) {
      const before = this.#at;
      items.push(this.#value(depth + 1));
      if (this.#at === before) this.#at += 1;
    }
    return items;
  }

  /** Passes over commas, and over the end when it is there; too deep is the end of everything. */
  #more(end: string, depth: number): boolean {
    if (depth > DEPTH_LIMIT) this.#at = this.#text.length;
    for (this.#blanks(); this.#peek() === ','; this.#blanks()) this.#at += 1;
    if (this.#at >= this.#text.length) return false;
    if (this.#peek() !== end) return true;
    this.#at += 1;
    return false;
  }

  /** A quote ends a string only where what follows can follow a string. */
  #string(quote: string, after: RegExp): string {
    const parts: string[] = [];
    let from = ++this.#at;
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at];
      if (char === '\\') {
        parts.push(this.#text.slice(from, this.#at), this.#escape());
        from = this.#at + 1;
      } else if (char === quote) {
        after.lastIndex = this.#at + 1;
        if (after.test(this.#text)) break;
      }
    }
    parts.push(this.#text.slice(from, this.#at));
    this.#at += 1;
    return parts.join('');
  }

  #escape(): string {
    this.#at += 1;
    const char = this.#peek();
    if (char !== 'u') return ESCAPES[char] ?? char;
    const code = this.#text.slice(this.#at + 1, this.#at + 5);
    if (!/^[\da-f]{4}$/i.test(code)) return char;
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(code, 16));
  }

  #bare(): unknown {
    BARE.lastIndex = this.#at;
    const word = BARE.exec(this.#text)?.[0] ?? '';
    this.#at += word.length;
    if (Object.hasOwn(LITERALS, word)) return LITERALS[word];
    return word !== '' && Number.isFinite(Number(word)) ? Number(word) : word;
  }
}

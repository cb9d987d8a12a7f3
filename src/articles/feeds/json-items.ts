const ITEMS = /"items"\s*:\s*\[/;
const ITEMS_LIMIT = 10_000;

/** What can be read of a JSON Feed that is cut off or has a mistake in it: what stands before its items, and each item. */
export function itemsWithin(text: string): { feed: unknown; cut: boolean } {
  const start = ITEMS.exec(text);
  if (!start) return { feed: undefined, cut: false };
  const { items, end } = objectsFrom(text, start.index + start[0].length);
  const cut = end === undefined;
  const behind = cut ? '}' : text.slice(end + 1, text.lastIndexOf('}') + 1);
  const head = leniently(`${text.slice(0, start.index)}"items":[]${behind}`);
  return { feed: typeof head === 'object' && head !== null ? { ...head, items } : undefined, cut };
}

/** The objects of a list, each read for itself. */
function objectsFrom(text: string, from: number): { items: unknown[]; end: number | undefined } {
  const items: unknown[] = [];
  let depth = 0;
  let start = from;
  const marks = /["{}[\]]/g;
  marks.lastIndex = from;
  for (let mark = marks.exec(text); mark && items.length < ITEMS_LIMIT; mark = marks.exec(text)) {
    const [char] = mark;
    if (char === '"') {
      const end = endOfString(text, mark.index);
      if (end < 0) break;
      marks.lastIndex = end;
    } else if (char === '{' || char === '[') {
      if (depth === 0) start = mark.index;
      depth += 1;
    } else if (depth === 0) return { items, end: mark.index };
    else {
      depth -= 1;
      if (depth === 0) items.push(leniently(text.slice(start, marks.lastIndex)));
    }
  }
  return { items: items.filter((item) => item !== undefined), end: undefined };
}

const STRING_END = /["\\]/g;

function endOfString(text: string, open: number): number {
  STRING_END.lastIndex = open + 1;
  for (let found = STRING_END.exec(text); found; found = STRING_END.exec(text)) {
    if (found[0] === '"') return STRING_END.lastIndex;
    STRING_END.lastIndex += 1;
  }
  return -1;
}

/** Line breaks within strings and commas before an end are what hand-made JSON has wrong. */
function leniently(text: string): unknown {
  for (const candidate of [text, mended(text)]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // The next one, if there is one.
    }
  }
  return undefined;
}

const CONTROL = /\p{Cc}/gu;
const LOOSE_COMMA = /,(\s{0,99}[}\]])/g;

function mended(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let open = text.indexOf('"'); open >= 0; open = text.indexOf('"', from)) {
    const end = endOfString(text, open);
    if (end < 0) break;
    parts.push(text.slice(from, open).replace(LOOSE_COMMA, '$1'), text.slice(open, end).replace(CONTROL, escaped));
    from = end;
  }
  return [...parts, text.slice(from).replace(LOOSE_COMMA, '$1')].join('');
}

const escaped = (control: string): string => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;

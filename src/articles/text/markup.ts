const NAMES = [
  ...['a', 'abbr', 'acronym', 'address', 'applet', 'area', 'article', 'aside', 'audio', 'b', 'base', 'bdi', 'bdo'],
  ...['big', 'blink', 'blockquote', 'body', 'br', 'button', 'canvas', 'center', 'cite', 'code', 'col', 'data', 'dd'],
  ...['del', 'details', 'dfn', 'dialog', 'div', 'dl', 'dt', 'em', 'embed', 'fieldset', 'figcaption', 'figure', 'font'],
  ...['footer', 'form', 'frame', 'frameset', 'h[1-6]', 'head', 'header', 'hr', 'html', 'i', 'iframe', 'img', 'input'],
  ...['ins', 'kbd', 'label', 'li', 'link', 'main', 'map', 'mark', 'marquee', 'math', 'meta', 'nav', 'noscript'],
  ...['object', 'ol', 'option', 'p', 'param', 'picture', 'pre', 'q', 's', 'samp', 'script', 'section', 'select'],
  ...['small', 'source', 'span', 'strike', 'strong', 'style', 'sub', 'summary', 'sup', 'svg', 'table', 'tbody', 'td'],
  ...['template', 'textarea', 'tfoot', 'th', 'thead', 'time', 'title', 'tr', 'track', 'tt', 'u', 'ul', 'var', 'video'],
  ...['wbr'],
].join('|');
// A closing one is none of a sentence's, however it ends.
const TAG = new RegExp(`</(${NAMES})(?![\\w-])(?:[^<>]{0,100}>)?|<(${NAMES})(?=[\\s/>])([^<>]*)(?:>|(?=<)|$)`, 'gi');
const CLOSING = new RegExp(`</(${NAMES})(?![\\w-])`, 'i');
const DECLARATION = /<!--[\s\S]*?(?:-->|$)|<!(?:doctype|\[CDATA\[)[^<>]*>?|<\?[a-z][^<>]*>?|\]\]>/gi;
// Never closed, or seldom.
const ALONE = new Set(['br', 'hr', 'img', 'input', 'li', 'link', 'meta', 'p', 'wbr']);
const INLINE = /^(a|abbr|b|big|cite|code|em|font|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|tt|u|var|wbr)$/i;
const UNREAD = ['script', 'style'];
const ROUNDS = 3;

/**
 * Text without its tags, if any of them was meant as such: has attributes, is one of a pair, or breaks lines. They come
 * from feeds that escape twice, and from texts that are called plain and are not. A lone `<b>` in a sentence about HTML
 * is what its author wrote, and stays; entities are no business of this.
 */
export function withoutMarkup(text: string): string {
  if (!text.includes('<') && !text.includes(']]>')) return text;
  let rest = UNREAD.reduce(withoutBetween, text.replace(DECLARATION, ' '));
  if (!holdsMarkup(rest)) return rest;
  for (let round = 0; round < ROUNDS; round += 1) {
    const stripped = rest.replace(TAG, (_, closed = '', opened = '') => (INLINE.test(closed || opened) ? '' : ' '));
    if (stripped === rest) return rest;
    // What is taken out may bring together another one.
    rest = UNREAD.reduce(withoutBetween, stripped);
  }
  // Tags made of tags, again and again: nobody's sentence.
  return rest.replaceAll('<', ' ');
}

const NAMED = new RegExp(`<(?:[/!?]|(?:${NAMES})(?![\\w-]))`, 'i');

/** Whether anything in it is a tag of HTML, meant as such or not: `Option<T>` is none. */
export const namesTag = (text: string): boolean => NAMED.test(text);

/** Whether any tag in it was meant as such. */
function holdsMarkup(text: string): boolean {
  if (CLOSING.test(text)) return true;
  return text.matchAll(TAG).some(([, , name = '', attributes = '']) => {
    return ALONE.has(name.toLowerCase()) || /[\s/][^\s=/]+\s*=/.test(attributes);
  });
}

/** What a script says is nothing to read. By index: a pattern would look for the end of each of a thousand beginnings. */
function withoutBetween(text: string, name: string): string {
  const opening = new RegExp(`<${name}(?=[\\s/>])`, 'gi');
  const closing = new RegExp(`</${name}(?![\\w-])(?:[^<>]{0,100}>)?`, 'gi');
  const kept: string[] = [];
  let from = 0;
  for (let open = opening.exec(text); open; open = opening.exec(text)) {
    closing.lastIndex = open.index;
    if (!closing.exec(text)) break;
    kept.push(text.slice(from, open.index));
    from = closing.lastIndex;
    opening.lastIndex = from;
  }
  return kept.length === 0 ? text : [...kept, text.slice(from)].join(' ');
}

/**
 * What in an ill-formed feed says by its name alone where it belongs. HTML in a description may hold anything else.
 */
const ROOTS = new Set(['rss', 'rdf', 'feed', 'channel', 'item', 'entry']);
const ITEMS = new Set(['item', 'entry']);
const FIELDS = new Set([
  ...['title', 'link', 'guid', 'id', 'pubdate', 'published', 'updated', 'issued', 'modified', 'description', 'summary'],
  ...['content', 'content:encoded', 'author', 'category', 'comments', 'enclosure', 'source', 'image'],
  ...['dc:creator', 'dc:date', 'dc:subject', 'dc:title', 'atom:link', 'feedburner:origlink'],
]);
// They hold elements of the same names, which are theirs.
const HOLDERS = new Set(['source', 'image', 'textinput']);
const PROSE = new Set(['description', 'summary', 'content', 'content:encoded', 'abstract', 'itunes:summary']);
const HTML_TOO = new Set(['title', 'link', 'summary', 'source', 'image', 'content', 'description']);
// What a text may hold as well as an item, and an item once.
const MISSED = new Set(['title', 'link']);

export const isRoot = (name: string): boolean => ROOTS.has(name);
export const isItem = (name: string): boolean => ITEMS.has(name);
export const isField = (name: string): boolean => FIELDS.has(name);

/**
 * Whether a field that opens within another shows that the other one was never closed.
 * @param has whether the item has one of that name besides
 */
export function endsField(name: string, field: string, has: (name: string) => boolean): boolean {
  if (HOLDERS.has(field)) return false;
  if (!PROSE.has(field)) return true;
  return HTML_TOO.has(name) ? MISSED.has(name) && !has(name) : name !== field;
}

import { growFeed } from './grow-feed.ts';
import { ITEMS_LIMIT, type RawFeed, type RawItem } from './raw-item.ts';
import { atomEntry, atomFeed } from './read-atom.ts';
import { rssFeed, rssItem } from './read-rss.ts';
import { isItem } from './recovery.ts';
import type { Element } from './tree.ts';

/** RSS, RDF, Atom and CDF, each item read by what it is called; undefined for any other XML. */
export function readXml(text: string): RawFeed | undefined {
  const items: RawItem[] = [];
  const onItem = (element: Element, bases: string[]) => items.push(readItem(element, bases));
  const { root, head, cut, lost } = growFeed(text, onItem, () => items.length >= ITEMS_LIMIT);
  if (!root || !head) return undefined;
  const linked = items.some(({ links }) => links.length > 0);
  // RDF holds many other things, and an `item` or a `channel` alone may be of anything.
  if (head.name !== 'feed' && root.name !== 'rss' && !linked && !(root.name === 'rdf' && head.name === 'channel'))
    return undefined;
  const base = root.attributes.get('xml:base');
  const inner = head === root ? undefined : head.attributes.get('xml:base');
  const bases = [base, inner].filter((one) => one !== undefined);
  const feed = isItem(root.name)
    ? undefined
    : root.name === 'feed'
      ? atomFeed(head, bases)
      : rssFeed(head, root, bases);
  if (lost && items.length > 0)
    items.push({ ...readItem(lost, bases), unfit: 'The feed is cut off in the middle of it.' });
  return { bases, authors: [], ...feed, items, cut };
}

const readItem = (element: Element, bases: string[]): RawItem =>
  element.name === 'entry' ? atomEntry(element, bases) : rssItem(element, bases);

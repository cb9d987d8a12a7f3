import { attached, ENCLOSED, isPicture, NAMED } from './images.ts';
import { itemsWithin } from './json-items.ts';
import { html, textSaid } from './prose.ts';
import { ITEMS_LIMIT, type Prose, type RawFeed, type RawItem } from './raw-item.ts';

type Said = Record<string, unknown>;

const isObject = (value: unknown): value is Said =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
const texts = (...values: unknown[]): string[] => values.map(text).filter((value) => value.trim());

/** JSON Feed 1.0 and 1.1; undefined for any other JSON. */
export function readJson(said: string): RawFeed | undefined {
  const { feed, cut } = parsed(said);
  if (!isObject(feed) || !Array.isArray(feed.items)) return undefined;
  if (!/jsonfeed/i.test(text(feed.version)) && !text(feed.home_page_url) && !text(feed.feed_url) && !text(feed.title))
    return undefined;
  return {
    title: plain(feed.title)[0],
    site: text(feed.home_page_url) || undefined,
    bases: [],
    authors: authorsOf(feed),
    items: feed.items.slice(0, ITEMS_LIMIT).filter(isObject).map(itemOf),
    hub: listOf(feed.hubs)
      .filter(isObject)
      .map(({ url }) => text(url))[0],
    cut,
  };
}

/** Whole, or what can be read of it: one item that is no JSON does not cost the others. */
function parsed(said: string): { feed: unknown; cut: boolean } {
  try {
    return { feed: JSON.parse(said), cut: false };
  } catch {
    return itemsWithin(said);
  }
}

/** By its definition without markup or entities; both are found in it nevertheless. */
const plain = (...values: unknown[]): Prose[] =>
  texts(...values).map((value) =>
    /&(#\w{1,8}|\w{2,31});/.test(value) && !value.includes('<') ? html(value) : textSaid(value),
  );

function itemOf(item: Said): RawItem {
  const id = text(item.id).trim();
  const address = (href: string) => ({ href, bases: [] });
  return {
    id,
    links: texts(item.url, item.external_url, ...(/^https?:\/\//i.test(id) ? [id] : [])).map(address),
    titles: plain(item.title),
    texts: [...plain(item.summary), ...texts(item.content_html).map(html), ...plain(item.content_text)],
    authors: authorsOf(item),
    topics: listOf(item.tags).map(text),
    images: [
      ...attached(text(item.image), [], ENCLOSED),
      ...attached(text(item.banner_image), [], NAMED),
      ...listOf(item.attachments)
        .filter(isObject)
        .filter(({ mime_type, url }) => isPicture(text(mime_type), text(url)))
        .flatMap(({ url }) => attached(text(url), [], NAMED)),
    ],
    published: texts(item.date_published, item.date_modified),
    updated: texts(item.date_modified),
    bases: [],
  };
}

/** A list since 1.1, one in 1.0; a bare name in neither, but found. */
const authorsOf = ({ authors, author }: Said): string[] =>
  [...listOf(authors), ...(listOf(authors).length > 0 ? [] : listOf(author))].map((one) =>
    text(isObject(one) ? one.name : one),
  );

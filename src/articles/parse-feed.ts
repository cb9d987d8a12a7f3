import { parseFeed as parseAny } from 'feedsmith';
import { DomainError } from '../kernel/errors.ts';
import { type ArticleInput, articleInput, HEADLINE_LIMIT } from './article.ts';
import { loadHead } from './read-page.ts';
import { cleanLine, plainText, standfirstOf } from './text/clean.ts';
import { decodeText } from './text/decode.ts';
import { instantOf } from './text/instant.ts';
import { truncate } from './text/truncate.ts';

export interface ParsedFeed {
  title: string | undefined;
  items: ArticleInput[];
  /** Items without a usable link or headline. */
  dropped: number;
}

export class NotAFeed extends DomainError {
  constructor(url: string, reason: string) {
    super('not-a-feed', 'invalid', `${url} is not a feed: ${reason}`);
  }
}

type Known = ReturnType<typeof parseAny<string>>;
type FeedOf<F extends Known['format']> = Extract<Known, { format: F }>['feed'];
type RssItem = NonNullable<FeedOf<'rss'>['items']>[number];
type AtomEntry = NonNullable<FeedOf<'atom'>['entries']>[number];
type JsonItem = NonNullable<FeedOf<'json'>['items']>[number];

/** What the formats have in common, as text; links may still be relative to `base`. */
interface Item {
  id?: string | undefined;
  link?: string | undefined;
  base: string;
  headline: string;
  standfirst: string;
  byline: (string | undefined)[];
  topics: (string | undefined)[];
  image?: string | undefined;
  published?: string | undefined;
}

// Newest come first in a feed; what lies further down was read before, or is an archive.
const ITEMS_LIMIT = 10_000;
const TOPICS_LIMIT = 20;
const ID_LIMIT = 500;

/**
 * Reads RSS, Atom, RDF or JSON Feed. Dates nobody can read are left out; links become absolute.
 * @throws NotAFeed for anything else
 */
export function parseFeed(body: Buffer | string, url: string, contentType = ''): ParsedFeed {
  const text = typeof body === 'string' ? body : decodeText(body, contentType);
  const parsed = parseKnown(text, url);
  const items = itemsOf(parsed, url).map(toInput);
  const kept = items.filter((item) => item !== undefined);
  return { title: titleOf(parsed), items: kept, dropped: items.length - kept.length };
}

function parseKnown(text: string, url: string): Known {
  try {
    return parseAny(text.trim(), { maxItems: ITEMS_LIMIT });
  } catch {
    throw new NotAFeed(url, whyNot(text, url));
  }
}

function whyNot(text: string, url: string): string {
  const start = text.trimStart().slice(0, 500);
  if (start === '') return 'the answer is empty.';
  if (/^<(!doctype html|html|head|body)\b/i.test(start)) return `it is a web page. ${feedOfPage(text, url)}`;
  if (/<(rss|feed|rdf:rdf)[\s>]/i.test(start)) return 'it begins like one but is cut off or not well-formed XML.';
  return 'give the address of an RSS, Atom, RDF or JSON feed.';
}

function feedOfPage(html: string, url: string): string {
  const type = /^application\/(rss|atom|feed)\+(xml|json)$/i;
  const links = loadHead(html)('link[rel~="alternate"][href]').toArray();
  const href = links.find(({ attribs }) => type.test(attribs.type ?? ''))?.attribs.href;
  const feed = href ? URL.parse(href, url)?.href : undefined;
  return feed ? `Its feed seems to be ${feed}` : 'Look there for a link called RSS or Feed.';
}

const titleOf = ({ feed }: Known): string | undefined =>
  truncate(plainText(typeof feed.title === 'object' ? (feed.title.value ?? '') : (feed.title ?? ''))) || undefined;

function itemsOf({ format, feed }: Known, url: string): Item[] {
  if (format === 'json') return (feed.items ?? []).map((item) => fromJson(item, url));
  const base = within(url, feed.xml?.base);
  if (format === 'rss') return (feed.items ?? []).map((item) => fromRss(item, base));
  if (format === 'atom') return (feed.entries ?? []).map((entry) => fromAtom(entry, base));
  return (feed.items ?? []).map((item) => fromRss({ ...item, guid: { value: item.rdf?.about ?? '' } }, base));
}

const within = (outer: string, base: string | undefined): string => (base && URL.parse(base, outer)?.href) || outer;
const alternate = (links: AtomEntry['links']): string | undefined =>
  links?.find(({ rel = 'alternate' }) => rel === 'alternate')?.href;
const isImage = ({ type = '' }: { type?: string }): boolean => type.startsWith('image/');

function fromRss(item: RssItem, outer: string): Item {
  const { guid, dc } = item;
  const permalink = guid?.isPermaLink !== false && URL.canParse(guid?.value ?? '') ? guid?.value : undefined;
  return {
    id: guid?.value,
    link: item.link ?? alternate(item.atom?.links) ?? permalink,
    base: within(outer, item.xml?.base),
    headline: plainText(item.title ?? dc?.titles?.[0] ?? ''),
    standfirst: standfirstOf(item.description ?? item.content?.encoded ?? ''),
    byline: item.authors?.map(({ name }) => name) ?? dc?.creators ?? [],
    topics: item.categories?.map(({ name }) => name) ?? dc?.subjects ?? [],
    image: mediaImage(item.media) ?? item.enclosures?.find(isImage)?.url,
    published: item.pubDate ?? dc?.dates?.[0] ?? item.atom?.published ?? item.atom?.updated,
  };
}

const fromAtom = (entry: AtomEntry, outer: string): Item => ({
  id: entry.id,
  link: alternate(entry.links),
  base: within(outer, entry.xml?.base),
  headline: atomText(entry.title, plainText),
  standfirst: atomText(entry.summary, standfirstOf) || atomText(entry.content, standfirstOf),
  byline: entry.authors?.map(({ name }) => name) ?? [],
  topics: entry.categories?.map(({ label, term }) => label ?? term) ?? [],
  image: mediaImage(entry.media) ?? entry.links?.filter(({ rel }) => rel === 'enclosure').find(isImage)?.href,
  published: entry.published ?? entry.updated,
});

const fromJson = (item: JsonItem, base: string): Item => ({
  id: item.id,
  link: item.url ?? item.external_url,
  base,
  headline: item.title ?? '',
  standfirst: truncate(cleanLine(item.summary ?? item.content_text ?? '')) || standfirstOf(item.content_html ?? ''),
  byline: item.authors?.map(({ name }) => name) ?? [],
  topics: item.tags ?? [],
  image: item.image ?? item.banner_image,
  published: item.date_published ?? item.date_modified,
});

/** RFC 4287 §3.1: without a type it is text as it stands; a closing tag in it shows a feed that forgot to say html. */
function atomText(
  { value = '', type = 'text' }: { value?: string; type?: string } = {},
  read: (html: string) => string,
) {
  const isHtml = type.includes('html') || /<\/[a-z]+>/i.test(value);
  return isHtml ? read(value) : truncate(cleanLine(value));
}

function mediaImage(media: RssItem['media']): string | undefined {
  const contents = [...(media?.contents ?? []), ...(media?.groups?.flatMap((group) => group.contents ?? []) ?? [])];
  const image = contents.find((content) => content.medium === 'image' || isImage(content));
  return image?.url ?? media?.thumbnails?.[0]?.url ?? media?.groups?.[0]?.thumbnails?.[0]?.url;
}

/** The same rules as for an article by API; what is merely optional and broken is left out instead. */
function toInput(item: Item): ArticleInput | undefined {
  const image = item.image ? URL.parse(item.image, item.base)?.href : undefined;
  const parsed = articleInput.safeParse({
    external_id: item.id && item.id.length <= ID_LIMIT ? item.id : undefined,
    url: item.link ? URL.parse(item.link, item.base)?.href : undefined,
    headline: truncate(cleanLine(item.headline), HEADLINE_LIMIT),
    standfirst: item.standfirst,
    byline: truncate(cleanLine(item.byline.filter(Boolean).join(', '))) || undefined,
    topics: [...new Set(item.topics.map(slugOf).filter(Boolean))].slice(0, TOPICS_LIMIT),
    image_url: /^https?:/.test(image ?? '') ? image : undefined,
    published_at: item.published && instantOf(item.published)?.toISOString(),
  });
  return parsed.success ? parsed.data : undefined;
}

const slugOf = (name = ''): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');

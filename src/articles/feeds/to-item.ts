import { cleanLine, plainText } from '../text/clean.ts';
import { instantOf } from '../text/instant.ts';
import { truncate } from '../text/truncate.ts';
import { firstAddress, firstImage } from './address.ts';
import type { Dropped, FeedItem } from './feed-item.ts';
import { bestFirst, imagesInText } from './images.ts';
import { bylineOf } from './names.ts';
import { headlineOf, standfirstIn } from './prose.ts';
import type { RawItem } from './raw-item.ts';

const ID_LIMIT = 500;
const ALT_LIMIT = 300;
const TOPICS_LIMIT = 50;
const TOPIC_LENGTH = 100;

interface Around {
  /** What relative addresses are relative to. */
  root: string;
  /** IANA, for times that name none. */
  zone: string;
  /** The feed's own authors, for items that name none. */
  authors: string[];
}

/** What is optional and broken is left out; without an address or any words it is no article. */
export function toItem(raw: RawItem, { root, zone, authors }: Around): FeedItem | Dropped {
  const id = cleanLine(raw.id ?? '');
  const headline = headlineOf(raw.titles, raw.texts);
  const url = firstAddress(raw.links, root);
  const known = { ...(id && id.length <= ID_LIMIT && { id }), ...(url && { url }), ...(headline && { headline }) };
  if (raw.unfit) return { ...known, reason: raw.unfit };
  if (!url) return { ...known, reason: whyNoAddress(raw) };
  if (!headline) return { ...known, reason: 'It has neither a headline nor a text.' };
  const image =
    firstImage(bestFirst(raw.images), root) ??
    firstImage(
      raw.texts.flatMap((text) => imagesInText(text, raw.bases)),
      root,
    );
  return {
    ...(known.id && { external_id: known.id }),
    url,
    headline,
    standfirst: standfirstIn(raw.texts),
    ...defined('byline', bylineOf(raw.authors) ?? bylineOf(authors)),
    topics: topicsOf(raw.topics),
    ...defined('image_url', image?.url),
    ...defined('image_alt', image?.alt && truncate(image.alt, ALT_LIMIT)),
    ...defined('published_at', firstInstant(raw.published, zone)),
    ...defined('updated_at', firstInstant(raw.updated, zone)),
  };
}

const defined = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [key in K]?: V };

const whyNoAddress = ({ links }: RawItem): string => {
  const [first] = links;
  return first ? `Its link leads nowhere on the web: ${truncate(cleanLine(first.href), 100)}` : 'It has no link.';
};

function topicsOf(said: string[]): string[] {
  const names = said.slice(0, TOPICS_LIMIT * 2).map((name) => truncate(plainText(name), TOPIC_LENGTH));
  const distinct = new Map<string, string>();
  for (const name of names) if (name && !distinct.has(name.toLowerCase())) distinct.set(name.toLowerCase(), name);
  return [...distinct.values()].slice(0, TOPICS_LIMIT);
}

function firstInstant(texts: string[], zone: string): Date | undefined {
  for (const text of texts) {
    const instant = text ? instantOf(text, zone) : undefined;
    if (instant) return instant;
  }
  return undefined;
}

import { plainText } from '../text/clean.ts';
import type { Prose, SaidImage } from './raw-item.ts';
import { scanMarkup } from './scan-markup.ts';
import { attribute, type Element, elementsOf, textOf } from './tree.ts';

const RANK = { content: 7, bigThumbnail: 6, enclosure: 5, thumbnail: 4, named: 3, inText: 1 };
export const NAMED = RANK.named;
export const ENCLOSED = RANK.enclosure;
const BIG = 400;
// Taken for a picture whose size is not told, so that a thumbnail with one does not go before it.
const USUAL_AREA = 600 * 400;
// Trackers are a pixel, smileys and share buttons not much more.
const SMALLEST = 33;
const FILE = /\.(jpe?g|png|gif|webp|avif)(?:[?#]|$)/i;
// No mail program shows SVG, and in an article it is an icon.
const NOT_OF_THE_ARTICLE =
  /(^data:|^cid:|gravatar\.com\/(avatar|blavatar)|s\.w\.org\/images\/core\/emoji|\/smilies\/|feeds\.feedburner\.com\/~|feedsportal\.com|pixel\.wp\.com|stats\.wordpress\.com|doubleclick\.net|scorecardresearch|[/.](pixel|beacon|tracker?|spacer|blank|transparent|1x1)\b[^/]*$|\.svgz?(?:[?#]|$))/i;

const sizeOf = (element: Element): { width: number; height: number } => ({
  width: Number.parseInt(attribute(element, 'width') ?? '', 10) || 0,
  height: Number.parseInt(attribute(element, 'height') ?? '', 10) || 0,
});

function said(href: string | undefined, rank: number, bases: string[], size = { width: 0, height: 0 }): SaidImage[] {
  const { width, height } = size;
  const tiny = (width > 0 && width < SMALLEST) || (height > 0 && height < SMALLEST);
  if (!href || tiny || NOT_OF_THE_ARTICLE.test(href)) return [];
  const area = width || height ? (width || height) * (height || width) : USUAL_AREA;
  return [{ href, bases, rank, area }];
}

/** Whether something attached is a picture: it says so, or says nothing of worth and is called like one. */
export const isPicture = (type: string | undefined, href: string | undefined): boolean =>
  type && !/\boctet-stream\b/i.test(type) ? /^image\b/i.test(type) : FILE.test(href ?? '');

/** Media RSS: pictures, then thumbnails, in groups and out of them. */
export function mediaImages(item: Element, bases: string[]): SaidImage[] {
  return elementsOf(item).flatMap((element): SaidImage[] => {
    const href = attribute(element, 'url') ?? attribute(element, 'href');
    if (element.name === 'media:group') return mediaImages(element, bases);
    if (element.name === 'media:thumbnail') {
      const size = sizeOf(element);
      return said(href ?? textOf(element).trim(), size.width >= BIG ? RANK.bigThumbnail : RANK.thumbnail, bases, size);
    }
    if (element.name !== 'media:content') return [];
    const picture = attribute(element, 'medium') === 'image' || isPicture(attribute(element, 'type'), href);
    const images =
      picture && !/^(video|audio)/.test(attribute(element, 'type') ?? '')
        ? said(href, RANK.content, bases, sizeOf(element))
        : [];
    const alt = elementsOf(element).find(({ name }) => name === 'media:description' || name === 'media:text');
    return [
      ...images.map((image) => ({ ...image, alt: alt && plainText(textOf(alt)) })),
      ...mediaImages(element, bases),
    ];
  });
}

/** `itunes:image`, an `image` of the item, and what plug-ins of blog software name so. */
export function namedImages(item: Element, bases: string[]): SaidImage[] {
  const names = [
    'itunes:image',
    'googleplay:image',
    'image',
    'thumbnail',
    'post-thumbnail',
    'featured_image',
    'featuredimage',
  ];
  return elementsOf(item)
    .filter(({ name }) => names.includes(name))
    .flatMap((element) => {
      const inner = elementsOf(element).find(({ name }) => name === 'url');
      const href = attribute(element, 'href') ?? attribute(element, 'url') ?? textOf(inner ?? element).trim();
      return said(href, RANK.named, bases);
    });
}

export const attached = (href: string | undefined, bases: string[], rank: number = RANK.enclosure): SaidImage[] =>
  said(href, rank, bases);

const LOOKED_AT = 50_000;
const BASES_LIMIT = 10;
const IMG = /<img\b/i;
const SOURCES = ['data-src', 'data-lazy-src', 'data-original', 'src'];
const UNSEEN = /display\s*:\s*none|visibility\s*:\s*hidden|(?:^|[\s;])(?:width|height)\s*:\s*(?:[0-2]?\dpx|1em)/i;

/** Pictures in a text, as the last resort: those a reader sees. */
export function imagesInText({ text, html, base }: Prose, around: string[]): SaidImage[] {
  const images: SaidImage[] = [];
  // Added to and never taken from: XHTML has one around all of its text, if any.
  let bases = base ? [...around, base] : around;
  let inScript = false;
  if (!html || !IMG.test(text)) return images;
  scanMarkup(text.slice(0, LOOKED_AT).replaceAll('<![CDATA[', ''), {
    opened(name, attributes) {
      const inner = attributes.get('xml:base');
      if (inner && bases.length < BASES_LIMIT) bases = [...bases, inner];
      inScript ||= name === 'script';
      if (name === 'img' && !inScript) images.push(...shown({ name, attributes, inside: [] }, bases));
    },
    closed(name) {
      if (name === 'script') inScript = false;
    },
    said: () => {},
    enough: () => false,
  });
  return images;
}

function shown(img: Element, bases: string[]): SaidImage[] {
  const value = (name: string) => img.attributes.get(name)?.trim();
  if (UNSEEN.test(value('style') ?? '')) return [];
  const src = SOURCES.map(value).find((href) => href && !href.startsWith('data:'));
  const href = src ?? widest(value('srcset') ?? value('data-srcset'));
  const alt = plainText(value('alt') ?? '') || undefined;
  return said(href, RANK.inText, bases, sizeOf(img)).map((image) => ({ ...image, alt }));
}

// An address may hold commas: one ends it after a width, or before a blank.
const BETWEEN_SOURCES = /,\s+|(?<=\s[\d.]{1,9}[wx]),/;

function widest(srcset = ''): string | undefined {
  const sources = srcset.split(BETWEEN_SOURCES).map((source) => source.trim().split(/\s+/));
  return sources.toSorted(([, a = ''], [, b = '']) => Number.parseFloat(b) - Number.parseFloat(a))[0]?.[0];
}

/** The best first. Among those in a text their order counts, not their size. */
export const bestFirst = (images: SaidImage[]): SaidImage[] =>
  images.toSorted((a, b) => b.rank - a.rank || b.area - a.area);

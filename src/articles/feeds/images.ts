import { decodeHTMLStrict } from 'entities';
import { plainText } from '../text/clean.ts';
import type { Prose, SaidImage } from './raw-item.ts';
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
const NOT_OF_THE_ARTICLE =
  /(^data:|^cid:|gravatar\.com\/(avatar|blavatar)|s\.w\.org\/images\/core\/emoji|\/smilies\/|feeds\.feedburner\.com\/~|feedsportal\.com|pixel\.wp\.com|stats\.wordpress\.com|doubleclick\.net|scorecardresearch|[/.](pixel|beacon|tracker?|spacer|blank|transparent|1x1)\b[^/]*$)/i;

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

/** Whether something attached is a picture: it says so, or says nothing and is called like one. */
export const isPicture = (type: string | undefined, href: string | undefined): boolean =>
  type ? /^image\b/i.test(type) : FILE.test(href ?? '');

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
const IMG = /<img\b([^<>]{1,4000})>/gi;
const PAIR = /([a-z-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;

/** Pictures in a text, as the last resort: those a reader sees. */
export function imagesInText({ text, html }: Prose, bases: string[]): SaidImage[] {
  if (!html) return [];
  return text
    .slice(0, LOOKED_AT)
    .matchAll(IMG)
    .flatMap(([, inside = '']) => {
      const pairs = inside
        .matchAll(PAIR)
        .map(([, key = '', a, b, c]) => [key.toLowerCase(), a ?? b ?? c ?? ''] as const);
      const tag = new Map(pairs.map(([key, value]) => [key, decodeHTMLStrict(value).trim()]));
      if (/display\s*:\s*none|visibility\s*:\s*hidden/i.test(tag.get('style') ?? '')) return [];
      const size = {
        width: Number.parseInt(tag.get('width') ?? '', 10) || 0,
        height: Number.parseInt(tag.get('height') ?? '', 10) || 0,
      };
      const src = ['data-src', 'data-lazy-src', 'data-original', 'src']
        .map((key) => tag.get(key))
        .find((href) => href && !href.startsWith('data:'));
      return said(src ?? widest(tag.get('srcset') ?? tag.get('data-srcset')), RANK.inText, bases, size).map(
        (image) => ({
          ...image,
          alt: plainText(tag.get('alt') ?? '') || undefined,
        }),
      );
    })
    .toArray();
}

function widest(srcset = ''): string | undefined {
  const sources = srcset.split(/,\s+/).map((source) => source.trim().split(/\s+/));
  return sources.toSorted(([, a = ''], [, b = '']) => Number.parseFloat(b) - Number.parseFloat(a))[0]?.[0];
}

/** The best first. Among those in a text their order counts, not their size. */
export const bestFirst = (images: SaidImage[]): SaidImage[] =>
  images.toSorted((a, b) => b.rank - a.rank || b.area - a.area);

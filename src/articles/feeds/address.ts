import type { Address, SaidImage } from './raw-item.ts';

// An index entry of the database holds at most 2,704 bytes.
const LONGEST = 2000;
const WITHOUT_SCHEME = /^www\.[\w-]+\.\w/i;

/** The first of these that leads somewhere on the web, whole. */
export function firstAddress(addresses: Address[], root: string): string | undefined {
  for (const address of addresses) {
    const href = whole(address, root);
    if (href) return href;
  }
  return undefined;
}

export function firstImage(
  images: Iterable<SaidImage>,
  root: string,
): { url: string; alt: string | undefined } | undefined {
  for (const image of images) {
    const url = whole(image, root);
    if (url) return { url, alt: image.alt || undefined };
  }
  return undefined;
}

function whole({ href, bases }: Address, root: string): string | undefined {
  // Escaped once too often; and no address is meant to hold `&amp;`.
  const trimmed = href
    .trim()
    .slice(0, LONGEST * 2)
    .replace(/&(?:amp|#38|#x26);/gi, '&');
  if (!trimmed) return undefined;
  const base = bases.reduce((outer, inner) => URL.parse(inner.trim(), outer)?.href ?? outer, root);
  const url = URL.parse(WITHOUT_SCHEME.test(trimmed) ? `https://${trimmed}` : trimmed, base);
  const fits = url && /^https?:$/.test(url.protocol) && !url.username && !url.password && url.href.length <= LONGEST;
  return fits ? url.href : undefined;
}

/**
 * What relative addresses are relative to: where the feed was read, unless it was on another host than the site it is
 * of, as with services that serve feeds for others.
 */
export function rootOf(feedUrl: string, site: string | undefined): string {
  const home = site ? URL.parse(site.trim(), feedUrl) : null;
  return home && /^https?:$/.test(home.protocol) && home.host !== URL.parse(feedUrl)?.host ? home.href : feedUrl;
}

import { absolute, baseOf, siteOf, withoutTracking } from './addresses.ts';
import { isWithin } from './elements.ts';
import type { Outline } from './outline.ts';

// Google's cache of AMP pages and its viewer: `https://www-post-example.cdn.ampproject.org/c/s/www.post.example/a`.
const AMP_CACHE =
  /^https:\/\/(?:[\w-]+\.cdn\.ampproject\.org\/(?:c|v|i)\/|(?:www\.)?google\.[a-z.]+\/amp\/)(s\/)?([^/?#]+\.[^?#]*)/;
const LONGEST = 2_000;

/** The page's own word on its address, but never on another site's: it would speak for an article not its own. */
export function canonicalOf(outline: Outline, others: string[], url: string): string {
  const own = cached(url);
  const links = outline.filter(
    (element) =>
      element.name === 'link' &&
      /(^|\s)canonical(\s|$)/i.test(element.attribs.rel ?? '') &&
      // In the body readers may have written it.
      !isWithin(element, ({ name }) => name === 'body'),
  );
  const declared = [...links.map(({ attribs }) => attribs.href ?? ''), ...others].map((link) =>
    absolute(link, baseOf(outline, own)),
  );
  const fits = (address: string) =>
    address !== '' && address.length <= LONGEST && siteOf(address) === siteOf(own) && !isFront(address, own);
  return withoutTracking(declared.find(fits) ?? own);
}

/** A template that names the front page on all pages says nothing. */
const isFront = (address: string, url: string): boolean => isRoot(address) && !isRoot(url);

const isRoot = (address: string): boolean => {
  const { pathname, search } = new URL(address);
  return pathname === '/' && search === '';
};

function cached(url: string): string {
  const [, secure, rest] = AMP_CACHE.exec(url) ?? [];
  return rest ? absolute(`http${secure ? 's' : ''}://${rest}`, url) || url : url;
}

import { canonicalUrl } from '../canonical-url.ts';
import { isTracking } from '../url-parameters.ts';
import type { Outline } from './outline.ts';

/** A web address as it is written on a page, made whole; '' for what is none. */
export function absolute(link: string, base: string): string {
  const url = link ? URL.parse(link.trim(), base) : null;
  return url && ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password ? url.href : '';
}

/** The host without what stands for the same paper on another screen. */
export const siteOf = (url: string): string =>
  new URL(url).hostname.replace(/^(?:(?:www\d?|m|mobile|mobil|amp|wap|touch)\.)+/, '');

// Longer ones no browser takes.
const LONGEST = 2_000;

/** By which two spellings of an address of one page are the same; undefined for what is no address. */
export const addressKey = (address: string): string | undefined =>
  address.length <= LONGEST && /^https?:\/\//i.test(address.trim()) && URL.canParse(address)
    ? canonicalUrl(address)
    : undefined;

/** Without what says how somebody came here, and where on the page they are. */
export function withoutTracking(address: string): string {
  const url = new URL(address);
  url.hash = '';
  url.search = url.search
    .slice(1)
    .split('&')
    .filter((pair) => !isTracking(pair.split('=', 1)[0] ?? ''))
    .join('&');
  return url.href;
}

/** What relative addresses on a page are relative to. */
export function baseOf(outline: Outline, url: string): string {
  const base = outline.find(({ name, attribs }) => name === 'base' && attribs.href !== undefined);
  return absolute(base?.attribs.href ?? '', url) || url;
}

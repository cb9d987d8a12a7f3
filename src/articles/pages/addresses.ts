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
// So that a page with a print or AMP form is one address.
const ALIKE = /\/(?:amp|amp\.html|index\.\w{3,5})$|\.amp(?=\.html?$)|\/+$/gi;
const TRACKING =
  /^(utm_[^=]*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|mc_[ce]id|_ga|_gl|cmpid|ocid|amp|outputtype)$/i;

/** By which two spellings of an address of one page are the same; undefined for what is no address. */
export function addressKey(address: string): string | undefined {
  if (address.length > LONGEST || !/^https?:\/\//i.test(address.trim()) || !URL.canParse(address)) return undefined;
  const { pathname, search } = new URL(withoutTracking(address));
  let path = pathname.replace(/^\/amp(?=\/)/, '');
  for (let before = ''; before !== path; ) {
    before = path;
    path = path.replace(ALIKE, '');
  }
  return `${siteOf(address)}${path}${search}`;
}

/** Without what says how somebody came here, and where on the page they are. */
export function withoutTracking(address: string): string {
  const url = new URL(address);
  url.hash = '';
  url.search = url.search
    .slice(1)
    .split('&')
    .filter((pair) => !TRACKING.test(pair.split('=', 1)[0] ?? ''))
    .join('&');
  return url.href;
}

/** What relative addresses on a page are relative to. */
export function baseOf(outline: Outline, url: string): string {
  const base = outline.find(({ name, attribs }) => name === 'base' && attribs.href !== undefined);
  return absolute(base?.attribs.href ?? '', url) || url;
}

import type { Candidate } from './page-links.ts';
import type { Kind } from './source.ts';

/** A feed, or a WordPress site's posts, that was read to see that it is one. */
export interface Found {
  kind: Kind;
  url: string;
  title: string | null;
  /** That it holds now; of a WordPress site's posts one page. */
  items: number;
}

/** Each address once, where it is named first. */
export function distinct(candidates: Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ url }) => !seen.has(url) && seen.add(url));
}

/** Of a whole site WordPress's API says most; of one of its pages, its feed. Comments are no articles. */
export function ranked(found: Found[], page: string): Found[] {
  const place = ({ kind, url, title }: Found): number => {
    if (/\bcomments?\b/i.test(`${title} ${url}`)) return 2;
    if (kind === 'wordpress') return isHome(page, url) ? -1 : 1;
    return 0;
  };
  return found.toSorted((a, b) => place(a) - place(b));
}

/** Whether a page is the front of the site whose posts these are. */
function isHome(page: string, collection: string): boolean {
  const root = (address: string) =>
    `${new URL(address).host}${new URL(address).pathname.replace(/(index\.php|wp-json\/.*)?$/, '').replace(/\/+$/, '')}`;
  return root(page) === root(collection);
}

import { DomainError } from '../../kernel/errors.ts';
import type { Fetched } from '../../platform/fetch/guarded-fetch.ts';
import { FULL_PAGE } from './wordpress-address.ts';

export class NotWordPress extends DomainError {
  constructor(url: string) {
    super('not-wordpress', 'invalid', `${url} does not answer with posts as WordPress's API does.`);
  }
}

/** Plugins write warnings before the answer, byte order marks too. @throws NotWordPress */
export function postsIn({ body, url }: Fetched): unknown[] {
  const text = body.toString();
  const start = text.search(/\[\s*(\{\s*"|\])/);
  try {
    const posts: unknown = JSON.parse(start > 0 ? text.slice(start) : text);
    if (Array.isArray(posts)) return posts;
  } catch {}
  throw new NotWordPress(url);
}

/** Some caches take the header away. */
export function isLast({ headers }: Fetched, page: number, found: number): boolean {
  const pages = Number(headers['x-wp-totalpages'] || Number.NaN);
  return Number.isNaN(pages) ? found < FULL_PAGE : page >= pages;
}

export function sayingOf({ status }: Fetched): string {
  const closed = [401, 403, 404].includes(status);
  return closed
    ? `WordPress's API answered ${status}: it is closed, or not there. The site's feed may work; add that instead.`
    : `WordPress's API answered ${status}.`;
}

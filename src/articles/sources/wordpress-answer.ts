import { DomainError } from '../../kernel/errors.ts';
import type { Fetched, Fetcher } from '../../platform/fetch/guarded-fetch.ts';
import { plainText } from '../text/clean.ts';
import { truncate } from '../text/truncate.ts';
import { collectionOf, FULL_PAGE, nameAt } from './wordpress-address.ts';

export class NotWordPress extends DomainError {
  constructor(url: string) {
    super('not-wordpress', 'invalid', `${url} does not answer with posts as WordPress's API does.`);
  }
}

/** Plugins write warnings before the answer, byte order marks too, and remarks of theirs behind it. @throws NotWordPress */
export function postsIn({ body, url }: Fetched): unknown[] {
  const text = body.toString();
  const start = text.search(/\[\s*(\{\s*"|\])/);
  try {
    const posts: unknown = JSON.parse(text.slice(Math.max(0, start), text.lastIndexOf(']') + 1));
    if (Array.isArray(posts)) return posts;
  } catch {}
  throw new NotWordPress(collectionOf(url) ?? url);
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

const NAME_MS = 5000;
const NAME_LIMIT = 200;

/** What a site calls itself; undefined when it does not say. */
export async function nameOf(collection: string, fetcher: Fetcher): Promise<string | undefined> {
  try {
    const answer = await fetcher.fetch(nameAt(collection), { accept: 'application/json', deadlineMs: NAME_MS });
    const { name } = JSON.parse(answer.body.toString()) as { name?: unknown };
    return typeof name === 'string' ? truncate(plainText(name), NAME_LIMIT) || undefined : undefined;
  } catch {
    return undefined;
  }
}

import type { Clock } from '../../kernel/clock.ts';
import type { Fetched, Fetcher } from '../../platform/fetch/guarded-fetch.ts';
import type { Dropped, FeedItem } from '../feeds/feed-item.ts';
import { type Reading, SourceUnavailable, toldBy } from './reading.ts';
import type { Source } from './source.ts';
import { type Asked, FULL_PAGE, pageOfPosts } from './wordpress-address.ts';
import { isLast, NotWordPress, nameOf, postsIn, sayingOf } from './wordpress-answer.ts';
import { itemOf, type Post, postOf } from './wordpress-post.ts';

interface Needs {
  fetcher: Fetcher;
  clock: Clock;
}

/** Five hundred of the newest; what lies further down was read before, or is an archive. */
const PAGES_LIMIT = 5;
/** Of a server that knows no pages. */
const PAGE_LIMIT = PAGES_LIMIT * FULL_PAGE;
/** For all pages together. */
const DEADLINE_MS = 45_000;
const NONE_SUCH = [400, 404];
const MINUTE_MS = 60_000;
/** Saved while we asked, or on a server whose clock is a little off. */
const OVERLAP_MS = { modified: 5 * MINUTE_MS, date: 180 * MINUTE_MS };

/**
 * Asks a WordPress site for posts published or changed since it was last read. That is two questions: a post planned
 * ahead keeps the day on which it was written as its last change, and goes out late where nobody visits the site.
 * @throws SourceUnavailable, NotWordPress, FetchFailed, FetchRefused
 */
export async function askWordPress(source: Source, { fetcher, clock }: Needs): Promise<Reading> {
  const since = source.readUntil?.getTime();
  const ask = { fetcher, clock, collection: source.url, until: performance.now() + DEADLINE_MS };
  const published = await postsBy(since, 'date', ask);
  if (!published.first) throw new NotWordPress(source.url);
  const changed = since === undefined ? undefined : await postsBy(since, 'modified', ask);
  const read = [...published.posts, ...(changed?.posts ?? [])];
  const posts = [...new Map(read.map((post) => [post.id ?? post, post])).values()];
  const title = source.name === null ? await nameOf(source.url, fetcher) : undefined;
  return {
    ...toldBy(published.first),
    ...{ status: published.first.status, bytes: published.bytes + (changed?.bytes ?? 0) },
    ...{ etag: null, lastModified: null, bodyHash: null, readUntil: latest(posts, source.readUntil, clock.now()) },
    feed: { ...feedOf(posts), ...(title && { title }) },
  };
}

interface Asking extends Needs {
  collection: string;
  until: number;
}

async function postsBy(since: number | undefined, order: Asked['order'], asking: Asking) {
  const after = since === undefined ? null : new Date(since - OVERLAP_MS[order]);
  const posts: Post[] = [];
  let bytes = 0;
  let first: Fetched | undefined;
  for (let page = 1; page <= PAGES_LIMIT; page += 1) {
    const answer = await pageAt(pageOfPosts(asking.collection, { order, after, page }), asking);
    // What was a page can become none while it is being read; and some APIs refuse to be asked for changes.
    if (NONE_SUCH.includes(answer.status) && (first || order === 'modified')) break;
    if (answer.status !== 200) throw new SourceUnavailable(answer, asking.clock.now(), sayingOf(answer));
    first ??= answer;
    bytes += answer.body.length;
    const found = postsIn(answer).slice(0, PAGE_LIMIT);
    posts.push(...found.flatMap((entry) => postOf(entry) ?? []));
    if (isLast(answer, page, found.length) || isOlder(posts.at(-1), order, after)) break;
  }
  return { first, posts, bytes };
}

const pageAt = (url: string, { fetcher, until }: Asking): Promise<Fetched> =>
  fetcher.fetch(url, {
    accept: 'application/json',
    deadlineMs: Math.max(1000, Math.min(until - performance.now(), 20_000)),
  });

/** Before 5.7 WordPress does not know `modified_after`, and answers with everything. */
const isOlder = (last: Post | undefined, order: Asked['order'], after: Date | null): boolean =>
  Boolean(last && after && ((order === 'date' ? last.published : last.modified) ?? after) < after);

function latest(posts: Post[], readUntil: Date | null, now: Date): Date | null {
  const times = posts.flatMap(({ modified }) => (modified && modified <= now ? modified.getTime() : []));
  const newest = times.reduce((most, time) => Math.max(most, time), readUntil?.getTime() ?? 0);
  return newest > 0 ? new Date(newest) : null;
}

function feedOf(posts: Post[]) {
  const read = posts.map(itemOf);
  return {
    items: read.filter((item): item is FeedItem => !('reason' in item)),
    dropped: read.filter((item): item is Dropped => 'reason' in item),
  };
}

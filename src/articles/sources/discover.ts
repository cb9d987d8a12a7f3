import { messageOf } from '../../kernel/errors.ts';
import type { Fetched, Fetcher } from '../../platform/fetch/guarded-fetch.ts';
import { plainText } from '../text/clean.ts';
import { truncate } from '../text/truncate.ts';
import { FEED_TYPES } from './ask-feed.ts';
import { type Candidate, isPage, linksOf } from './page-links.ts';
import { distinct, type Found, ranked } from './rank-found.ts';
import { feedIn } from './read-source.ts';
import type { Kind } from './source.ts';
import { collectionOf, pageOfPosts, postsOf } from './wordpress-address.ts';
import { postsIn, nameOf as siteNameOf } from './wordpress-answer.ts';

export interface Discovery {
  /** The best first. */
  found: Found[];
  /** The very address that was given. */
  itself: boolean;
  /** Why there is no telling, in words: it did not answer, or not with a page. */
  unclear?: string;
}

const PATHS = ['feed', 'rss', 'rss.xml', 'atom.xml', 'feed.json', 'index.xml', 'feed.xml'];
const MOST_TRIED = 8;
const DEADLINE_MS = 20_000;
const EACH_MS = 6000;

/**
 * Finds what can be read at an address: the feed itself, or the feeds and the WordPress API of the page that it is.
 * @param kind only of that kind
 */
export async function discover(address: string, fetcher: Fetcher, kind?: Kind): Promise<Discovery> {
  const look = createLook(fetcher);
  const collection = collectionOf(address);
  const posts = collection && (await look({ kind: 'wordpress', url: collection }));
  if (posts) return { found: [posts], itself: true };
  const answer = await fetcher.fetch(address, { accept: FEED_TYPES, deadlineMs: EACH_MS }).catch(messageOf);
  if (typeof answer === 'string') return { found: [], itself: false, unclear: answer.replace(address, 'It') };
  const itself = kind === 'wordpress' ? undefined : feedOf(answer, { kind: 'feed', url: address });
  if (itself) return { found: [itself], itself: true };
  if (answer.status !== 200) return { found: [], itself: false, unclear: `Its server answered ${answer.status}.` };
  if (!isPage(answer)) return { found: [], itself: false, unclear: 'It is neither a feed nor a page.' };
  const wanted = (candidates: Candidate[]) => candidates.filter((one) => kind === undefined || one.kind === kind);
  const named = await foundOf(distinct(wanted(linksOf(answer))), look, MOST_TRIED);
  // What a page names is believed before what it might have.
  const found = named.length > 0 ? named : await foundOf(distinct(wanted(commonOf(answer.url))), look, 1);
  return { found: ranked(found, answer.url), itself: false };
}

type Look = ReturnType<typeof createLook>;

/** Reads a candidate to see that it is one; one after the other, since they are all of one host. */
function createLook(fetcher: Fetcher) {
  const until = performance.now() + DEADLINE_MS;
  return async (candidate: Candidate): Promise<Found | undefined> => {
    const deadlineMs = Math.min(EACH_MS, until - performance.now());
    if (deadlineMs <= 0) return undefined;
    const isWordPress = candidate.kind === 'wordpress';
    const collection = isWordPress ? (collectionOf(candidate.url) ?? postsOf(candidate.url)) : candidate.url;
    const url = isWordPress ? pageOfPosts(collection, { order: 'date', after: null, page: 1 }) : collection;
    const answer = await fetcher
      .fetch(url, { accept: isWordPress ? 'application/json' : FEED_TYPES, deadlineMs })
      .catch(() => undefined);
    if (answer?.status !== 200) return undefined;
    const found = (isWordPress ? siteOf : feedOf)(answer, { ...candidate, url: collection });
    const name = isWordPress && found ? await siteNameOf(collection, fetcher) : undefined;
    return found && name ? { ...found, title: name } : found;
  };
}

async function foundOf(candidates: Candidate[], look: Look, most: number): Promise<Found[]> {
  const found: Found[] = [];
  for (const candidate of candidates.slice(0, MOST_TRIED)) {
    const one = found.length < most ? await look(candidate) : undefined;
    if (one) found.push(one);
  }
  return found;
}

function feedOf(answer: Fetched, { url, title: named }: Candidate): Found | undefined {
  try {
    const { title = named, items } = feedIn(answer);
    return { kind: 'feed', url, title: nameOf(title), items: items.length };
  } catch {
    return undefined;
  }
}

function siteOf(answer: Fetched, { url, title }: Candidate): Found | undefined {
  try {
    return { kind: 'wordpress', url, title: nameOf(title), items: postsIn(answer).length };
  } catch {
    return undefined;
  }
}

const nameOf = (title: string | undefined): string | null => truncate(plainText(title ?? ''), 200) || null;

const commonOf = (page: string): Candidate[] => [
  ...PATHS.map((path) => ({ kind: 'feed' as const, url: new URL(`/${path}`, page).href })),
  { kind: 'wordpress', url: new URL('/wp-json/', page).href },
];

import type { Fetched } from '../../platform/fetch/guarded-fetch.ts';
import type { ReadFeed } from '../feeds/feed-item.ts';
import { readFeed } from '../feeds/read-feed.ts';

/** The feed in an answer. @throws NotAFeed */
export const feedIn = ({ body, url, headers }: Pick<Fetched, 'body' | 'url' | 'headers'>): ReadFeed =>
  readFeed(body, url, headers['content-type']);

import type { Fetched } from '../../platform/fetch/guarded-fetch.ts';
import type { ReadFeed } from '../feeds/feed-item.ts';
import { parseFeed } from '../parse-feed.ts';

/** The feed in an answer. @throws NotAFeed */
export function feedIn({ body, url, headers }: Pick<Fetched, 'body' | 'url' | 'headers'>): ReadFeed {
  const { title, items, dropped } = parseFeed(body, url, headers['content-type']);
  return {
    ...(title && { title }),
    items: items.map(({ standfirst = '', topics = [], published_at, external_id, byline, image_url, ...item }) => ({
      ...{ url: item.url, headline: item.headline, standfirst, topics },
      ...(external_id && { external_id }),
      ...(byline && { byline }),
      ...(image_url && { image_url }),
      ...(published_at && { published_at }),
    })),
    dropped: Array.from({ length: dropped }, () => ({ reason: 'It has no link or no headline.' })),
  };
}

import { parseFeed } from '../parse-feed.ts';
import type { Beside } from './beside.ts';

/** A feed as it was read. Instants are ISO 8601 in UTC; what a feed does not say is null. */
export function feedRecord(body: Buffer, { url }: Beside) {
  const { title, items } = parseFeed(body, url);
  return {
    title: title ?? null,
    items: items.map((item) => ({
      id: item.external_id ?? null,
      url: item.url,
      title: item.headline,
      summary: item.standfirst ?? '',
      author: item.byline ?? null,
      published: item.published_at?.toISOString() ?? null,
      updated: null,
      image: item.image_url ?? null,
      topics: item.topics ?? [],
    })),
  };
}

import { readFeed } from '../feeds/read-feed.ts';
import type { Beside } from './score-folder.ts';

/** A feed as it was read. Instants are ISO 8601 in UTC; what a feed does not say is null. */
export function feedRecord(body: Buffer, { url, zone }: Beside) {
  const { title, items } = readFeed(body, url, '', zone);
  return {
    title: title ?? null,
    items: items.map((item) => ({
      id: item.external_id ?? null,
      url: item.url,
      title: item.headline,
      summary: item.standfirst,
      author: item.byline ?? null,
      published: item.published_at?.toISOString() ?? null,
      updated: item.updated_at?.toISOString() ?? null,
      image: item.image_url ?? null,
      topics: item.topics,
    })),
  };
}

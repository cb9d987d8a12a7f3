import type { FeedItem } from './feed-item.ts';

/**
 * Each article once: the newest of those with one id and one address or headline, at the place of the first. An id that
 * different articles share is the mistake of a program, and no id.
 */
export function withoutDuplicates(items: FeedItem[]): FeedItem[] {
  const shared = sharedIds(items);
  const kept = new Map<string, FeedItem>();
  for (const item of items) {
    const { external_id: id, ...rest } = item;
    const own = id !== undefined && !shared.has(id);
    const key = own ? `id ${id}` : `url ${item.url} ${item.headline}`;
    const before = kept.get(key);
    if (!before || isNewer(item, before)) kept.set(key, own ? item : rest);
  }
  return [...kept.values()];
}

function sharedIds(items: FeedItem[]): Set<string> {
  const byId = Map.groupBy(items, ({ external_id }) => external_id);
  const shared = [...byId].filter(([, same]) => {
    const distinct = (of: (item: FeedItem) => string) => new Set(same.map(of)).size;
    return same.length > 1 && distinct(({ url }) => url) > 1 && distinct(({ headline }) => headline) > 1;
  });
  return new Set(shared.flatMap(([id]) => id ?? []));
}

const timeOf = ({ updated_at, published_at }: FeedItem): number => (updated_at ?? published_at)?.getTime() ?? 0;
const isNewer = (item: FeedItem, before: FeedItem): boolean => timeOf(item) > timeOf(before);

import type { ArticleInput } from '../article.ts';
import type { FeedItem } from '../feeds/feed-item.ts';

const TOPICS_LIMIT = 20;

/** What a source says of its articles as what is saved of them; an item from the future is one of now. */
export const toInputs = (items: FeedItem[], now: Date): ArticleInput[] =>
  items.map(({ updated_at: _, ...item }) => notInFuture({ ...item, topics: slugsOf(item.topics) }, now));

const slugsOf = (names: string[]): string[] => [...new Set(names.map(slugOf).filter(Boolean))].slice(0, TOPICS_LIMIT);

/** A published item from the future is a clock or a time zone gone wrong; it would wait for that hour in vain. */
const notInFuture = (item: ArticleInput, now: Date): ArticleInput =>
  item.published_at && item.published_at > now ? { ...item, published_at: now } : item;

const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');

/** What any kind of source says about one article, cleaned: text only, addresses absolute. */
export interface FeedItem {
  external_id?: string;
  url: string;
  headline: string;
  standfirst: string;
  /** Names only, joined by a comma. */
  byline?: string;
  /** Names as the source writes them, not slugs. */
  topics: string[];
  image_url?: string;
  image_alt?: string;
  published_at?: Date;
  updated_at?: Date;
}

/** An item that cannot become an article. */
export interface Dropped {
  id?: string;
  url?: string;
  headline?: string;
  /** In words for an editor. */
  reason: string;
}

export interface ReadFeed {
  title?: string;
  items: FeedItem[];
  dropped: Dropped[];
  /** The feed's own word on how often to ask, in seconds. */
  ttl?: number;
  /** Where the feed says it pushes its news from (WebSub). */
  hub?: string;
}

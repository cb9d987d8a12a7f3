/** An address as it stands in a feed, and the `xml:base`s around it, outermost first. */
export interface Address {
  href: string;
  bases: string[];
}

export interface Prose {
  text: string;
  /** HTML, whose entities are still to be decoded, or text as it stands. */
  html: boolean;
  /** The `xml:base` of the field. */
  base?: string | undefined;
}

export interface SaidImage extends Address {
  alt?: string | undefined;
  /** Higher is what more surely is the picture of the article. */
  rank: number;
  /** Square pixels, as far as they are told. */
  area: number;
}

/** What one item says, in all formats alike: several answers to a question stand in the order of their worth. */
export interface RawItem {
  id?: string | undefined;
  links: Address[];
  titles: Prose[];
  texts: Prose[];
  /** As they are written: `jane@post.example (Jane Doe)`. */
  authors: string[];
  topics: string[];
  images: SaidImage[];
  published: string[];
  updated: string[];
  /** To which pictures in its texts are relative. */
  bases: string[];
  /** Why it is no article, in words for an editor. */
  unfit?: string | undefined;
}

export interface RawFeed {
  title?: Prose | undefined;
  /** The page that the feed is of. */
  site?: string | undefined;
  bases: string[];
  /** Of items that name none. */
  authors: string[];
  items: RawItem[];
  /** Seconds. */
  ttl?: number | undefined;
  hub?: string | undefined;
  cut: boolean;
}

// What lies further down than any front page reaches is an archive.
export const ITEMS_LIMIT = 10_000;

import { DomainError } from '../../kernel/errors.ts';

/** An article as its own page tells of it: text only, addresses absolute. */
export interface Page {
  headline: string;
  standfirst: string;
  /** Names, without "by". */
  byline?: string;
  published_at?: Date;
  modified_at?: Date;
  section?: string;
  image_url?: string;
  image_alt?: string;
  /** In pixels, where the page says both. */
  image_size?: { width: number; height: number };
  canonical_url: string;
  /** What the paper is called. */
  site?: string;
  /** As the page writes it: `en-GB`. */
  language?: string;
  related: { url: string; headline: string }[];
  /** Readers must pay. */
  paywall: boolean;
  /** The page asks not to be found by machines. */
  noindex: boolean;
  /** Must not be told yet; without `until` nobody says how long. */
  embargo?: { until?: Date };
}

export class NothingToRead extends DomainError {
  constructor(url: string) {
    super('nothing-to-read', 'invalid', `${url} names no headline.`);
  }
}

/** A paused edition. */
export interface Held {
  id: number;
  newsletterId: number;
  subject: string;
  by: 'person' | 'relay' | 'policy' | 'preflight';
  problem: string | null;
}

/** A digest that will be stopped for what was found in it, unless somebody puts it right. */
export interface Doomed {
  slug: string;
  newsletter: string;
  issue: string;
  problem: string;
}

/** An edition with mails that failed, or of which nobody knows. */
export interface Unhappy {
  id: number;
  subject: string;
  failed: number;
  uncertain: number;
}

/** An edition that went out without articles which could not be laid out. */
export interface Incomplete {
  id: number;
  subject: string;
  articles: number;
}

/** An edition with mails that are put off. */
export interface Waiting {
  id: number;
  subject: string;
  deferred: number;
  since: Date;
}

export interface DaySums {
  editions: number;
  accepted: number;
  failed: number;
  bounced: number;
  /** The edition in which most failed. */
  mostFailed: number | null;
}

/** One thing that asks for somebody. */
export interface Trouble {
  /** `wrong` stops mail, or may; what is to be `look`ed at does not. */
  level: 'wrong' | 'look';
  what: string;
  /** Somebody else's words: a subject, a name. */
  about?: string;
  since?: string;
  /** What to do. */
  says: string;
  /** What a server said of it. */
  quote?: string | null;
  href?: string;
  link?: string;
}

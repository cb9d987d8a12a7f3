/** An alert that can still be called back. */
export interface CountingDown {
  id: number;
  headline: string;
  newsletterId: number;
  newsletter: string;
  at: Date;
}

export interface Headline {
  id: number;
  headline: string;
}

/** A digest's next issue, as it would be now. */
export interface ComingDigest {
  newsletterId: number;
  newsletter: string;
  slug: string;
  /** Null while nobody is due. */
  at: Date | null;
  /** As its page on the desk is called. */
  issue: string | null;
  /** An editor holds it: it does not leave by itself. */
  held: boolean;
  /** Its edition, when that is paused: nothing of it leaves by itself. */
  paused: number | null;
  /** Its further slots until everybody has had it: one for each group of time zones. */
  further: number;
  last: Date | null;
  readers: number;
  /** Null: counted at this moment. */
  countedAt: Date | null;
  headlines: Headline[];
  /** Headlines beyond those, up to a limit. */
  more: number;
  moreThan: boolean;
}

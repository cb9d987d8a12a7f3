export type EditionStatus = 'draft' | 'scheduled' | 'assembling' | 'sending' | 'paused' | 'sent' | 'cancelled';

export interface Edition {
  id: number;
  newsletterId: number;
  kind: 'digest' | 'alert';
  status: EditionStatus;
  /** Null for an alert and for a digest an editor started by hand. */
  slot: Date | null;
  /** What articles and readers are judged by: the slot, or the instant of release. */
  asOf: Date;
  late: boolean;
  releaseAt: Date | null;
  articleId: number | null;
  headline: string | null;
  body: string | null;
  url: string | null;
  subject: string | null;
  audience: number;
  chunks: number;
  plannedAfter: number;
  plannedAt: Date | null;
}

/** An article as a digest may carry it. */
export interface Candidate {
  id: number;
  url: string;
  headline: string;
  standfirst: string;
  byline: string | null;
  kicker: string | null;
  topicIds: number[];
  imageUrl: string | null;
  imageAlt: string | null;
  publishedAt: Date;
  availableAt: Date;
  revision: number;
  correctionNote: string | null;
}

/** One reader of the page being planned. */
export interface AudienceRow {
  subscriptionId: number;
  subscriberId: number;
  timeZone: string;
  servedUntil: Date | null;
  topicIds: number[];
  /** Articles this reader already had as an alert, and that have not changed since. */
  alerted: number[];
}

/** One ledger row to be written, and how its subscription moves on; `next` is null where it stays as it is. */
export interface PlannedRow {
  subscriptionId: number;
  subscriberId: number;
  variantId: number | null;
  chunk: number;
  skipped: string | null;
  next: { at: Date; date: string } | null;
}

export interface Variant {
  articleIds: number[];
  subject: string;
  html: string;
  text: string;
}

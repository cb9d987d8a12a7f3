export type DeliveryState = 'pending' | 'sending' | 'accepted' | 'deferred' | 'failed' | 'uncertain' | 'skipped';

/** How many rows stand where. `audience` is what fan-out recorded; the others are counted and must add up to it. */
export interface Counts {
  audience: number;
  pending: number;
  accepted: number;
  deferred: number;
  failed: number;
  skipped: number;
  uncertain: number;
  bounced: number;
}

/** A row this worker has claimed and must close. */
export interface Claimed {
  editionId: number;
  subscriberId: number;
  variantId: number;
  /** This one included. */
  attempts: number;
  email: string;
  /** How often articles had changed when it was claimed: a mail laid out before is looked at again. */
  articlesAt: number;
}

/** What became of one claimed row. */
export interface Closing {
  subscriberId: number;
  state: 'accepted' | 'deferred' | 'failed' | 'uncertain' | 'skipped';
  reason: string;
  reply: string | null;
  /** Seconds until the next attempt; null unless deferred. */
  retryInSeconds: number | null;
  addressDead: boolean;
  /** False when nothing was really tried, so that it is no attempt. */
  counts: boolean;
}

/** Upper ends, in seconds, of how long readers waited. */
export const WAITS = [1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];

/** The place of a wait among `WAITS`; the last place is for more than the longest. */
export function bucketOf(seconds: number): number {
  const bucket = WAITS.findIndex((end) => seconds < end);
  return bucket === -1 ? WAITS.length : bucket;
}

/** So many readers who waited so long, in whole tenths of a second at first; null for those who are not accepted. */
export interface Waited {
  state: DeliveryState;
  reason: string;
  provider: string;
  seconds: number | null;
  readers: number;
}

/** What an edition that is over has to say for itself. Waits are in seconds from its release. */
export interface EditionReport {
  first: number | null;
  median: number | null;
  p95: number | null;
  last: number | null;
  /** `bucket` counts from 0: the wait was below the bucket's upper end, and not below the one before it. */
  waits: { bucket: number; readers: number }[];
  providers: { provider: string; accepted: number; others: number; median: number | null; p95: number | null }[];
  errors: { state: string; reason: string; readers: number }[];
}

export interface EditionListed {
  id: number;
  newsletter: string;
  newsletterName: string;
  kind: 'digest' | 'alert';
  status: string;
  subject: string | null;
  slot: Date | null;
  asOf: Date;
  releaseAt: Date | null;
  late: boolean;
  rehearsal: boolean;
  corrects: number | null;
  /** Its report is written, and nothing is known to have changed since. */
  reported: boolean;
  problem: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

export interface EditionSummary extends EditionListed {
  counts: Counts;
}

export interface DeliveryRow {
  subscriberId: number;
  state: DeliveryState;
  reason: string | null;
  attempts: number;
  reply: string | null;
  settledAt: Date | null;
  bouncedAt: Date | null;
}

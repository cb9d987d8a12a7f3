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
}

/** What became of one claimed row. */
export interface Closing {
  subscriberId: number;
  state: 'accepted' | 'deferred' | 'failed' | 'uncertain';
  reason: string;
  reply: string | null;
  /** Seconds until the next attempt; null unless deferred. */
  retryInSeconds: number | null;
  addressDead: boolean;
  /** False when nothing was really tried, so that it is no attempt. */
  counts: boolean;
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

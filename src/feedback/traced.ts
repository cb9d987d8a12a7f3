import type { DeliveryState } from '../deliveries/delivery.ts';
import type { Language } from '../kernel/language.ts';
import type { Rhythm, Timetable } from '../newsletters/timetable.ts';
import type { LeavingReason } from '../subscribers/leaving-reasons.ts';

export interface TracedReader {
  id: number;
  email: string;
  name: string | null;
  timeZone: string;
  /** Chosen by the reader; null for that of each newsletter. */
  language: Language | null;
  createdAt: Date;
  /** Their last pause, of everything; it may be over. */
  pausedAt: Date | null;
  pausedUntil: Date | null;
  /** What was odd about the address at sign-up: `disposable`, `role`. */
  flags: string[];
  suppressedAt: Date | null;
  suppressedWhy: string | null;
}

export interface TracedSubscription extends Rhythm, Timetable {
  newsletterId: number;
  newsletter: string;
  kind: 'digest' | 'breaking';
  state: 'pending' | 'active' | 'unsubscribed';
  topics: string[];
  createdAt: Date;
  activatedAt: Date | null;
  endedAt: Date | null;
  nextDueAt: Date | null;
}

/** Something that was asked for, or that began or ended a subscription. */
export interface Change {
  newsletterId: number;
  kind: 'requested' | 'confirmed' | 'imported' | 'unsubscribed' | 'resubscribed' | 'preferences';
  method: string;
  at: Date;
}

export interface Consent {
  kind: Change['kind'];
  newsletter: string | null;
  method: string;
  formId: number | null;
  formVersion: number | null;
  wording: string | null;
  pageUrl: string | null;
  network: string | null;
  userAgent: string | null;
  at: Date;
  /** What they said on the way out. */
  reason: LeavingReason | null;
  remark: string | null;
}

export interface TracedEdition extends Timetable {
  id: number;
  newsletterId: number;
  newsletter: string;
  kind: 'digest' | 'alert';
  status: string;
  subject: string | null;
  slot: Date | null;
  asOf: Date;
  createdAt: Date;
  plannedAt: Date | null;
  audience: number;
  /** The edition that this one puts right, and whether this reader may have that one. */
  corrects: number | null;
  hadCorrected: boolean;
}

/** This reader's row of the ledger. */
export interface TracedRow {
  editionId: number;
  state: DeliveryState;
  reason: string | null;
  attempts: number;
  reply: string | null;
  settledAt: Date | null;
  nextAttemptAt: Date | null;
  bouncedAt: Date | null;
  /** Of the content this reader was to get. */
  subject: string | null;
}

export interface Attempt {
  editionId: number;
  attempt: number;
  at: Date;
  state: string;
  reason: string | null;
  reply: string | null;
}

export interface CameBack {
  kind: 'bounce' | 'complaint' | 'unsubscribe';
  editionId: number | null;
  status: string | null;
  detail: string | null;
  at: Date;
}

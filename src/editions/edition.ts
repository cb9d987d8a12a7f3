import type { IssueOfDate } from '../newsletters/next-slot.ts';
import type { Rhythm } from '../newsletters/timetable.ts';
import type { DigestPlan } from './digest-plan.ts';

/** Fewer readers than these are as well the slice themselves. */
export const LEAST_FOR_CANARY = 1000;

export type EditionStatus = 'draft' | 'scheduled' | 'assembling' | 'sending' | 'paused' | 'sent' | 'cancelled';

/** Nothing more goes out of such an edition. */
export const over: readonly EditionStatus[] = ['sent', 'cancelled'];
export const isOver = (status: string): boolean => (over as readonly string[]).includes(status);

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
  articleRevision: number | null;
  headline: string | null;
  body: string | null;
  url: string | null;
  subject: string | null;
  audience: number;
  chunks: number;
  plannedAfter: number;
  plannedAt: Date | null;
  /** Only staff are mailed; decided when it was opened or released. */
  rehearsal: boolean;
  /** An editor has decided that it goes out in spite of quiet hours, or of the daily cap. */
  overQuiet: boolean;
  overCap: boolean;
  /** Null where everybody gets it at once. */
  canary: 'wanted' | 'out' | 'passed' | 'held' | null;
  canaryAt: Date | null;
  /** The edition whose text was wrong, and what was wrong in it. */
  corrects: number | null;
  /** All that are put right by it, the oldest first: whoever has any of them gets it. */
  chain: number[];
  wrong: string | null;
  wrongHeadline: string | null;
  wrongAt: Date | null;
  /** What editors wrote for those of its readers who are planned now; it stands in no column. */
  words?: DigestPlan | undefined;
}

/** An edition that stands in no table yet. */
export const newEdition = (given: Pick<Edition, 'newsletterId' | 'kind' | 'asOf'> & Partial<Edition>): Edition => ({
  ...{
    id: 0,
    status: 'draft',
    slot: null,
    late: false,
    releaseAt: null,
    articleId: null,
    articleRevision: null,
    headline: null,
    body: null,
  },
  ...{ url: null, subject: null, audience: 0, chunks: 0, plannedAfter: 0, plannedAt: null, rehearsal: false },
  ...{ overQuiet: false, overCap: false, canary: null, canaryAt: null, corrects: null, chain: [], wrong: null },
  ...{ wrongHeadline: null, wrongAt: null },
  ...given,
});

/** What an article told of its story, and when. */
export interface StoryPart {
  id: number;
  /** Null where nothing else is known of the event. */
  storyId: number | null;
  headline: string;
  standfirst: string;
  topicIds: number[];
  availableAt: Date;
  revision: number;
  revisedAt: Date | null;
  /** Taken back, after some readers had it. */
  withdrawn: boolean;
  correctionNote: string | null;
}

/** An article as a digest may carry it. */
export interface Candidate extends StoryPart {
  url: string;
  byline: string | null;
  kicker: string | null;
  imageUrl: string | null;
  imageAlt: string | null;
  publishedAt: Date;
}

/** An alert, and what it carried. */
export interface AlertTold {
  editionId: number;
  articleId: number;
  revision: number;
  /** When it was released. */
  asOf: Date;
  /** Readers of a newsletter got it, or are getting it. */
  out: boolean;
  /** What it said itself. */
  said: string;
  /** The article as it was then; null where that is not known. */
  headline: string | null;
  standfirst: string | null;
  correctionNote: string | null;
}

/** An article as its readers get it. */
export interface Chosen extends Candidate {
  /** They had something of its story before, or it in other words. */
  updated: boolean;
  /** The alert that was the last they had of it. */
  since?: AlertTold | undefined;
}

/** Readers of the page being planned who get the same articles and are next due at the same time. */
export interface AudienceGroup extends Rhythm {
  rhythmId: number;
  servedUntil: Date | null;
  topicSetId: number;
  topicIds: number[];
  /** Null where nobody's schedule moves. */
  timeZone: string | null;
  /** The alerts these readers had of articles that may be in it. */
  alerted: number[];
}

/** What becomes of a group: which content, or none, and when its subscriptions are next due; null leaves them as they are. */
export interface PlannedGroup extends AudienceGroup {
  variantId: number | null;
  /** Why there is none. */
  refusal: string | null;
  /** Up to when these readers have been served with it: what is put off is still to come. */
  until: Date;
  next: { at: Date; served: IssueOfDate } | null;
}

/** What an alert spares its readers. */
export interface Patience {
  rule: 'after' | 'drop';
  /** Zones in which it is quiet now, and until when. */
  quiet: { timeZone: string; until: Date }[];
  /** The alerts of the last 24 hours, of which `most` are enough for anybody; null where they cannot be too many. */
  cap: { alertIds: number[]; most: number } | null;
}

/** What a page added to the ledger. */
export interface WrittenPage {
  /** Chunks of the edition so far. */
  chunks: number;
}

/** What a variant is made of: readers with the same share it. */
export interface Contents {
  articleIds: number[];
  /** Those of them that are marked as updated. */
  updatedIds: number[];
  /** Of each of these, the alert since which it has changed; 0 where readers had it in a digest. */
  sinceAlerts: number[];
}

export function contentsOf(articles: Chosen[]): Contents & { revisions: number[] } {
  const updated = articles.filter((article) => article.updated);
  return {
    articleIds: articles.map(({ id }) => id),
    revisions: articles.map(({ revision }) => revision),
    updatedIds: updated.map(({ id }) => id),
    sinceAlerts: updated.map(({ since }) => since?.editionId ?? 0),
  };
}

export interface Variant extends Contents {
  /** Of `articleIds`, as they are laid out. */
  revisions: number[];
  subject: string;
  html: string;
  text: string;
}

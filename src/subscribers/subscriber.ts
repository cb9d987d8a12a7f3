import type { EmailAddress } from '../kernel/email-address.ts';
import type { Language } from '../kernel/language.ts';
import type { Served } from '../newsletters/next-slot.ts';
import type { Rhythm, Timetable } from '../newsletters/timetable.ts';

export interface Subscriber {
  id: number;
  email: EmailAddress;
  timeZone: string;
  /** When their address last became another one; null when it never did. */
  movedAt: Date | null;
  /** Chosen by the reader, BCP 47; null for that of each newsletter. */
  language: Language | null;
  /** The start of the date from which mail comes again after the reader's last pause, which may be over. */
  pausedUntil: Date | null;
  subscriptions: Subscription[];
}

/** The set that holds none stands for all of them. */
export const EVERY_TOPIC = 1;

export interface Subscription extends Rhythm, Timetable, Served {
  newsletterId: number;
  slug: string;
  name: string;
  /** The newsletter's; null for the newsroom's. */
  language: Language | null;
  kind: 'digest' | 'breaking';
  fromName: string | null;
  fromAddress: string | null;
  replyTo: string | null;
  state: 'pending' | 'active' | 'unsubscribed';
  endedAt: Date | null;
  topicSetId: number;
  /** Empty is every topic. */
  topics: { slug: string; name: string }[];
  nextDueAt: Date | null;
}

/** Where and how a consent was given or withdrawn. */
export interface ConsentProof {
  method: 'form' | 'link' | 'one-click' | 'mailto' | 'preferences' | 'import' | 'api' | 'staff';
  formId?: number | undefined;
  formVersion?: number | undefined;
  wording?: string | undefined;
  pageUrl?: string | undefined;
  ipTruncated?: string | undefined;
  userAgent?: string | undefined;
}

/** One subscription about to become active, with its first slot; null for newsletters without a schedule. */
export interface Activation {
  newsletterId: number;
  nextDueAt: Date | null;
}

/** How many readers came and went in a time; `atLeast` where there were more events than were looked at. */
export interface Moves {
  joined: number;
  left: number;
  atLeast: boolean;
}

export const activeOf = ({ subscriptions }: Pick<Subscriber, 'subscriptions'>): Subscription[] =>
  subscriptions.filter(({ state }) => state === 'active');

/** What somebody is spoken to in: what they chose, else the language of the first newsletter it is about; null for the newsroom's. */
export const languageFor = (
  { language }: Pick<Subscriber, 'language'>,
  about: { language: Language | null }[],
): Language | null => language ?? about[0]?.language ?? null;

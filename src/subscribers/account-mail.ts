import type { Clock } from '../kernel/clock.ts';
import { maskedAddress } from '../kernel/email-address.ts';
import type { Language } from '../kernel/language.ts';
import type { Tokens } from '../kernel/tokens.ts';
import type { SenderSettings } from '../platform/mail/sender.ts';
import type { Values } from '../platform/view/messages.ts';
import type { AddressStore } from './address-store.ts';
import { EVERYTHING } from './leaving-store.ts';
import type { AccountMailKind, OptInStore, OwedMail } from './opt-in-store.ts';
import type { SubscriberStore } from './store.ts';
import { activeOf, languageFor, type Subscriber } from './subscriber.ts';
import { type Links, preferencesUrl } from './view.ts';

/** The last edition of a newsletter that went out, as the archive shows it. */
export interface LatestEdition {
  newsletterId: number;
  subject: string;
  url: string;
  stories: { headline: string; url: string }[];
}

export interface ContentNeeds {
  subscribers: Pick<SubscriberStore, 'byId'>;
  newsletters: { all(): Promise<{ id: number; reminder: boolean; welcome: boolean; description: string }[]> };
  optIn: Pick<OptInStore, 'requestOf'>;
  addresses: Pick<AddressStore, 'byId' | 'takenBy' | 'claim'>;
  latestEditions(newsletterIds: number[]): Promise<LatestEdition[]>;
  tokens: Tokens;
  baseUrl: string;
  clock: Clock;
}

/** What a mail says; the rest is the same for all of them. */
export interface AccountMail {
  template: string;
  /** Of whom it goes to; null for the newsroom's. */
  language: Language | null;
  /** The key of a message, and what it names. */
  subject: string;
  subjectValues?: Values;
  sender: SenderSettings | undefined;
  data: object;
  /** It may go to a stranger: no way to end the reader's subscriptions in it. */
  unasked?: boolean;
}

export const CONFIRM_DAYS = 7;
/** Long enough to find the mail, short enough that a mistyped address is nobody's key for long. */
export const MOVE_DAYS = 2;
/** Somebody who was away comes home and still can stop it. */
export const KEEP_DAYS = 14;
const DAY_MS = 86_400_000;
/** However often an address is typed in, and by whomever, it gets one mail of a kind in this time. */
export const WINDOW_MS = 10 * 60_000;

export const daysFrom = (now: Date, days: number): Date => new Date(now.getTime() + days * DAY_MS);

export const confirmUrlOf = (
  readerId: number,
  request: number,
  now: Date,
  { tokens, baseUrl }: Pick<Links, 'tokens' | 'baseUrl'>,
): string => `${baseUrl}/confirm/${tokens.seal('confirm', [readerId, request], daysFrom(now, CONFIRM_DAYS))}`;

type Content = (owed: OwedMail, reader: Subscriber, now: Date, needs: ContentNeeds) => Promise<AccountMail | undefined>;

/** Undefined when there is nothing to say any more. */
export async function contentOf(owed: OwedMail, now: Date, needs: ContentNeeds): Promise<AccountMail | undefined> {
  const reader = await needs.subscribers.byId(owed.readerId);
  return reader && contents[owed.kind](owed, reader, now, needs);
}

const contents: Record<AccountMailKind, Content> = {
  /** Only while the wish it reminds of still waits, and a newsletter in it still asks for it. */
  reminder: async (owed, reader, now, needs) => {
    const [request, all] = await Promise.all([needs.optIn.requestOf(reader.id), needs.newsletters.all()]);
    const pending = reader.subscriptions.filter(({ state }) => state === 'pending');
    const asked = all.some((one) => one.reminder && pending.some(({ newsletterId }) => newsletterId === one.id));
    if (request !== owed.about || !asked) return undefined;
    const confirmUrl = confirmUrlOf(reader.id, request, now, needs);
    return {
      template: 'reminder',
      language: languageFor(reader, pending),
      subject: 'mail.reminder.subject',
      sender: pending[0],
      data: { confirmUrl, newsletters: pending, expiresDays: CONFIRM_DAYS },
    };
  },

  welcome: async (_owed, reader, _now, needs) => {
    const active = activeOf(reader);
    if (active.length === 0) return undefined;
    const all = new Map((await needs.newsletters.all()).map((one) => [one.id, one]));
    const newsletters = active.map((one) => ({ ...one, next: one.nextDueAt?.toISOString() }));
    const unsubscribeUrl = `${needs.baseUrl}/unsubscribe/${needs.tokens.seal('unsubscribe', [reader.id])}`;
    const asking = active.filter(({ newsletterId }) => all.get(newsletterId)?.welcome);
    const about = asking[0] ?? active[0];
    const editions = await needs.latestEditions(asking.map(({ newsletterId }) => newsletterId));
    return {
      template: 'welcome',
      language: languageFor(reader, about ? [about] : []),
      subject: 'mail.welcome.subject',
      subjectValues: { newsletter: about?.name ?? '' },
      sender: about,
      data: { newsletters, editions, timeZone: reader.timeZone, ...waysFor(reader, needs), unsubscribeUrl },
    };
  },

  'my-link': async (_owed, reader, _now, needs) => linkMail(reader, needs),

  'new-address': async (owed, reader, now, needs) => {
    const change = await needs.addresses.byId(owed.about);
    if (!change || change.movedAt || change.stoppedAt) return undefined;
    const since = new Date(now.getTime() - WINDOW_MS);
    if (change.superseded || !(await needs.addresses.claim(change, since, now))) return undefined;
    const owner = await needs.addresses.takenBy(change);
    const other = owner && (await needs.subscribers.byId(owner));
    if (other) return { ...linkMail(other, needs), unasked: true };
    const token = needs.tokens.seal('move-address', [change.id], daysFrom(now, MOVE_DAYS));
    const moveUrl = `${needs.baseUrl}/change-of-address/${token}`;
    const data = { moveUrl, expiresDays: MOVE_DAYS };
    return {
      template: 'new-address',
      language: languageFor(reader, activeOf(reader)),
      subject: 'mail.new-address.subject',
      sender: undefined,
      data,
      unasked: true,
    };
  },

  'old-address': async (owed, reader, now, needs) => {
    const change = await needs.addresses.byId(owed.about);
    if (!change || change.stoppedAt) return undefined;
    const token = needs.tokens.seal('keep-address', [change.id], daysFrom(now, KEEP_DAYS));
    const keepUrl = `${needs.baseUrl}/keep-address/${token}`;
    const data = { keepUrl, newAddress: maskedAddress(change.newEmail), expiresDays: KEEP_DAYS };
    return {
      template: 'old-address',
      language: languageFor(reader, activeOf(reader)),
      subject: 'mail.old-address.subject',
      sender: undefined,
      data,
    };
  },

  /** Not to who has come back meanwhile. */
  goodbye: async ({ about }, reader, _now, { tokens, baseUrl }) => {
    const everything = about === EVERYTHING;
    const left = reader.subscriptions.filter((s) => everything || s.newsletterId === about);
    const [first] = left;
    if (!first || left.some(({ state }) => state !== 'unsubscribed')) return undefined;
    const ids = everything ? [reader.id] : [reader.id, about];
    const backUrl = `${baseUrl}/unsubscribe/${tokens.seal('unsubscribe', ids)}`;
    return {
      template: 'goodbye',
      language: languageFor(reader, left),
      subject: everything ? 'mail.goodbye.subject' : 'mail.goodbye.subject-one',
      subjectValues: { newsletter: first.name },
      sender: first,
      data: { backUrl, everything, newsletter: { name: first.name } },
    };
  },
};

/** Their preferences, to somebody who asked for them or has nothing else to be told. */
export function linkMail(reader: Subscriber, links: Links): AccountMail {
  const active = activeOf(reader);
  return {
    template: 'my-link',
    language: languageFor(reader, active),
    subject: 'mail.my-link.subject',
    sender: active[0],
    data: { newsletters: active, ...waysFor(reader, links) },
  };
}

const waysFor = (reader: Subscriber, links: Links) => ({ preferencesUrl: preferencesUrl(reader.id, links) });

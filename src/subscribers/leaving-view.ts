import type { Clock } from '../kernel/clock.ts';
import { maskedAddress } from '../kernel/email-address.ts';
import type { LeavingInput } from './leaving-input.ts';
import { type LeavingReason, leavingQuestions, leavingReasons } from './leaving-reasons.ts';
import type { ReasonCount } from './leaving-store.ts';
import { dateAt, pauseDates, pausedDate } from './pause.ts';
import { mayComeLess, type Stayed } from './stay.ts';
import { activeOf, languageFor } from './subscriber.ts';
import type { Leaving } from './unsubscribe.ts';
import { type Links, preferencesUrl } from './view.ts';

const everythingEnded = ({ reader }: Leaving): boolean =>
  reader.subscriptions.every(({ state }) => state === 'unsubscribed');

/** The reader's own, else that of the newsletter the link is about, or of one that still comes. */
const languageOf = ({ reader, subscription }: Leaving) =>
  languageFor(reader, subscription ? [subscription] : activeOf(reader));

const isOver = (leaving: Leaving): boolean =>
  leaving.subscription ? leaving.subscription.state === 'unsubscribed' : everythingEnded(leaving);

/** Which ways to stay on other terms there are. */
const staysOf = ({ reader, subscription }: Leaving, now: Date) => ({
  less: mayComeLess(subscription),
  pause: activeOf(reader).length > 0,
  dates: pauseDates(reader.timeZone, now),
  pausedUntil: pausedDate(reader, now),
});

/** The question; or, to who has left before, that it is done. */
export const unsubscribeView = (leaving: Leaving, url: string, links: Links & { clock: Clock }) => ({
  ...common(leaving, url, links),
  ...staysOf(leaving, links.clock.now()),
  over: isOver(leaving),
  titled: isOver(leaving) ? 'leaving.title-over' : leaving.subscription ? 'leaving.title' : 'leaving.title-all',
  titleValues: { newsletter: leaving.subscription?.name },
});

/** What was done, and the way back. */
export const leftView = (leaving: Leaving, url: string, input: LeavingInput, links: Links) => ({
  ...common(leaving, url, links),
  titled: input.choice.startsWith('undo') ? 'leaving.back-title' : 'leaving.done',
  undone: input.choice.startsWith('undo'),
  all: input.choice === 'all' || input.scope === 'all' || !leaving.subscription,
  heard: input.choice === 'why',
  goodbye: input.choice === 'why' && input.goodbye,
  reasons: Object.entries(leavingQuestions).map(([value, label]) => ({ value, label })),
});

export const stayedView = ({ reader, subscription }: Leaving, url: string, { how, was }: Stayed) => ({
  ...{ titled: how === 'less' ? 'leaving.less-title' : 'leaving.paused-title', action: url.split('?')[0], how, was },
  language: languageOf({ reader, subscription }),
  newsletter: { name: subscription?.name },
  next: subscription?.nextDueAt?.toISOString(),
  until: reader.pausedUntil && dateAt(reader.pausedUntil, reader.timeZone).toString(),
  timeZone: reader.timeZone,
});

export const goneView = () => ({ titled: 'leaving.gone-title', gone: true });

const common = (leaving: Leaving, url: string, links: Links) => ({
  language: languageOf(leaving),
  action: url.split('?')[0],
  // The link may lie in a mailbox the reader has left: it still stops mail, and tells nothing.
  email: leaving.reader.movedAt ? maskedAddress(leaving.reader.email) : leaving.reader.email,
  newsletter: { name: leaving.subscription?.name },
  everything: !leaving.subscription,
  others: leaving.reader.subscriptions.some((one) => one !== leaving.subscription && one.state !== 'unsubscribed'),
  preferencesUrl: leaving.reader.movedAt ? '/my-link' : preferencesUrl(leaving.reader.id, links),
});

/** A year of them. */
export const MONTHS = 12;

/** A month a row, the newest first, and a reason a column. */
export function countsView(counts: ReasonCount[]) {
  const names = Object.keys(leavingReasons) as LeavingReason[];
  const months = [...new Set(counts.map(({ month }) => month))].slice(0, MONTHS);
  const of = (month: string, reason: LeavingReason): number =>
    counts.find((one) => one.month === month && one.reason === reason)?.readers ?? 0;
  return {
    reasons: names.map((name) => leavingReasons[name]),
    months: months.map((month) => {
      const readers = names.map((reason) => of(month, reason));
      return { month, readers, all: readers.reduce((sum, n) => sum + n, 0) };
    }),
  };
}

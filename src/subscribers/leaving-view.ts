import type { Clock } from '../kernel/clock.ts';
import type { LeavingInput } from './leaving-input.ts';
import { type LeavingReason, leavingReasons } from './leaving-reasons.ts';
import type { ReasonCount } from './leaving-store.ts';
import { pauseDates, pauseNow } from './pause.ts';
import { mayComeLess, type Stayed } from './stay.ts';
import type { Leaving } from './unsubscribe.ts';
import { type Links, preferencesUrl } from './view.ts';

const everythingEnded = ({ reader }: Leaving): boolean =>
  reader.subscriptions.every(({ state }) => state === 'unsubscribed');

const isOver = (leaving: Leaving): boolean =>
  leaving.subscription ? leaving.subscription.state === 'unsubscribed' : everythingEnded(leaving);

/** Which ways to stay on other terms there are. */
const staysOf = ({ reader, subscription }: Leaving, now: Date) => ({
  less: mayComeLess(subscription),
  pause: reader.subscriptions.some(({ state }) => state === 'active'),
  dates: pauseDates(reader.timeZone, now),
  pausedUntil: pauseNow(reader, now)?.toISOString(),
  timeZone: reader.timeZone,
});

/** The question; or, to who has left before, that it is done. */
export const unsubscribeView = (leaving: Leaving, url: string, links: Links & { clock: Clock }) => ({
  ...common(leaving, url, links),
  ...staysOf(leaving, links.clock.now()),
  over: isOver(leaving),
  title: isOver(leaving)
    ? 'You have left'
    : leaving.subscription
      ? `Leave ${leaving.subscription.name}?`
      : 'Leave all newsletters?',
});

/** What was done, and the way back. */
export const leftView = (leaving: Leaving, url: string, input: LeavingInput, links: Links) => ({
  ...common(leaving, url, links),
  title: input.choice.startsWith('undo') ? 'Welcome back' : 'You are unsubscribed',
  undone: input.choice.startsWith('undo'),
  all: input.choice === 'all' || input.scope === 'all' || !leaving.subscription,
  heard: input.choice === 'why',
  goodbye: input.choice === 'why' && input.goodbye,
  reasons: Object.entries(leavingReasons).map(([value, label]) => ({ value, label })),
});

export const stayedView = ({ reader, subscription }: Leaving, url: string, { how, was }: Stayed) => ({
  ...{ title: how === 'less' ? 'Once a week' : 'Paused', action: url.split('?')[0], how, was },
  newsletter: { name: subscription?.name },
  next: subscription?.nextDueAt?.toISOString(),
  until: reader.pausedUntil?.toISOString(),
  timeZone: reader.timeZone,
});

export const goneView = () => ({ title: 'Nothing to stop', gone: true });

const common = (leaving: Leaving, url: string, links: Links) => ({
  action: url.split('?')[0],
  email: leaving.reader.email,
  newsletter: { name: leaving.subscription?.name ?? 'all newsletters' },
  everything: !leaving.subscription,
  others: leaving.reader.subscriptions.some((one) => one !== leaving.subscription && one.state !== 'unsubscribed'),
  preferencesUrl: preferencesUrl(leaving.reader.id, links),
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

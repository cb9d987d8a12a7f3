import { span } from '../kernel/span.ts';
import type { Moves } from '../subscribers/subscriber.ts';
import type { HomeSeen } from './look-home.ts';
import type { DaySums, Trouble } from './trouble.ts';

/** How long until an instant: the seconds for the page that counts them, the words for the one that cannot. */
const until = (at: Date, now: Date) => {
  const ms = at.getTime() - now.getTime();
  return { at: at.toISOString(), seconds: Math.max(0, Math.round(ms / 1000)), in: span(ms), past: ms < 0 };
};

export const comingView = ({ alerts, digests }: HomeSeen['coming'], now: Date) => ({
  alerts: alerts.map(({ at, ...alert }) => ({ ...alert, next: until(at, now) })),
  digests: digests.map(({ at, last, countedAt, ...digest }) => ({
    ...digest,
    next: at && until(at, now),
    last: last?.toISOString(),
    countedAt: countedAt?.toISOString(),
  })),
});

/** The last 24 hours in numbers, each with the page it comes from. */
export const dayView = (sums: DaySums, { joined, left, atLeast }: Moves) => [
  { name: 'Joined', n: joined, atLeast, href: '/console/readers' },
  { name: 'Left', n: left, atLeast, href: '/console/readers' },
  { name: 'Editions sent', n: sums.editions, href: '/console/editions' },
  { name: 'Accepted', n: sums.accepted, href: '/console/editions' },
  {
    ...{ name: 'Failed', n: sums.failed },
    href: sums.mostFailed ? `/console/editions/${sums.mostFailed}?state=failed` : '/console/editions',
  },
  { name: 'Bounced', n: sums.bounced, href: '/console/editions' },
];

export const troublesView = (troubles: Trouble[]) => ({
  all: troubles,
  wrong: troubles.filter(({ level }) => level === 'wrong').length,
  look: troubles.filter(({ level }) => level === 'look').length,
});

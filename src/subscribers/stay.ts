import type { Clock } from '../kernel/clock.ts';
import { endPause, lessOften, pauseUntil, wantedOf } from './ease.ts';
import type { LeavingInput } from './leaving-input.ts';
import { dateAt, pauseNow } from './pause.ts';
import type { PreferenceStore } from './preference-store.ts';
import type { SubscriberStore } from './store.ts';
import type { ConsentProof, Subscription } from './subscriber.ts';
import type { Leaving } from './unsubscribe.ts';

interface Needs {
  subscribers: Pick<SubscriberStore, 'byId'>;
  preferences: Pick<PreferenceStore, 'change'>;
  clock: Clock;
}

type Proof = Omit<ConsentProof, 'method'>;

/** What stands now, and how it was: what the page's undo sends back. */
export interface Stayed {
  how: 'less' | 'pause';
  was: string;
}

/** True for a digest that comes more than once a week. */
export const mayComeLess = (subscription: Subscription | undefined): subscription is Subscription =>
  subscription?.kind === 'digest' && subscription.state === 'active' && subscription.frequency !== 'weekly';

/** Once a week instead of every day. @returns undefined where that cannot be, or is so already */
export async function stayWeekly(
  { reader, subscription }: Leaving,
  proof: Proof,
  needs: Needs,
): Promise<Stayed | undefined> {
  if (!mayComeLess(subscription)) return undefined;
  await lessOften(reader.id, subscription.newsletterId, proof, needs);
  return { how: 'less', was: subscription.frequency };
}

const SPANS = new Map([
  ['week', { weeks: 1 }],
  ['month', { months: 1 }],
]);

/** @throws Invalid with field `pause_until` for a date that is none, too near or too far */
export async function stayPaused(
  { reader }: Leaving,
  { until }: LeavingInput,
  proof: Proof,
  needs: Needs,
): Promise<Stayed> {
  const now = needs.clock.now();
  const today = dateAt(now, reader.timeZone);
  const span = SPANS.get(until);
  await pauseUntil(reader.id, span ? today.add(span).toString() : until, proof, needs);
  const before = pauseNow(reader, now);
  return { how: 'pause', was: before ? dateAt(before, reader.timeZone).toString() : '' };
}

/** Takes either back. What no longer fits, since it was changed elsewhere in the meantime, stays as it is. */
export async function undoStay(
  { reader, subscription }: Leaving,
  was: string,
  proof: Proof,
  needs: Needs,
): Promise<void> {
  const now = needs.clock.now();
  if (was !== 'daily' && was !== 'weekdays') {
    if (was > dateAt(now, reader.timeZone).toString()) await pauseUntil(reader.id, was, proof, needs);
    else await endPause(reader.id, proof, needs);
    return;
  }
  if (subscription?.state !== 'active' || subscription.frequency !== 'weekly') return;
  const adjusted = wantedOf({ ...subscription, frequency: was, weekday: null }, reader, now);
  const change = { readerId: reader.id, ended: [], begun: [], adjusted: [adjusted] };
  await needs.preferences.change(change, { method: 'preferences', ...proof }, now);
}

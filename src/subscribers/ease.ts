import type { Clock } from '../kernel/clock.ts';
import { DomainError, NotFound } from '../kernel/errors.ts';
import { slotAfterMove } from '../newsletters/next-slot.ts';
import { inWords } from '../newsletters/rhythm.ts';
import { type Rhythm, whenFor } from '../newsletters/timetable.ts';
import { dateAt, pauseEnd, pauseNow, weekdayAt } from './pause.ts';
import type { PreferenceStore, Wanted } from './preference-store.ts';
import { firstSlots } from './schedule.ts';
import type { SubscriberStore } from './store.ts';
import type { ConsentProof, Subscriber, Subscription } from './subscriber.ts';

interface Needs {
  subscribers: Pick<SubscriberStore, 'byId'>;
  preferences: Pick<PreferenceStore, 'change'>;
  clock: Clock;
}

type Proof = Omit<ConsentProof, 'method'>;

/**
 * Nothing is sent to the reader before that date, `YYYY-MM-DD` by their clock: no digest and no alert.
 * @returns the instant at which mail may come again
 * @throws Invalid with field `pause_until` for a date that is not from tomorrow to in a year
 */
export async function pauseUntil(readerId: number, date: string, proof: Proof, needs: Needs): Promise<Date> {
  const reader = await found(readerId, needs);
  const until = pauseEnd(date, reader.timeZone, needs.clock.now());
  await setPause(reader, until, `Paused everything until ${date}`, proof, needs);
  return until;
}

/** Mail comes again from now on. */
export async function endPause(readerId: number, proof: Proof, needs: Needs): Promise<void> {
  const reader = await found(readerId, needs);
  const now = needs.clock.now();
  const until = pauseNow(reader, now);
  if (!until) return;
  await setPause(reader, now, `Ended the pause until ${dateAt(until, reader.timeZone)}`, proof, needs);
}

/**
 * A digest comes once a week from now on, on the weekday of the next one. One that already does stays as it is.
 * @returns its new rhythm, and when it comes next
 * @throws NotFound where the reader has no such active subscription; NoRhythm for alerts
 */
export async function lessOften(readerId: number, newsletterId: number, proof: Proof, needs: Needs) {
  const reader = await found(readerId, needs);
  const now = needs.clock.now();
  const subscription = reader.subscriptions.find((s) => s.newsletterId === newsletterId && s.state === 'active');
  if (!subscription) throw new NotFound('subscription');
  if (subscription.kind !== 'digest') throw new NoRhythm(subscription.name);
  const rhythm = onceAWeek(subscription, reader, now);
  const adjusted = wantedOf({ ...subscription, ...rhythm }, reader, now);
  if (subscription.frequency !== 'weekly') {
    const change = { readerId, ended: [], begun: [], adjusted: [adjusted] };
    await needs.preferences.change(change, { method: 'preferences', ...proof }, now);
  }
  return { rhythm, nextDueAt: adjusted.nextDueAt };
}

class NoRhythm extends DomainError {
  constructor(newsletter: string) {
    super('no-rhythm', 'invalid', `${newsletter} comes when something happens: it cannot come once a week.`);
  }
}

/** Once a week on the weekday of the next one; weekly ones stay on theirs. */
export function onceAWeek(subscription: Subscription, reader: Pick<Subscriber, 'timeZone'>, now: Date): Rhythm {
  const { frequency, weekday, ownTime, nextDueAt } = subscription;
  if (frequency === 'weekly') return { frequency, weekday, ownTime };
  return { frequency: 'weekly', weekday: weekdayAt(nextDueAt ?? now, reader.timeZone), ownTime };
}

/** As its reader has it, from now on. `movedFrom` is the zone they lived in until now, where that was another. */
export function wantedOf(
  subscription: Subscription,
  { timeZone, pausedUntil, movedFrom }: Pick<Subscriber, 'timeZone' | 'pausedUntil'> & { movedFrom?: string },
  now: Date,
): Wanted {
  const { newsletterId, topicSetId, topics, kind, frequency, weekday, ownTime, servedOn, servedNth } = subscription;
  const rhythm = { frequency, weekday, ownTime };
  const waits = movedFrom !== undefined && kind === 'digest' && subscription.state === 'active';
  const nextDueAt =
    waits && !pauseNow({ pausedUntil }, now)
      ? slotAfterMove(whenFor(subscription, rhythm), timeZone, now, {
          ...{ from: movedFrom, servedOn, servedNth, due: subscription.nextDueAt },
        }).at
      : (firstSlots([subscription], timeZone, now, pausedUntil)[0]?.nextDueAt ?? null);
  const about = topics.length > 0 ? `about ${topics.map(({ slug }) => slug).join(', ')}` : 'about every topic';
  const said = kind === 'digest' ? `${inWords(rhythm, subscription)}, ${about}` : `When it happens, ${about}`;
  return { newsletterId, topicSetId, rhythm, nextDueAt, servedOn, servedNth, said };
}

async function setPause(reader: Subscriber, until: Date, said: string, proof: Proof, needs: Needs): Promise<void> {
  const now = needs.clock.now();
  const active = reader.subscriptions.filter(({ state }) => state === 'active');
  const adjusted = active.map((s) => ({ ...wantedOf(s, { ...reader, pausedUntil: until }, now), said: '' }));
  const change = { readerId: reader.id, ended: [], begun: [], adjusted, pause: { until }, said };
  await needs.preferences.change(change, { method: 'preferences', ...proof }, now);
}

async function found(readerId: number, { subscribers }: Needs): Promise<Subscriber> {
  const reader = await subscribers.byId(readerId);
  if (!reader) throw new NotFound('reader');
  return reader;
}

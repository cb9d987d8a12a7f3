import { Invalid } from '../kernel/errors.ts';
import { type Language, ownName } from '../kernel/language.ts';
import { wantedOf } from './ease.ts';
import { pauseMoved, pauseNow } from './pause.ts';
import type { PreferenceChange, PreferenceStore } from './preference-store.ts';
import { type Choice, type ReadNeeds, readPreferences } from './preferences.ts';
import { daysOf, fieldOf, type NewsletterWish, oftenOf, parsePreferences } from './preferences-input.ts';
import type { SubscriberStore } from './store.ts';
import { type ConsentProof, EVERY_TOPIC, type Subscriber, type Subscription } from './subscriber.ts';

export type SaveNeeds = ReadNeeds & {
  subscribers: Pick<SubscriberStore, 'byId' | 'topicSet'>;
  preferences: Pick<PreferenceStore, 'change'>;
};

/**
 * Ticked newsletters become active, unticked ones end, and each comes as often, at the time and about the topics chosen.
 * @throws Invalid with the fields at fault
 */
export async function savePreferences(
  token: string,
  body: unknown,
  proof: Omit<ConsentProof, 'method'>,
  needs: SaveNeeds,
): Promise<void> {
  const { reader, choices } = await readPreferences(token, needs);
  const slugs = choices.map(({ slug }) => slug);
  const { ticked, timeZone = reader.timeZone, language, wishes } = parsePreferences(body, slugs);
  const now = needs.clock.now();
  const moves = timeZone !== reader.timeZone;
  const pausedUntil = pauseAfter(reader, timeZone, now);
  const after = { ...reader, timeZone, pausedUntil, ...(moves && { movedFrom: reader.timeZone }) };
  const change: PreferenceChange = { readerId: reader.id, ended: [], begun: [], adjusted: [] };
  for (const choice of choices) {
    const { subscription, active, slug } = choice;
    if (!ticked.has(slug)) {
      if (active) change.ended.push(subscription.newsletterId);
      continue;
    }
    const wanted = await wantedBy(choice, wishes.get(slug), needs);
    const row = wantedOf(wanted, after, now);
    if (!active) change.begun.push(row);
    else if (differ(wanted, subscription)) change.adjusted.push(row);
    else if (moves) change.adjusted.push({ ...row, said: '' });
  }
  if (moves) {
    // A newsletter that is switched off for now is not on the page, and has moved all the same.
    const unseen = reader.subscriptions.filter((s) => s.state === 'active' && !slugs.includes(s.slug));
    change.adjusted.push(...unseen.map((s) => ({ ...wantedOf(s, after, now), said: '' })));
    const pause = after.pausedUntil && { until: after.pausedUntil };
    Object.assign(change, { timeZone }, pause && { pause });
  }
  const speaks = language === undefined ? reader.language : language || null;
  const turns = speaks !== reader.language;
  if (turns) change.language = speaks;
  const said = [...(moves ? [`By the clock of ${timeZone}`] : []), ...(turns ? [inLanguage(speaks)] : [])];
  if (said.length > 0) change.said = said.join('. ');
  if (said.length > 0 || change.ended.length + change.begun.length + change.adjusted.length > 0)
    await needs.preferences.change(change, { method: 'preferences', ...proof }, now);
}

const inLanguage = (language: Language | null): string =>
  language ? `In ${ownName(language)}` : 'In the language of each newsletter';

/** Null unless there is a pause that is not over. */
function pauseAfter(reader: Subscriber, to: string, now: Date): Date | null {
  const until = pauseNow(reader, now);
  return until && to !== reader.timeZone ? pauseMoved(until, reader.timeZone, to) : until;
}

async function wantedBy(
  { subscription, slug, kind }: Choice,
  wish: NewsletterWish | undefined,
  { subscribers }: SaveNeeds,
): Promise<Subscription> {
  // Alerts come when something happens, and about anything.
  if (!wish || kind !== 'digest') return subscription;
  const days = wish.often ? daysOf(wish.often) : {};
  const time = wish.time === undefined ? {} : { ownTime: wish.time || null };
  return { ...subscription, ...days, ...time, ...(await topicsOf(wish, slug, subscribers)) };
}

async function topicsOf({ about, topic }: NewsletterWish, slug: string, subscribers: SaveNeeds['subscribers']) {
  if (!about) return {};
  if (about === 'all') return { topicSetId: EVERY_TOPIC, topics: [] };
  if (topic.length === 0) return {};
  const topicSetId = await subscribers.topicSet(topic);
  if (topicSetId) return { topicSetId, topics: topic.map((one) => ({ slug: one, name: one })) };
  throw new Invalid([{ field: fieldOf('topic', slug), message: 'preferences.gone-topic' }]);
}

const differ = (a: Subscription, b: Subscription): boolean =>
  a.topicSetId !== b.topicSetId || a.ownTime !== b.ownTime || oftenOf(a) !== oftenOf(b);

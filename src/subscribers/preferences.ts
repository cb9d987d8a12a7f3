import type { Clock } from '../kernel/clock.ts';
import type { Tokens } from '../kernel/tokens.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { everyDay, type Timetable } from '../newsletters/timetable.ts';
import { readerBehind } from './preferences-token.ts';
import type { SubscriberStore } from './store.ts';
import { EVERY_TOPIC, type Subscriber, type Subscription } from './subscriber.ts';

export interface ReadNeeds {
  subscribers: Pick<SubscriberStore, 'byId'>;
  newsletters: { all(): Promise<Newsletter[]> };
  topics: { inUse(since: Date, limit: number): Promise<Topic[]> };
  tokens: Tokens;
  clock: Clock;
}

export interface Topic {
  slug: string;
  name: string;
}

/** A newsletter there is, and what the reader has of it, or would have. */
export type Choice = Pick<Newsletter, 'slug' | 'name' | 'description' | 'kind' | keyof Timetable> & {
  subscription: Subscription;
  active: boolean;
};

export interface Preferences {
  reader: Subscriber;
  choices: Choice[];
  /** What there is to choose from, without what the reader has chosen already. */
  topics: Topic[];
}

const TOPICS = 40;
const SEASON_MS = 90 * 86_400_000;

/** @throws as readerBehind */
export async function readPreferences(token: string, needs: ReadNeeds): Promise<Preferences> {
  const now = needs.clock.now();
  const [reader, all, topics] = await Promise.all([
    readerBehind(token, now, needs),
    needs.newsletters.all(),
    needs.topics.inUse(new Date(now.getTime() - SEASON_MS), TOPICS),
  ]);
  return { reader, topics, choices: all.filter(({ active }) => active).map((n) => choice(n, reader)) };
}

function choice(newsletter: Newsletter, { subscriptions }: Subscriber): Choice {
  const { id, slug, name, description, kind, sendAt, alsoAt, days } = newsletter;
  const had = subscriptions.find(({ newsletterId }) => newsletterId === id);
  const subscription = had ?? { ...newsletter, ...everyDay, ...NEVER, newsletterId: id };
  return { slug, name, description, kind, sendAt, alsoAt, days, subscription, active: had?.state === 'active' };
}

const NEVER = {
  ...{ topicSetId: EVERY_TOPIC, topics: [], state: 'unsubscribed' as const },
  ...{ endedAt: null, nextDueAt: null, servedOn: null, servedNth: 1 },
};

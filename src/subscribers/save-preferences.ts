import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { isTimeZone } from '../kernel/time-zone.ts';
import { TokenForged, type Tokens } from '../kernel/tokens.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { firstSlots } from './schedule.ts';
import type { SubscriberStore } from './store.ts';
import type { ConsentProof, Subscriber, Subscription } from './subscriber.ts';

export const preferencesInput = z.object({
  newsletters: z.union([z.string().transform((slug) => [slug]), z.array(z.string()).max(50)]).default([]),
  time_zone: z.string().refine(isTimeZone, 'Please choose a time zone from the list.').optional(),
});

interface Needs {
  subscribers: Pick<SubscriberStore, 'byId' | 'activate' | 'end' | 'moveTo'>;
  newsletters: { all(): Promise<Newsletter[]> };
  tokens: Tokens;
  clock: Clock;
}

export interface Preferences {
  reader: Subscriber;
  /** Every newsletter there is, with this reader's state in it. */
  choices: (Newsletter & { subscription: Subscription | undefined })[];
}

/** @throws TokenForged when the link is not ours or the reader has been erased */
export async function readPreferences(token: string, needs: Needs): Promise<Preferences> {
  const [subscriberId = 0] = needs.tokens.open('preferences', token, needs.clock.now());
  const [reader, all] = await Promise.all([needs.subscribers.byId(subscriberId), needs.newsletters.all()]);
  if (!reader) throw new TokenForged();
  const state = new Map(reader.subscriptions.map((s) => [s.newsletterId, s]));
  const choices = all.filter(({ active }) => active).map((n) => ({ ...n, subscription: state.get(n.id) }));
  return { reader, choices };
}

/** Ticked newsletters become active, unticked ones end, and digests move to the chosen zone. */
export async function savePreferences(
  token: string,
  input: z.output<typeof preferencesInput>,
  proof: Omit<ConsentProof, 'method'>,
  needs: Needs,
): Promise<Preferences> {
  const { reader, choices } = await readPreferences(token, needs);
  const now = needs.clock.now();
  const timeZone = input.time_zone ?? reader.timeZone;
  const why = { method: 'preferences' as const, ...proof };
  const ticked = choices.filter(({ slug }) => input.newsletters.includes(slug));
  const unticked = choices.filter(({ slug }) => !input.newsletters.includes(slug));

  const schedule = firstSlots(
    ticked.map((n) => ({
      newsletterId: n.id,
      servedOn: n.subscription?.servedOn ?? null,
      kind: n.kind,
      sendAt: n.sendAt,
    })),
    timeZone,
    now,
  );
  if (unticked.length > 0)
    await needs.subscribers.end(
      reader.id,
      unticked.map(({ id }) => id),
      why,
      now,
    );
  await needs.subscribers.activate(reader.id, schedule, 'preferences', why, now);
  if (timeZone !== reader.timeZone) await needs.subscribers.moveTo(reader.id, timeZone, schedule);
  return readPreferences(token, needs);
}

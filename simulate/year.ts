import type { Random } from '../fuzz/random.ts';
import { createActs } from './acts.ts';
import { Lives } from './life.ts';
import { publish, publishIn, sections } from './newspaper.ts';
import type { Options } from './options.ts';
import { type Outage, outagesOf } from './outages.ts';
import { createPostOffice, RETRY_MS } from './post-office.ts';
import type { Town } from './town.ts';
import { DAY_MS } from './zones.ts';

const BATCH = 5;
const MINUTE_MS = 60_000;
/** So many readers out of a thousand do something on a day. */
const ACTS = 8;

interface Event {
  at: number;
  happens(): Promise<unknown>;
}

/** Lives through the days of `options`, minute by minute where there is something to do. */
export async function liveThrough(
  options: Options,
  town: Town,
  random: Random,
  tell: (line: string) => void,
): Promise<{ lives: Lives; outages: Outage[]; until: number }> {
  const from = options.from.getTime();
  const until = from + options.days * DAY_MS;
  const lives = new Lives();
  const acts = createActs(town, lives, random);
  const post = createPostOffice(town, random);
  const outages = outagesOf(from, until, random);
  const events: Event[] = [];
  const [send_at = '', ...also_at] = options.times;
  await town.context.newsletters.change('daily', { send_at, also_at, days: options.week });
  await publishIn(sections, town, random);
  await settleIn();

  for (let day = from; day < until; day += DAY_MS) {
    await town.context.ledger.keepUp(town.context.clock.now());
    await liveDay(day);
    const days = Math.round((day - from) / DAY_MS) + 1;
    if (days % 10 === 0 || days === options.days) tell(`${days} of ${options.days} days`);
  }
  return { lives, outages, until };

  async function settleIn(): Promise<void> {
    await acts.join(options.readers);
    for (const readerId of lives.ids) {
      if (random.chance(3)) await acts.chooseRhythm(readerId);
      if (random.chance(6)) await acts.chooseTopic(readerId);
    }
  }

  async function liveDay(day: number): Promise<void> {
    // Never on a whole second: a change at the instant of a slot could be either before it or after it.
    const atAnyTime = () => day + random.int(DAY_MS / 1000) * 1000 + 137;
    plan(
      ...times(options.articles / BATCH, () => ({ at: atAnyTime(), happens: () => publish(BATCH, town, random) })),
      ...times((options.readers * ACTS) / 1000, () => ({ at: atAnyTime(), happens: () => acts.happen() })),
    );
    for (let next = await nextOf(day + DAY_MS); next; next = await nextOf(day + DAY_MS)) {
      town.clock.set(next.at);
      await next.happens();
    }
  }

  async function nextOf(end: number): Promise<Event | undefined> {
    const [slot] = (await town.context.due.nextSlots(1)).toSorted((a, b) => a.at.getTime() - b.at.getTime());
    // The tick comes each minute; what is due in an outage waits for its end.
    const at = slot && afterOutage(Math.max(slot.at.getTime() + random.int(MINUTE_MS), town.clock.now().getTime()));
    if (at !== undefined && at < end && at <= (events[0]?.at ?? end))
      return { at, happens: async () => tryAgain(await post.tick()) };
    return (events[0]?.at ?? end) < end ? events.shift() : undefined;
  }

  function tryAgain(deferred: Awaited<ReturnType<typeof post.tick>>): void {
    if (deferred.length === 0) return;
    const at = afterOutage(town.clock.now().getTime() + RETRY_MS);
    plan({ at, happens: async () => tryAgain(await post.sendAll(deferred)) });
  }

  function plan(...some: Event[]): void {
    events.push(...some);
    events.sort((a, b) => a.at - b.at);
  }

  function afterOutage(at: number): number {
    return outages.find((outage) => outage.from <= at && at < outage.until)?.until ?? at;
  }
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: Math.ceil(count) }, make);

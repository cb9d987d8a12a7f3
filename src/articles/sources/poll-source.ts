import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Fetcher } from '../../platform/fetch/guarded-fetch.ts';
import { pollSource as pollSourceJob } from '../../platform/queue/jobs.ts';
import type { Jobs } from '../../platform/queue/producer.ts';
import type { ArticleInput } from '../article.ts';
import type { QuarantineStore } from '../quarantine-store.ts';
import type { ArticleStore } from '../store.ts';
import { inputsFrom } from '../topics/inputs-from.ts';
import { askFeed } from './ask-feed.ts';
import { askWordPress } from './ask-wordpress.ts';
import type { createHostStore } from './host-store.ts';
import { followMove, type MoveNeeds, moveSeen } from './moved.ts';
import { afterWait, backoffOf, waitOf } from './next-poll.ts';
import type { Poll, PollStore } from './poll-store.ts';
import { isGone, type Reading, SourceUnavailable } from './reading.ts';
import type { Source } from './source.ts';
import type { SourceStore } from './source-store.ts';

export type PollNeeds = MoveNeeds &
  Parameters<typeof inputsFrom>[2] & {
    sources: SourceStore;
    polls: PollStore;
    hosts: ReturnType<typeof createHostStore>;
    articles: Pick<ArticleStore, 'upsert'>;
    /** Where items that cannot become articles are kept for an editor to see. */
    quarantine: Pick<QuarantineStore, 'keep'>;
    jobs: Pick<Jobs, 'wake'>;
    fetcher: Fetcher;
    clock: Clock;
    log: Log;
  };

/** An answer takes less; a feed that drips holds up the others of its host no longer. */
const HOLD_SECONDS = 10;
const AGAIN_SECONDS = 3;
/** When the queue loses the job that was put off. */
const PUT_OFF_SECONDS = 60;
const ERROR_LIMIT = 500;

/**
 * Reads a source once, unless its host is being asked by another poll: then a little later. What goes wrong is
 * recorded on the source, which is then left alone for longer and longer.
 */
export async function pollSource(sourceId: number, needs: PollNeeds): Promise<void> {
  const { sources, hosts, jobs, clock } = needs;
  const source = await sources.source(sourceId);
  if (!source?.active) return;
  const hold = await hosts.take(source.host, HOLD_SECONDS);
  if (!hold) {
    await sources.putOff(sourceId, PUT_OFF_SECONDS, clock.now());
    return jobs.wake(pollSourceJob, { sourceId }, { delayMs: AGAIN_SECONDS * 1000 });
  }
  try {
    await pollOnce(source, needs);
  } finally {
    await hosts.letGo(hold);
  }
}

async function pollOnce(source: Source, needs: PollNeeds): Promise<void> {
  const startedAt = performance.now();
  const ms = () => Math.round(performance.now() - startedAt);
  try {
    const reading = await (source.kind === 'wordpress' ? askWordPress : askFeed)(source, needs);
    const counts = await save(source, reading, needs);
    await close(source, reading, { ...counts, ms: ms() }, needs);
  } catch (err) {
    await note(source, err, ms(), needs);
  }
}

async function save(source: Source, { feed }: Reading, needs: PollNeeds) {
  const { articles, quarantine, clock, log } = needs;
  if (!feed) return { items: 0, fresh: 0 };
  const now = clock.now();
  const inputs = await inputsFrom(feed.items, source, needs);
  const saved = await articles.upsert(
    inputs.map((input) => notInFuture(input, now)),
    source.id,
    now,
  );
  await quarantine.keep(source.id, feed.dropped, now);
  const { length: dropped } = feed.dropped;
  if (dropped > 0) log.info({ sourceId: source.id, dropped }, 'items that cannot become articles were left out');
  return { items: feed.items.length, fresh: saved.filter(({ outcome }) => outcome !== 'unchanged').length };
}

/** A published item from the future is a clock or a time zone gone wrong; it would wait for that hour in vain. */
const notInFuture = (item: ArticleInput, now: Date): ArticleInput =>
  item.published_at && item.published_at > now ? { ...item, published_at: now } : item;

/** Last, so that a crash before it reads the whole feed again. */
async function close(source: Source, reading: Reading, counts: Pick<Poll, 'items' | 'fresh' | 'ms'>, needs: PollNeeds) {
  const { polls, clock, log } = needs;
  const now = clock.now();
  const { status, bytes, feed, movedTo, freshFor, ...remembered } = reading;
  const poll: Poll = { ...counts, at: now, outcome: counts.fresh > 0 ? 'news' : 'same', status, bytes };
  const ttlSeconds = feed ? Math.min(feed.ttl ?? 0, LONGEST_TTL) : source.ttlSeconds;
  const newsAt = counts.fresh > 0 ? now : source.newsAt;
  const wait = waitOf({ ...source, newsAt }, Math.max(ttlSeconds, freshFor), now);
  const move = moveSeen(source, movedTo);
  const seen = { ...remembered, ...move, ttlSeconds, title: feed?.title };
  await polls.read(source.id, poll, { nextPollAt: afterWait(now, wait), pace: wait.pace }, seen);
  await followMove(source, move, needs);
  log.debug({ sourceId: source.id, ...counts }, 'a source was read');
}

async function note(source: Source, err: unknown, ms: number, { polls, clock, log }: PollNeeds): Promise<void> {
  const now = clock.now();
  const gone = isGone(err);
  const { status = null, retryAfter = 0 } = err instanceof SourceUnavailable ? err : {};
  const poll: Poll = { at: now, outcome: gone ? 'gone' : 'failed', status, items: 0, fresh: 0, bytes: 0, ms };
  const error = messageOf(err).slice(0, ERROR_LIMIT);
  log.warn({ err, sourceId: source.id, url: source.url }, gone ? 'a source is gone' : 'a source could not be read');
  if (gone) return polls.gone(source.id, poll, error);
  const wait = backoffOf(source, retryAfter);
  await polls.failed(source.id, poll, { nextPollAt: afterWait(now, wait), pace: wait.pace }, error);
}

const LONGEST_TTL = 86_400;

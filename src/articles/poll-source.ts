import type { Clock } from '../kernel/clock.ts';
import { DomainError, messageOf } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Fetched, Fetcher } from '../platform/fetch/guarded-fetch.ts';
import type { ArticleInput, Source } from './article.ts';
import { readFeed } from './feeds/read-feed.ts';
import type { ArticleStore } from './store.ts';
import { inputsFrom } from './topics/inputs-from.ts';

type Needs = Parameters<typeof inputsFrom>[2] & {
  articles: ArticleStore;
  fetcher: Fetcher;
  clock: Clock;
  log: Log;
};

class FeedUnavailable extends DomainError {
  constructor(status: number) {
    super('feed-unavailable', 'unavailable', `The feed's server answered ${status}.`);
  }
}

const ACCEPT = 'application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5';
const BACKOFF_LIMIT_SECONDS = 3600;
const ERROR_LIMIT = 500;

/** Reads a feed once. What goes wrong is recorded on the source, which is then left alone for longer and longer. */
export async function pollSource(sourceId: number, needs: Needs): Promise<void> {
  const { articles, clock, log } = needs;
  const source = await articles.source(sourceId);
  if (!source?.active) return;
  try {
    await readOnce(source, needs);
  } catch (err) {
    const now = clock.now();
    log.warn({ err, sourceId, url: source.url }, 'a source could not be read');
    const nextPollAt = secondsAfter(now, backoffOf(source));
    await articles.sourceFailed(sourceId, { error: messageOf(err).slice(0, ERROR_LIMIT), now, nextPollAt });
  }
}

async function readOnce(source: Source, needs: Needs): Promise<void> {
  const { articles, fetcher, clock, log } = needs;
  const answer = await fetcher.fetch(source.url, { headers: validatorsOf(source), accept: ACCEPT });
  const now = clock.now();
  const nextPollAt = secondsAfter(now, source.pollSeconds);
  if (answer.status === 304) return articles.sourcePolled(source.id, { ...source, now, nextPollAt });
  if (answer.status !== 200) throw new FeedUnavailable(answer.status);
  const { title, items, dropped } = readFeed(answer.body, answer.url, answer.headers['content-type']);
  const saved = await articles.upsert(
    (await inputsFrom(items, source, needs)).map((item) => notInFuture(item, now)),
    source.id,
    now,
  );
  if (dropped.length > 0)
    log.info({ sourceId: source.id, dropped: dropped.length }, 'items without a link or a headline were left out');
  log.debug({ sourceId: source.id, articles: saved.length }, 'a source was read');
  // Last, so that a crash before it reads the whole feed again.
  await articles.sourcePolled(source.id, { ...givenBy(answer), now, nextPollAt, title });
}

// Validators come from the feed's server and go back as headers: one that is no header text would fail each poll.
const HEADER_TEXT = /^[\x20-\x7e]{1,500}$/;

function givenBy({ headers: { etag = '', 'last-modified': lastModified = '' } }: Fetched) {
  return {
    etag: HEADER_TEXT.test(etag) ? etag : null,
    lastModified: HEADER_TEXT.test(lastModified) ? lastModified : null,
  };
}

const validatorsOf = ({ etag, lastModified }: Source): Record<string, string> => ({
  ...(etag && { 'if-none-match': etag }),
  ...(lastModified && { 'if-modified-since': lastModified }),
});

/** A published item from the future is a clock or a time zone gone wrong; it would wait for that hour in vain. */
const notInFuture = (item: ArticleInput, now: Date): ArticleInput =>
  item.published_at && item.published_at > now ? { ...item, published_at: now } : item;

const backoffOf = ({ pollSeconds, failures }: Source): number =>
  Math.max(pollSeconds, Math.min(pollSeconds * 2 ** failures, BACKOFF_LIMIT_SECONDS));

const secondsAfter = (instant: Date, seconds: number): Date => new Date(instant.getTime() + seconds * 1000);

import { createHash } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { Fetcher } from '../../platform/fetch/guarded-fetch.ts';
import { feedIn } from './read-source.ts';
import { type Reading, SourceUnavailable, toldBy } from './reading.ts';
import type { Source } from './source.ts';

export const FEED_TYPES =
  'application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5';

/**
 * Asks for a feed, but only for what is new in it. Many servers send the same again all the same: it is known by its hash.
 * @throws SourceUnavailable, NotAFeed, FetchFailed, FetchRefused
 */
export async function askFeed(
  source: Source,
  { fetcher, clock }: { fetcher: Fetcher; clock: Clock },
): Promise<Reading> {
  const headers = validatorsOf(source);
  const answer = await fetcher.fetch(source.url, { headers, accept: FEED_TYPES });
  const { status, body } = answer;
  const { etag, lastModified, ...told } = toldBy(answer);
  const seen = { ...told, status, bytes: body.length, bodyHash: source.bodyHash, readUntil: null };
  // RFC 9110 §15.4.5: it may bring newer validators, and need not repeat the old ones. Unasked it tells nothing.
  if (status === 304 && Object.keys(headers).length > 0)
    return { ...seen, etag: etag ?? source.etag, lastModified: lastModified ?? source.lastModified };
  if (status !== 200) throw new SourceUnavailable(answer, clock.now());
  const bodyHash = createHash('sha256').update(body).digest('base64url');
  const feed = bodyHash === source.bodyHash ? undefined : feedIn(answer);
  return { ...seen, etag, lastModified, bodyHash, feed };
}

const validatorsOf = ({ etag, lastModified }: Source): Record<string, string> => ({
  ...(etag && { 'if-none-match': etag }),
  ...(lastModified && { 'if-modified-since': lastModified }),
});

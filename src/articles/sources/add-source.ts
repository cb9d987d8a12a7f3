import type { Clock } from '../../kernel/clock.ts';
import { DomainError } from '../../kernel/errors.ts';
import type { Fetcher } from '../../platform/fetch/guarded-fetch.ts';
import { pollSource } from '../../platform/queue/jobs.ts';
import type { Jobs } from '../../platform/queue/producer.ts';
import { discover } from './discover.ts';
import type { Found } from './rank-found.ts';
import type { Kind, NewSource } from './source.ts';
import type { SourceStore } from './source-store.ts';
import { collectionOf } from './wordpress-address.ts';

interface Needs {
  sources: Pick<SourceStore, 'add'>;
  fetcher: Fetcher;
  clock: Clock;
  jobs: Pick<Jobs, 'wake'>;
}

export class NoFeedFound extends DomainError {
  constructor(kind: Kind | undefined) {
    const says =
      kind === 'wordpress'
        ? 'No API of WordPress answers there. It may be closed; add the site as a feed.'
        : 'This page names no feed, and none is where feeds usually are. Give the address of its feed.';
    super('no-feed-found', 'invalid', says, [{ field: 'url', message: says }]);
  }
}

/**
 * Adds what stands at an address, or the best of what the page there leads to. Where nothing answers, it is taken at
 * its word: what is wrong is then read on the source.
 * @throws NoFeedFound
 */
export async function addSource(input: NewSource, needs: Needs) {
  const { taken, found } = await choose(input, needs.fetcher);
  return { ...(await addAsIs({ ...input, ...taken }, needs)), found };
}

/** Nothing is fetched before it answers. */
export async function addAsIs(input: NewSource & { kind: Kind }, { sources, clock, jobs }: Omit<Needs, 'fetcher'>) {
  const source = await sources.add(input, clock.now());
  await jobs.wake(pollSource, { sourceId: source.id });
  return source;
}

async function choose(
  { url, kind }: NewSource,
  fetcher: Fetcher,
): Promise<{ taken: Pick<Found, 'kind' | 'url'>; found: Found[] }> {
  const collection = kind === 'wordpress' ? collectionOf(url) : undefined;
  if (kind === 'feed' || collection) return { taken: { kind: kind ?? 'feed', url: collection ?? url }, found: [] };
  const { found, unclear } = await discover(url, fetcher, kind);
  const [best] = found;
  if (best) return { taken: { kind: best.kind, url: best.url }, found };
  if (!unclear || kind === 'wordpress') throw new NoFeedFound(kind);
  return { taken: { kind: 'feed', url }, found };
}

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { createQuarantineStore } from '../../src/articles/quarantine-store.ts';
import { addAsIs, addSource } from '../../src/articles/sources/add-source.ts';
import { createHostStore } from '../../src/articles/sources/host-store.ts';
import { pollSource } from '../../src/articles/sources/poll-source.ts';
import { createPollStore } from '../../src/articles/sources/poll-store.ts';
import type { Kind } from '../../src/articles/sources/source.ts';
import { createSourcePageStore } from '../../src/articles/sources/source-page-store.ts';
import { createSourceStore } from '../../src/articles/sources/source-store.ts';
import { createArticleStore } from '../../src/articles/store.ts';
import { createTopicRuleStore } from '../../src/articles/topics/rule-store.ts';
import { createTopicStore } from '../../src/articles/topics/topic-store.ts';
import { createLog } from '../../src/kernel/log.ts';
import { createDb, createPool } from '../../src/platform/db/pool.ts';
import { createFetcher } from '../../src/platform/fetch/guarded-fetch.ts';
import { createAuditStore } from '../../src/staff/audit-store.ts';
import { TestClock } from './clock.ts';
import { freshDatabase } from './database.ts';

const log = createLog('silent');
export const fetcher = createFetcher({ allow: ['127.0.0.1'] });

/** A server of the outside world, until the test is over. */
export async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Everything that polls need, on a database of their own; what is woken is only counted. */
export async function sourceTown(t: TestContext) {
  const db = createDb(createPool(await freshDatabase(t), log));
  t.after(() => db.destroy());
  const clock = new TestClock('2026-02-03T07:00:00Z');
  const woken: { sourceId: number; delayMs?: number }[] = [];
  const jobs = {
    wake: async (_: unknown, { sourceId }: { sourceId: number }, { delayMs }: { delayMs?: number } = {}) =>
      void woken.push({ sourceId, ...(delayMs && { delayMs }) }),
  } as never;
  const stores = {
    articles: createArticleStore(db),
    sources: createSourceStore(db),
    polls: createPollStore(db),
    hosts: createHostStore(db),
    topics: createTopicStore(db),
    topicRules: createTopicRuleStore(db),
    quarantine: createQuarantineStore(db),
    sourcePages: createSourcePageStore(db),
    audit: createAuditStore(db),
  };
  const needs = { ...stores, clock, log, fetcher, jobs };
  const source = async (id: number) => {
    const found = await stores.sources.source(id);
    if (!found) throw new Error(`no source ${id}`);
    return { ...found, waitSeconds: (found.nextPollAt.getTime() - clock.now().getTime()) / 1000 };
  };
  return {
    ...needs,
    db,
    woken,
    source,
    add: async (url: string, kind: Kind = 'feed') => (await addAsIs({ url, kind }, needs)).id,
    finds: (url: string, kind?: Kind) => addSource({ url, kind }, needs),
    poll: async (id: number) => {
      await pollSource(id, needs);
      return source(id);
    },
  };
}

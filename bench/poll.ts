/**
 * Polls a small feed to warm up, then the measured one, in a process that holds nothing else. Its argument is a JSON text,
 * its result as well.
 */
import { createQuarantineStore } from '../src/articles/quarantine-store.ts';
import { createHostStore } from '../src/articles/sources/host-store.ts';
import { pollSource } from '../src/articles/sources/poll-source.ts';
import { createPollStore } from '../src/articles/sources/poll-store.ts';
import { createSourceStore } from '../src/articles/sources/source-store.ts';
import { createArticleStore } from '../src/articles/store.ts';
import { createTopicRuleStore } from '../src/articles/topics/rule-store.ts';
import { createTopicStore } from '../src/articles/topics/topic-store.ts';
import { readConfig } from '../src/config.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { createLog } from '../src/kernel/log.ts';
import { createDb, createPool } from '../src/platform/db/pool.ts';
import { createFetcher } from '../src/platform/fetch/guarded-fetch.ts';
import { createAuditStore } from '../src/staff/audit-store.ts';

export interface PollOrder {
  warmUp: string;
  url: string;
}

export interface PollResult {
  seconds: number;
  cpuSeconds: number;
  peakMegabytes: number;
  error: string | null;
}

const order = JSON.parse(process.argv[2] ?? '') as PollOrder;
const { databaseUrl = '', logLevel, privateFetchAllow } = readConfig();
const log = createLog(logLevel);
const db = createDb(createPool(databaseUrl, log));
const fetcher = createFetcher({ allow: privateFetchAllow });
const needs = {
  articles: createArticleStore(db),
  sources: createSourceStore(db),
  polls: createPollStore(db),
  hosts: createHostStore(db),
  topics: createTopicStore(db),
  topicRules: createTopicRuleStore(db),
  quarantine: createQuarantineStore(db),
  audit: createAuditStore(db),
  ...{ fetcher, clock: systemClock, log, jobs: { wake: async () => {} } },
};

async function poll(url: string): Promise<string | null> {
  const { id } = await needs.sources.add({ url, kind: 'feed' }, needs.clock.now());
  await pollSource(id, needs);
  return (await needs.sources.source(id))?.error ?? null;
}

await poll(order.warmUp);
const [start, cpuStart] = [performance.now(), process.cpuUsage()];
const error = await poll(order.url);
const seconds = (performance.now() - start) / 1000;
const cpu = process.cpuUsage(cpuStart);
const result: PollResult = {
  seconds,
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
  peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
  error,
};
process.stdout.write(JSON.stringify(result));
await db.destroy();

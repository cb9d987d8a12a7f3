import { createPostgresBackend, type QueueOptions, type WorkerOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Log } from '../../kernel/log.ts';

/** Where BullMQ keeps its jobs: chosen by configuration, the same code on both. */
export interface QueueBackend {
  name: 'redis' | 'postgres';
  /** For producers: fails at once when the queue is down. */
  producer: Pick<QueueOptions, 'connection' | 'prefix' | 'skipWaitingForReady'>;
  /** For workers: waits and recovers by itself. */
  worker: Pick<WorkerOptions, 'connection' | 'prefix'>;
  factory: typeof createPostgresBackend | undefined;
  close(): Promise<void>;
}

// One hash tag keeps every key of ours in one slot of a Redis Cluster.
const PREFIX = '{daybreak}';

export function queueBackend(urls: { redisUrl?: string | undefined; databaseUrl: string }, log: Log): QueueBackend {
  return urls.redisUrl ? onRedis(urls.redisUrl, log) : onPostgres(urls.databaseUrl, log);
}

function onRedis(url: string, log: Log): QueueBackend {
  // Commands wait for the first connection only; while Redis is down each fails within about a second.
  const producer = new Redis(url, { maxRetriesPerRequest: 1, connectTimeout: 2000 });
  const worker = new Redis(url, { maxRetriesPerRequest: null });
  for (const connection of [producer, worker]) connection.on('error', (error) => log.warn({ err: error }, 'redis'));
  return {
    name: 'redis',
    producer: { connection: producer, prefix: PREFIX, skipWaitingForReady: true },
    worker: { connection: worker, prefix: PREFIX },
    factory: undefined,
    close: async () => {
      producer.disconnect();
      worker.disconnect();
    },
  };
}

function onPostgres(connectionString: string, log: Log): QueueBackend {
  // Every worker holds one connection to LISTEN on; the rest are lent for a statement at a time.
  const pool = new pg.Pool({ connectionString, max: 24, keepAlive: true, options: '-c search_path=bullmq' });
  // Every queue and worker listens on it.
  pool.setMaxListeners(64);
  let closing = false;
  pool.on('error', (error) => closing || log.warn({ err: error }, 'queue database connection lost'));
  pool.on('connect', (client) => client.on('error', () => undefined));
  const connection = pool as unknown as NonNullable<QueueOptions['connection']>;
  return {
    name: 'postgres',
    producer: { connection, skipWaitingForReady: true },
    worker: { connection },
    factory: createPostgresBackend,
    close: () => {
      closing = true;
      return pool.end();
    },
  };
}

import { randomUUID } from 'node:crypto';
import { createPostgresRelayBackend, Relay } from 'bullmq';
import type { Log } from '../../kernel/log.ts';
import type { QueueBackend } from './backend.ts';

/** What is on no paper: words between processes, for whoever is looking. Lost ones are missed by nobody. */
export interface Live {
  /** This process' own name in topics. */
  readonly node: string;
  /** Never waits and never throws; while one message about a topic is under way, others about it are dropped. */
  tell(topic: string, data: unknown): void;
  /** @param pattern `*` stands for one part of a topic. @returns what ends it */
  listen<T>(pattern: string, hear: (topic: string, data: T) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Whoever begins to listen hears at once what was said last, if it is not older than this. */
const RETAINED_MS = 10_000;
const LAST_WORDS_MS = 2000;

/** BullMQ's Relay, opened when it is first wanted. */
export function createLive(backend: QueueBackend, log: Log): Live {
  let opened: Relay<never> | undefined;
  let closing = false;
  const underWay = new Set<string>();
  const relay = (): Relay<never> => {
    if (opened) return opened;
    opened = new Relay({
      connection: backend.worker.connection as never,
      ...(backend.worker.prefix && { prefix: backend.worker.prefix }),
      ...(backend.name === 'postgres' && { backend: createPostgresRelayBackend as never }),
    });
    opened.on('error', (err) => closing || log.debug({ err }, 'live relay'));
    return opened;
  };
  return {
    node: randomUUID().slice(0, 8),
    tell: (topic, data) => {
      if (closing || underWay.has(topic)) return;
      underWay.add(topic);
      const told = relay().publish(topic, data, { retain: RETAINED_MS });
      told.catch((err: unknown) => log.debug({ err, topic }, 'not told')).finally(() => underWay.delete(topic));
    },
    listen: async (pattern, hear) => {
      const subscription = await relay().subscribe<never>(pattern, ({ topic, data }) => hear(topic, data));
      return () => subscription.unsubscribe().catch((err: unknown) => log.debug({ err }, 'still listening'));
    },
    close: async () => {
      closing = true;
      const late = new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS).unref());
      await Promise.race([opened?.close().catch(() => undefined), late]);
    },
  };
}

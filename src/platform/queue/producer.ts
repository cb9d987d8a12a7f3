import { type JobsOptions, Queue } from 'bullmq';
import type { z } from 'zod';
import type { Log } from '../../kernel/log.ts';
import type { QueueBackend } from './backend.ts';
import type { Job } from './jobs.ts';
import { type QueueName, queues } from './queues.ts';
import { schedules } from './schedules.ts';

export interface WakeOptions {
  /** Lower goes first; only meaningful in the `deliveries` queue. */
  priority?: number;
  delayMs?: number;
}

/** What features see of the queue: a way to wake a worker for a row that is already safe. */
export interface Jobs {
  /** Never throws: when the queue is down the sweep wakes the row later. */
  wake<P extends z.ZodType>(job: Job<P>, payload: z.input<P>, options?: WakeOptions): Promise<void>;
  wakeAll<P extends z.ZodType>(job: Job<P>, payloads: z.input<P>[], options?: WakeOptions): Promise<void>;
}

/** What stands in a queue. */
export interface Standing {
  queue: QueueName;
  waiting: number;
  failed: number;
  /** How long the one that is next in line has been ready to go. */
  waitedMs: number;
}

// A request must not wait for a queue that does not answer.
const PATIENCE_MS = 2000;
// BullMQ slows down on larger batches.
const BATCH = 1000;

export class Producer implements Jobs {
  readonly queues: Map<QueueName, Queue>;
  readonly #log: Log;
  #closing = false;

  constructor(backend: QueueBackend, log: Log) {
    this.#log = log;
    this.queues = new Map(
      (Object.keys(queues) as QueueName[]).map((name) => {
        const queue = new Queue(name, backend.producer as never, backend.factory as never) as Queue;
        queue.on('error', (err) => this.#closing || log.warn({ err, queue: name }, 'queue'));
        return [name, queue];
      }),
    );
  }

  wake<P extends z.ZodType>(job: Job<P>, payload: z.input<P>, options: WakeOptions = {}): Promise<void> {
    return this.wakeAll(job, [payload], options);
  }

  async wakeAll<P extends z.ZodType>(job: Job<P>, payloads: z.input<P>[], options: WakeOptions = {}): Promise<void> {
    const entries = payloads.map((payload) => {
      const data = job.payload.parse(payload);
      return { name: job.name, data, opts: optionsOf(job, job.key?.(data), options) };
    });
    try {
      for (let at = 0; at < entries.length; at += BATCH) {
        await within(PATIENCE_MS, this.#queue(job).addBulk(entries.slice(at, at + BATCH)));
      }
    } catch (err) {
      this.#log.warn({ err, job: job.name, count: payloads.length }, 'the queue did not take a job; the sweep will');
    }
  }

  /** Repeated by every worker process now and then, since a wiped Redis forgets its schedulers too. */
  async ensureSchedules(): Promise<void> {
    for (const { job, everySeconds } of schedules) {
      const template = { name: job.name, data: {}, opts: optionsOf(job, undefined, {}) };
      await this.#queue(job).upsertJobScheduler(job.name, { every: everySeconds * 1000 }, template);
    }
  }

  async ping(): Promise<void> {
    await within(PATIENCE_MS, this.#queue({ queue: 'upkeep' }).getJobCounts('waiting'));
  }

  /** `[queue, state, jobs]`; a queue that does not answer counts -1. */
  async counts(): Promise<[string, string, number][]> {
    const all = [...this.queues].map(async ([name, queue]) => {
      const counts = await within(PATIENCE_MS, queue.getJobCounts()).catch(() => ({ unknown: -1 }));
      return Object.entries(counts).map(([state, jobs]): [string, string, number] => [name, state, jobs]);
    });
    return (await Promise.all(all)).flat();
  }

  /** @throws when a queue does not answer */
  standing(): Promise<Standing[]> {
    return within(PATIENCE_MS, Promise.all([...this.queues].map(([name, queue]) => standingOf(name, queue))));
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.allSettled([...this.queues.values()].map((queue) => queue.close()));
  }

  #queue({ queue }: { queue: QueueName }): Queue {
    const found = this.queues.get(queue);
    if (!found) throw new Error(`no queue ${queue}`);
    return found;
  }
}

async function standingOf(name: QueueName, queue: Queue): Promise<Standing> {
  const [{ waiting = 0, prioritized = 0, failed = 0 }, next] = await Promise.all([
    queue.getJobCounts('waiting', 'prioritized', 'failed'),
    queue.getJobs(['waiting', 'prioritized'], 0, 0, true),
  ]);
  // Put off at first, or tried before, it has been ready only since then.
  const readyAt = next.map(({ timestamp, opts, processedOn = 0 }) =>
    Math.max(timestamp + (opts.delay ?? 0), processedOn),
  );
  const waitedMs = readyAt.length > 0 ? Math.max(0, Date.now() - Math.min(...readyAt)) : 0;
  return { queue: name, waiting: waiting + prioritized, failed, waitedMs };
}

function optionsOf(job: Job<never> | Job, key: string | undefined, { priority, delayMs }: WakeOptions): JobsOptions {
  return {
    attempts: job.attempts,
    backoff: { type: 'exponential', delay: job.backoffSeconds * 1000 },
    removeOnComplete: true,
    removeOnFail: { age: job.keepFailedDays * 86_400 },
    // A delayed job must not hold back one that is wanted now.
    ...(key && !delayMs && { deduplication: { id: key, keepLastIfActive: job.onceMore ?? false } }),
    ...(priority && { priority }),
    ...(delayMs && { delay: delayMs }),
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

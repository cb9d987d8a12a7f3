import type { z } from 'zod';
import type { Context } from '../src/context.ts';
import type { Job } from '../src/platform/queue/jobs.ts';

/** What a job needs: the whole context, a log bound to the job, and a signal that fires when the process drains. */
export type WorkerContext = Context & { signal: AbortSignal };

export interface JobWorker {
  job: Job;
  run(data: unknown, context: WorkerContext): Promise<void>;
}

/** Binds a job to the one function that does it. The payload is parsed again here: a queue is outside input. */
export function worker<P extends z.ZodType>(
  job: Job<P>,
  handle: (payload: z.output<P>, context: WorkerContext) => Promise<unknown>,
): JobWorker {
  return {
    job: job as unknown as Job,
    run: async (data, context) => {
      await handle(job.payload.parse(data), context);
    },
  };
}

import { UnrecoverableError, Worker } from 'bullmq';
import { ZodError } from 'zod';
import type { Context } from '../src/context.ts';
import { beat as tellAlive } from '../src/deliveries/lease.ts';
import { type QueueName, queues } from '../src/platform/queue/queues.ts';
import checkComing from './check-coming.ts';
import checkEdition from './check-edition.ts';
import fanOut from './fan-out.ts';
import findReader from './find-reader.ts';
import handleInbound from './handle-inbound.ts';
import pollDueSources from './poll-due-sources.ts';
import pollSource from './poll-source.ts';
import reclaim from './reclaim.ts';
import sendAccountMail from './send-account-mail.ts';
import sendChunk from './send-chunk.ts';
import sendConfirmation from './send-confirmation.ts';
import sendInvitation from './send-invitation.ts';
import sweep from './sweep.ts';
import tick from './tick.ts';
import upkeep from './upkeep.ts';
import type { JobWorker } from './worker.ts';

const all: JobWorker[] = [
  sendConfirmation,
  sendInvitation,
  sendAccountMail,
  findReader,
  pollDueSources,
  pollSource,
  checkComing,
  checkEdition,
  tick,
  fanOut,
  sendChunk,
  handleInbound,
  reclaim,
  sweep,
  upkeep,
];

// A wiped queue forgets its schedulers; this is how long until they are back.
const RESCHEDULE_MS = 15_000;
// Well under the silence after which a worker's claims are taken from it.
const BEAT_MS = 2000;
// A worker killed outright gives its jobs back after about this long.
const LOCK_MS = 10_000;

export interface Runner {
  /** Takes no new jobs, lets the running ones finish, then returns. */
  stop(): Promise<void>;
}

/** Starts one BullMQ worker per queue in this process. Importing this file starts nothing. */
export async function startWorkers(context: Context): Promise<Runner> {
  const draining = new AbortController();
  const beat = () => tellAlive(context).catch((err: unknown) => context.log.warn({ err }, 'could not beat'));
  // Before the first job: only then is it known how many others share the relays.
  await beat();
  const workers = (Object.keys(queues) as QueueName[]).map((name) => startQueue(name, context, draining.signal));
  const reschedule = () =>
    context.producer
      .ensureSchedules()
      .catch((err: unknown) => context.log.warn({ err }, 'could not renew the schedules'));
  await reschedule();
  const deliveries = workers.find(({ name }) => name === 'deliveries');
  const beatAndMakeRoom = () => beat().then(() => takeJobsIf(context.mailer.connections > 0, deliveries));
  const timers = [setInterval(reschedule, RESCHEDULE_MS), setInterval(beatAndMakeRoom, BEAT_MS)];
  return {
    stop: async () => {
      draining.abort();
      await Promise.allSettled(workers.map((worker) => worker.close()));
      for (const timer of timers) clearInterval(timer);
      await context.ledger.leave(context.workerId).catch(() => undefined);
    },
  };
}

function startQueue(queue: QueueName, context: Context, signal: AbortSignal): Worker {
  const { backend, log } = context;
  const byName = new Map(all.filter(({ job }) => job.queue === queue).map((entry) => [entry.job.name, entry]));
  const options = {
    ...backend.worker,
    concurrency: queues[queue].concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS,
    maxStalledCount: 10,
  };
  const worker = new Worker(
    queue,
    async ({ name, data }) => {
      const entry = byName.get(name);
      if (!entry) throw new UnrecoverableError(`no worker here knows the job ${name}`);
      await entry.run(data, { ...context, log: log.child({ job: name, ...data }), signal }).catch(giveUpOnBadPayload);
    },
    options as never,
    backend.factory as never,
  );
  worker.on('error', (err) => log.warn({ err, queue }, 'worker'));
  worker.on('failed', (job, err) => log.error({ err, queue, job: job?.name, data: job?.data }, 'job failed'));
  return worker;
}

/** A worker to whom the others have left no connection takes no chunk from them either. */
function takeJobsIf(hasRoom: boolean, worker: Worker | undefined): void {
  if (hasRoom && worker?.isPaused()) worker.resume();
  if (!hasRoom && worker && !worker.isPaused()) void worker.pause(true);
}

function giveUpOnBadPayload(error: unknown): never {
  if (error instanceof ZodError) throw new UnrecoverableError(`payload does not fit: ${error.message}`);
  throw error;
}

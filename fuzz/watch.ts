import { Worker } from 'node:worker_threads';
import type { Order, Verdict } from './worker.ts';

/** The machine may be busy with other things; a document that has no end is found a little later. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 200;
const MEMORY_MB = 600;

/**
 * Lets one thread read its share. A document that does not end, or takes all memory, costs its thread; a new one goes on
 * behind it. Ends early when `stop` is aborted.
 */
export async function readShare(
  share: Omit<Order, 'now'>,
  tell: (verdicts: Verdict[]) => void,
  stop: AbortSignal,
): Promise<void> {
  for (let from: number | undefined = share.from; from !== undefined && from < share.until && !stop.aborted; ) {
    const fatal = await readUntilFatal({ ...share, from, now: new SharedArrayBuffer(16) }, tell, stop);
    if (fatal) tell([fatal]);
    from = fatal && !share.alone ? fatal.n + share.step : undefined;
  }
}

function readUntilFatal(
  order: Order,
  tell: (verdicts: Verdict[]) => void,
  stop: AbortSignal,
): Promise<Verdict | undefined> {
  const now = new Float64Array(order.now);
  now[1] = Number.POSITIVE_INFINITY;
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Verdict | undefined>();
  // Nothing has been read yet: it is no document's fault.
  const begun = () => now[1] !== Number.POSITIVE_INFINITY;
  const end = (complaint?: string) => {
    const n = now[0] ?? 0;
    clearInterval(look);
    void worker.terminate();
    resolve(complaint ? { n, read: false, ms: PATIENCE_MS, complaint } : undefined);
  };
  const look = setInterval(() => {
    if (stop.aborted) return end();
    const since = performance.timeOrigin + performance.now() - (now[1] ?? 0);
    if (since > PATIENCE_MS) end(`did not end in ${PATIENCE_MS} ms`);
  }, LOOK_MS);
  worker.on('message', tell);
  worker.on('error', (error) => {
    if (!begun()) reject(error);
    end(`ended its thread: ${(error as Error).message}`);
  });
  worker.on('exit', () => end());
  return promise;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';

/** What is new on a page: the stage it shows, and the inside of those of its elements that move, by id. */
export interface Frame {
  stage: string;
  parts: Record<string, string>;
}

const EVERY_MS = 1000;
/** Then the browser comes again by itself, so that no answer goes on for ever. */
const LONGEST_MS = 60_000;
/** So many frames after a session's end, what is streamed in it ends too. */
const ASKED_EVERY = 5;

/**
 * Server-sent events (HTML Living Standard §9.2): a frame a second, until the visitor leaves, is signed
 * out, or this process stops.
 * @param leaving aborted when the process stops
 */
export async function stream(
  req: Request,
  res: Response,
  { frame, leaving }: { frame: () => Promise<Frame>; leaving: AbortSignal },
): Promise<void> {
  const gone = new AbortController();
  res.on('close', () => gone.abort());
  const over = AbortSignal.any([gone.signal, leaving, AbortSignal.timeout(LONGEST_MS)]);
  // `no-transform` and `no` keep a proxy from gathering what should be seen at once.
  res.set({
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  });
  // Who asks for the head alone would wait for it as long as a visitor stays: nothing that is written goes out.
  if (req.method === 'HEAD') return void res.end();
  req.socket.setNoDelay(true);
  res.write('retry: 1000\n\n');
  try {
    for (let n = 1; !over.aborted; n += 1) {
      if (n % ASKED_EVERY === 0 && !(await res.locals.stillIn?.())) break;
      res.write(`data: ${JSON.stringify(await frame())}\n\n`);
      await sleep(EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    }
  } finally {
    res.end();
  }
}

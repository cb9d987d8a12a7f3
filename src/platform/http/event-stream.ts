import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';

/** What is new on a page: the stage it shows, and the inside of those of its elements that move, by id. */
export interface Frame {
  stage: string;
  parts: Record<string, string>;
}

const EVERY_MS = 1000;
/** Then the browser comes again by itself, and through the door: whoever was signed out meanwhile stays outside. */
const LONGEST_MS = 60_000;

/**
 * Server-sent events (HTML Living Standard §9.2): a frame a second, until the visitor leaves or this process does.
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
  req.socket.setNoDelay(true);
  res.write('retry: 1000\n\n');
  try {
    while (!over.aborted) {
      res.write(`data: ${JSON.stringify(await frame())}\n\n`);
      await sleep(EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    }
  } finally {
    res.end();
  }
}

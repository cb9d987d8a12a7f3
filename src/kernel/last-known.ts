import { messageOf } from './errors.ts';

/** What was heard, or why nothing was. */
export interface Known<T> {
  answer: T | null;
  trouble: string | null;
}

interface Patience {
  /** Older than this, it is asked for again while the last answer still serves. */
  againMs: number;
  /** Older than this, an answer is none any more. */
  keptMs: number;
  /** Nobody waits longer than this for the first one. */
  firstMs: number;
}

/**
 * For what may answer slowly or not at all: the last answer is given at once and a new one fetched in the background.
 * @returns a question; its answer is null while nothing has been heard yet
 */
export function lastKnown<T>(ask: () => Promise<T>, { againMs, keptMs, firstMs }: Patience) {
  let heard: { at: number; known: Known<T> } | undefined;
  let asking: Promise<void> | undefined;
  const hear = (known: Known<T>) => {
    heard = { at: performance.now(), known };
    asking = undefined;
  };
  const ageMs = () => (heard ? performance.now() - heard.at : Number.POSITIVE_INFINITY);
  return async (): Promise<Known<T> | null> => {
    if (ageMs() > againMs) {
      asking ??= ask().then(
        (answer) => hear({ answer, trouble: null }),
        (error) => hear({ answer: null, trouble: messageOf(error) }),
      );
    }
    if (ageMs() > keptMs && asking) await atMost(firstMs, asking);
    return heard && ageMs() <= keptMs ? heard.known : null;
  };
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, enough]);
  clearTimeout(timer);
}

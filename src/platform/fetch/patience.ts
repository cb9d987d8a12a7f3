export interface Patience {
  /** Aborted, with the reason in words, when there is no more of it. */
  signal: AbortSignal;
  /** Something came from the other side: a new hop, a name, headers. */
  moved(): void;
  /** Bytes of a body came. */
  came(bytes: number): void;
  over(): void;
}

/** A byte now and then is no progress. */
const PROGRESS_BYTES = 1024;

/** How long one fetch may take altogether, and how long nothing worth speaking of may come. */
export function startPatience({ deadlineMs, idleMs }: { deadlineMs: number; idleMs: number }): Patience {
  const stop = new AbortController();
  const after = (ms: number, reason: string) => setTimeout(() => stop.abort(new Error(reason)), ms);
  const total = after(deadlineMs, `no whole answer in ${deadlineMs} ms`);
  const idle = after(idleMs, `next to nothing came in ${idleMs} ms`);
  let since = 0;
  return {
    signal: stop.signal,
    moved: () => void idle.refresh(),
    came: (bytes) => {
      since += bytes;
      if (since < PROGRESS_BYTES) return;
      since = 0;
      idle.refresh();
    },
    over: () => {
      clearTimeout(total);
      clearTimeout(idle);
    },
  };
}

import type { LookupAddress } from 'node:dns';

/**
 * A lookup holds one of Node's four threads until the resolver gives up, which takes it many seconds when a name's own
 * servers are silent. The others are left to what signs mails and reads files.
 */
const AT_ONCE = 2;
/** Names that took so long the last time share one place; the other is for everybody else. */
const SLOW_MS = 2000;
const REMEMBERED = 1000;

type Ask = (host: string) => Promise<LookupAddress[]>;

interface Waiter {
  host: string;
  begin: () => void;
}

/** Looks names up, each in its turn: a silent name holds up other silent names only. */
export function createNameLookup(ask: Ask, slowMs = SLOW_MS) {
  const running: string[] = [];
  const waiting = new Set<Waiter>();
  const slow = new Set<string>();

  const isFree = (host: string): boolean =>
    running.length < AT_ONCE && !(slow.has(host) && running.some((other) => slow.has(other)));

  function done(host: string): void {
    running.splice(running.indexOf(host), 1);
    for (const waiter of waiting) {
      if (!isFree(waiter.host)) continue;
      waiting.delete(waiter);
      running.push(waiter.host);
      waiter.begin();
    }
  }

  async function turn(host: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (isFree(host)) return void running.push(host);
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { host, begin: resolve };
    waiting.add(waiter);
    try {
      await Promise.race([promise, aborted(signal)]);
    } catch (error) {
      // Called in the moment it gave up, it hands its turn on.
      if (!waiting.delete(waiter)) done(host);
      throw error;
    }
  }

  function remember(host: string, ms: number): void {
    slow.delete(host);
    if (ms >= slowMs) slow.add(host);
    if (slow.size > REMEMBERED) for (const oldest of slow.values().take(1)) slow.delete(oldest);
  }

  return async (host: string, signal: AbortSignal): Promise<LookupAddress[]> => {
    await turn(host, signal);
    const startedAt = performance.now();
    // It cannot be called back: abandoned, it still holds its thread, and its turn.
    const found = ask(host).finally(() => {
      remember(host, performance.now() - startedAt);
      done(host);
    });
    found.catch(() => undefined);
    return Promise.race([found, aborted(signal)]);
  };
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

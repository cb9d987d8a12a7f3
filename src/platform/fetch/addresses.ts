import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { AddressRules } from './address-rules.ts';
import { FetchRefused } from './refusals.ts';

export interface Address {
  address: string;
  family: number;
}

/**
 * A lookup holds one of Node's four threads until the resolver gives up, which takes it many seconds when a name's own
 * servers are silent. The others are left to what signs mails and reads files.
 */
const AT_ONCE = 2;
let running = 0;
const waiting = new Set<() => void>();

/** The addresses behind the URL's host that may be connected to; the connection is then made to exactly these. */
export async function addressesOf(url: URL, rules: AddressRules, signal: AbortSignal): Promise<Address[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const found = await lookUp(host, signal);
  const refusals = found.map(({ address }) => rules.refusal({ host, address, port }));
  const permitted = found.filter((_, i) => refusals[i] === undefined);
  if (permitted.length > 0) return permitted;
  const reason = refusals[0] ?? 'its host name has no address';
  throw new FetchRefused(url.href, `${reason}; PRIVATE_FETCH_ALLOW can allow it`);
}

/** What Node asks when it connects: no name is looked up a second time, when it could have changed. */
export const pinnedLookup =
  (addresses: Address[]): LookupFunction =>
  (_host, { all }, done) => {
    const [first] = addresses;
    if (all || !first) return done(null, addresses);
    done(null, first.address, first.family);
  };

async function lookUp(host: string, signal: AbortSignal): Promise<Address[]> {
  if (isIP(host)) return [{ address: host, family: isIP(host) }];
  await turn(signal);
  // It cannot be called back: abandoned, it still holds its thread, and its turn.
  const found = lookup(host, { all: true }).finally(done);
  found.catch(() => undefined);
  return Promise.race([found, aborted(signal)]);
}

async function turn(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (running < AT_ONCE) {
    running += 1;
    return;
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.add(resolve);
  try {
    await Promise.race([promise, aborted(signal)]);
  } catch (error) {
    // Called in the moment it gave up, it hands its turn on.
    if (!waiting.delete(resolve)) done();
    throw error;
  }
}

function done(): void {
  const [next] = waiting;
  if (!next) {
    running -= 1;
    return;
  }
  waiting.delete(next);
  next();
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { AddressRules } from './address-rules.ts';
import { createNameLookup } from './name-lookup.ts';
import { FetchRefused } from './refusals.ts';

const lookUp = createNameLookup((host) => lookup(host, { all: true }));

/** The addresses behind the URL's host that may be connected to; the connection is then made to exactly these. */
export async function addressesOf(url: URL, rules: AddressRules, signal: AbortSignal): Promise<LookupAddress[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await lookUp(host, signal);
  const refusals = found.map(({ address }) => rules.refusal({ host, address, port }));
  const permitted = found.filter((_, i) => refusals[i] === undefined);
  if (permitted.length > 0) return permitted;
  const reason = refusals[0] ?? 'its host name has no address';
  throw new FetchRefused(url.href, `${reason}; PRIVATE_FETCH_ALLOW can allow it`);
}

/** What Node asks when it connects: no name is looked up a second time, when it could have changed. */
export const pinnedLookup =
  (addresses: LookupAddress[]): LookupFunction =>
  (_host, { all }, done) => {
    const [first] = addresses;
    if (all || !first) return done(null, addresses);
    done(null, first.address, first.family);
  };

import { Client, type Dispatcher } from 'undici';
import { DomainError } from '../../kernel/errors.ts';
import { type AddressRules, addressRules } from './address-rules.ts';
import { addressesOf, pinnedLookup } from './addresses.ts';
import { type Patience, startPatience } from './patience.ts';
import { FetchFailed, FetchRefused, reasonOf } from './refusals.ts';
import { BadBody, codingsOf, readWhole } from './unpack.ts';

export { FetchFailed, FetchRefused } from './refusals.ts';

export interface FetchOptions {
  /** Travel along redirects to other hosts too: validators belong here, secrets do not. */
  headers?: Record<string, string>;
  accept?: string;
  /** As they come over the wire. */
  maxBytes?: number;
  /** For everything together: names, redirects, headers and the last byte of the body. */
  deadlineMs?: number;
  /** Within which something must come: an address, the headers, a kilobyte of the body. */
  idleMs?: number;
  maxRedirects?: number;
}

export interface Fetched {
  status: number;
  /** Where the last redirect led. */
  url: string;
  /** Where to ask from now on: where it led as long as every redirect was for good. */
  movedTo?: string;
  headers: Record<string, string>;
  /** Empty unless the answer is a success: an error page is not worth its size, nor its faults. */
  body: Buffer;
}

export interface Fetcher {
  /** @throws FetchRefused for an address we do not go to; FetchFailed when the other side gives no whole answer */
  fetch(url: string, options?: FetchOptions): Promise<Fetched>;
}

type Limits = Required<FetchOptions>;

const MB = 1024 * 1024;
const SECOND = 1000;
const DEFAULTS: Limits = {
  ...{ headers: {}, accept: '*/*' },
  ...{ maxBytes: 10 * MB, deadlineMs: 20 * SECOND, idleMs: 8 * SECOND, maxRedirects: 5 },
};
const UNPACKED_LIMIT = 30 * MB;
const HEADERS_LIMIT = 16 * 1024;
const REDIRECTS = [301, 302, 303, 307, 308];
const FOR_GOOD = [301, 308];
const HEADERS = { 'accept-encoding': 'gzip, br, deflate', 'user-agent': 'Daybreak/1.0 (news alerts)' };

/** Fetches from the public web only; `allow` names the private hosts and ranges that are fetched from all the same. */
export function createFetcher({ allow }: { allow: string[] }): Fetcher {
  const rules = addressRules(allow);
  return {
    fetch: async (url, options = {}) => {
      const limits = { ...DEFAULTS, ...options };
      const patience = startPatience(limits);
      try {
        return await follow(url, limits, rules, patience);
      } catch (error) {
        if (error instanceof DomainError) throw error;
        throw new FetchFailed(url, reasonOf(patience.signal.aborted ? patience.signal.reason : error));
      } finally {
        patience.over();
      }
    },
  };
}

async function follow(start: string, limits: Limits, rules: AddressRules, patience: Patience): Promise<Fetched> {
  let url = webUrl(start, start);
  let forGood = true;
  let movedTo: string | undefined;
  const seen = new Set<string>();
  for (let hop = 0; hop <= limits.maxRedirects; hop += 1) {
    const answer = await hopTo(url, limits, rules, patience);
    const to = targetOf(answer);
    if (to === undefined) return { ...answer, ...(movedTo && { movedTo }) };
    seen.add(url.href);
    url = webUrl(to, url.href);
    forGood &&= FOR_GOOD.includes(answer.status);
    if (forGood) movedTo = url.href;
  }
  const how = seen.has(url.href) ? ' in a circle' : '';
  throw new FetchFailed(start, `more than ${limits.maxRedirects} redirects${how}; give the address they lead to`);
}

/** Servers write addresses in UTF-8, whatever a header may hold. */
function targetOf({ status, headers: { location } }: Pick<Fetched, 'status' | 'headers'>): string | undefined {
  if (!location || !REDIRECTS.includes(status)) return undefined;
  const read = Buffer.from(location, 'latin1').toString();
  return read.includes('\ufffd') ? location : read;
}

function webUrl(text: string, base: string): URL {
  const url = URL.parse(text, base);
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new FetchRefused(text.slice(0, 200), 'give an http or https address');
  // A password in an address ends in logs and on pages.
  if (url.username || url.password) throw new FetchRefused(url.host, 'leave user name and password out of the address');
  return url;
}

// One connection per hop, closed after it: polls are minutes apart, and the address check holds for what is read.
async function hopTo(url: URL, limits: Limits, rules: AddressRules, patience: Patience): Promise<Fetched> {
  const { signal } = patience;
  const pinned = await addressesOf(url, rules, signal);
  patience.moved();
  const client = new Client(url.origin, {
    connect: { lookup: pinnedLookup(pinned), timeout: limits.deadlineMs, autoSelectFamily: true },
    allowH2: false,
    pipelining: 0,
    maxHeaderSize: HEADERS_LIMIT,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    const headers = { ...limits.headers, ...HEADERS, accept: limits.accept };
    const request = { method: 'GET', path: url.pathname + url.search, headers, signal } as const;
    const response = await client.request(request);
    patience.moved();
    const answer = { status: response.statusCode, url: url.href, headers: plainHeaders(response.headers) };
    const isSuccess = answer.status >= 200 && answer.status < 300;
    return { ...answer, body: isSuccess ? await bodyOf(answer, response.body, limits, patience) : Buffer.alloc(0) };
  } finally {
    client.destroy().catch(() => undefined);
  }
}

async function bodyOf(
  { url, headers }: Pick<Fetched, 'url' | 'headers'>,
  body: AsyncIterable<Buffer>,
  { maxBytes }: Limits,
  patience: Patience,
): Promise<Buffer> {
  try {
    const codings = codingsOf(headers['content-encoding']);
    return await readWhole(noticed(body, patience), codings, { packed: maxBytes, unpacked: UNPACKED_LIMIT });
  } catch (error) {
    throw error instanceof BadBody ? new FetchFailed(url, error.message) : error;
  }
}

async function* noticed(body: AsyncIterable<Buffer>, patience: Patience): AsyncIterable<Buffer> {
  for await (const chunk of body) {
    patience.came(chunk.length);
    yield chunk;
  }
}

/** Without cookies: they are sent to nobody and shown to nobody. */
const plainHeaders = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !name.startsWith('set-cookie'))
      .map(([name, value]) => [name, String(value ?? '')]),
  );

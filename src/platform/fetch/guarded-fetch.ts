import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { Client, type Dispatcher } from 'undici';
import { DomainError, messageOf } from '../../kernel/errors.ts';
import { type AddressRules, addressRules } from './address-rules.ts';

export interface FetchOptions {
  /** Travel along redirects to other hosts too: validators belong here, secrets do not. */
  headers?: Record<string, string>;
  accept?: string;
  maxBytes?: number;
  /** For everything together: names, redirects, headers and the last byte of the body. */
  deadlineMs?: number;
  maxRedirects?: number;
}

export interface Fetched {
  status: number;
  /** Where the last redirect led. */
  url: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface Fetcher {
  /** @throws FetchRefused for an address we do not go to; FetchFailed when the other side gives no whole answer */
  fetch(url: string, options?: FetchOptions): Promise<Fetched>;
}

export class FetchRefused extends DomainError {
  constructor(url: string, reason: string) {
    super('fetch-refused', 'invalid', `${url} was not fetched: ${clause(reason)}.`);
  }
}

export class FetchFailed extends DomainError {
  constructor(url: string, reason: string) {
    super('fetch-failed', 'unavailable', `${url} could not be read: ${clause(reason)}.`);
  }
}

/** Part of a sentence of ours, whatever a library ends its own with. */
const clause = (reason: string): string => reason.replace(/[.\s]+$/, '');

type Limits = Required<FetchOptions>;

const MB = 1024 * 1024;
const DEFAULTS: Limits = { headers: {}, accept: '*/*', maxBytes: 10 * MB, deadlineMs: 10_000, maxRedirects: 5 };
const UNPACKED_LIMIT = 30 * MB;
const REDIRECTS = [301, 302, 303, 307, 308];
const HEADERS = { 'accept-encoding': 'gzip, br, deflate', 'user-agent': 'Daybreak/1.0 (news alerts)' };

/** Fetches from the public web only; `allow` names the private hosts and ranges that are fetched from all the same. */
export function createFetcher({ allow }: { allow: string[] }): Fetcher {
  const rules = addressRules(allow);
  return {
    fetch: async (url, options = {}) => {
      const limits = { ...DEFAULTS, ...options };
      const signal = AbortSignal.timeout(limits.deadlineMs);
      try {
        return await follow(url, limits, rules, signal);
      } catch (error) {
        if (error instanceof DomainError) throw error;
        throw new FetchFailed(url, signal.aborted ? `no whole answer in ${limits.deadlineMs} ms` : reasonOf(error));
      }
    },
  };
}

async function follow(start: string, limits: Limits, rules: AddressRules, signal: AbortSignal): Promise<Fetched> {
  let url = webUrl(start, start);
  for (let hop = 0; hop <= limits.maxRedirects; hop += 1) {
    const answer = await hopTo(url, limits, rules, signal);
    const { location } = answer.headers;
    if (!REDIRECTS.includes(answer.status) || !location) return answer;
    url = webUrl(location, url.href);
  }
  throw new FetchFailed(start, `more than ${limits.maxRedirects} redirects; give the address they lead to`);
}

function webUrl(text: string, base: string): URL {
  const url = URL.parse(text, base);
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new FetchRefused(text, 'give an http or https address');
  // A password in an address ends in logs and on pages.
  if (url.username || url.password) throw new FetchRefused(url.host, 'leave user name and password out of the address');
  return url;
}

// One connection per hop, closed after it: polls are minutes apart, and the address check holds for what is read.
async function hopTo(url: URL, limits: Limits, rules: AddressRules, signal: AbortSignal): Promise<Fetched> {
  const pinned = await addressesOf(url, rules, signal);
  const client = new Client(url.origin, {
    connect: { lookup: pinnedLookup(pinned), timeout: limits.deadlineMs, autoSelectFamily: true },
    allowH2: false,
    pipelining: 0,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    const response = await client.request({
      method: 'GET',
      path: url.pathname + url.search,
      headers: { ...limits.headers, ...HEADERS, accept: limits.accept },
      signal,
    });
    const headers = plainHeaders(response.headers);
    if (REDIRECTS.includes(response.statusCode) && headers.location) {
      return { status: response.statusCode, url: url.href, headers, body: Buffer.alloc(0) };
    }
    const packed = await readBody(url, response, limits.maxBytes);
    return { status: response.statusCode, url: url.href, headers, body: await unpack(url, packed, headers) };
  } finally {
    client.destroy().catch(() => undefined);
  }
}

type Address = { address: string; family: number };

/** The addresses behind the URL's host that may be connected to; the connection is then made to exactly these. */
async function addressesOf(url: URL, rules: AddressRules, signal: AbortSignal): Promise<Address[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const found = await Promise.race([lookup(host, { all: true }), aborted(signal)]);
  const refusals = found.map(({ address }) => rules.refusal({ host, address, port }));
  const permitted = found.filter((_, i) => refusals[i] === undefined);
  if (permitted.length > 0) return permitted;
  const reason = refusals[0] ?? 'its host name has no address';
  throw new FetchRefused(url.href, `${reason}; PRIVATE_FETCH_ALLOW can allow it`);
}

const pinnedLookup =
  (addresses: Address[]): LookupFunction =>
  (_host, { all }, done) => {
    const [first] = addresses;
    if (all || !first) return done(null, addresses);
    done(null, first.address, first.family);
  };

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

const plainHeaders = (headers: Dispatcher.ResponseData['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]));

async function readBody(url: URL, { body }: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new FetchFailed(url.href, `it is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const isZlib = (body: Buffer): boolean => ((body[0] ?? 0) & 0x0f) === 8;
const unpackers = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  br: promisify(brotliDecompress),
  // RFC 9110 §8.4.1.2: `deflate` means zlib, and some servers send it without the wrapper.
  deflate: (body: Buffer, options: { maxOutputLength: number }) =>
    promisify(isZlib(body) ? inflate : inflateRaw)(body, options),
};

async function unpack(url: URL, packed: Buffer, headers: Record<string, string>): Promise<Buffer> {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (packed.length === 0 || coding === '' || coding === 'identity') return packed;
  const unpacker = Object.entries(unpackers).find(([name]) => name === coding)?.[1];
  if (!unpacker) throw new FetchFailed(url.href, `its content encoding ${coding} is unknown`);
  try {
    return await unpacker(packed, { maxOutputLength: UNPACKED_LIMIT });
  } catch (error) {
    const tooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new FetchFailed(url.href, tooLarge ? `it unpacks to more than ${UNPACKED_LIMIT} bytes` : `broken ${coding}`);
  }
}

const REASONS: Record<string, string> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its host name could not be looked up just now',
  ECONNREFUSED: 'the server refuses connections',
  UND_ERR_SOCKET: 'the server broke the connection off',
};

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS[code] ?? messageOf(error);
}

import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** What the DNS holds under a name; nothing is an answer too. `trouble` when nobody could say. */
export type Answer<T> = { found: T[]; trouble?: undefined } | { trouble: string; found?: undefined };

export interface Lookups {
  txt(name: string): Promise<Answer<string>>;
  mx(name: string): Promise<Answer<{ exchange: string; priority: number }>>;
  /** A and AAAA. An address stands for itself, `localhost` for this machine. */
  addresses(name: string): Promise<Answer<string>>;
  /** PTR, as it stands in the DNS: a hosts file has no say. */
  names(address: string): Promise<Answer<string>>;
}

const PATIENCE_MS = 2000;
/** A datagram may be lost; the second try starts in time for an answer within our patience. */
const TRY = { timeout: 900, tries: 2 };
const SILENCE = 'no answer within 2 seconds';
const NOTHING_THERE = ['ENOTFOUND', 'ENODATA'];

/** Asks these servers (`ip:port`), or the system's. Made anew for each round: what was just published shall be seen. */
export function createLookups(servers: string[]): Lookups {
  const resolver = new Resolver(TRY);
  if (servers.length > 0) resolver.setServers(servers);

  async function ask<T>(question: Promise<T[]>): Promise<Answer<T>> {
    const late = Promise.withResolvers<Answer<T>>();
    const timer = setTimeout(() => late.resolve({ trouble: SILENCE }), PATIENCE_MS);
    const answered = question.then(
      (found): Answer<T> => ({ found }),
      ({ code = 'unknown' }: NodeJS.ErrnoException): Answer<T> =>
        NOTHING_THERE.includes(code) ? { found: [] } : { trouble: code === 'ETIMEOUT' ? SILENCE : code },
    );
    try {
      return await Promise.race([answered, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    txt: (name) => ask(resolver.resolveTxt(name).then((records) => records.map((pieces) => pieces.join('')))),
    mx: (name) => ask(resolver.resolveMx(name)),
    names: (address) => ask(resolver.resolvePtr(reverseName(address))),
    addresses: async (name) => {
      if (isIP(name)) return { found: [name] };
      if (name === 'localhost') return { found: ['127.0.0.1'] };
      const [four, six] = await Promise.all([ask(resolver.resolve4(name)), ask(resolver.resolve6(name))]);
      const found = [...(four.found ?? []), ...(six.found ?? [])];
      const trouble = four.trouble ?? six.trouble;
      return found.length === 0 && trouble ? { trouble } : { found };
    },
  };
}

/** `1.2.0.192.in-addr.arpa` (RFC 1035 §3.5), or the nibbles of `ip6.arpa` (RFC 3596 §2.5). */
export function reverseName(address: string): string {
  if (isIP(address) === 4) return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  const [head = '', tail = ''] = address.replace(/%.*$/, '').split('::');
  const groups = (part: string) => part.split(':').filter(Boolean);
  const missing = 8 - groups(head).length - groups(tail).length;
  const all = [
    ...groups(head),
    ...Array.from({ length: address.includes('::') ? missing : 0 }, () => '0'),
    ...groups(tail),
  ];
  const nibbles = all.map((group) => group.padStart(4, '0')).join('');
  return `${[...nibbles].reverse().join('.')}.ip6.arpa`;
}

import { BlockList, isIP } from 'node:net';
import type { Answer, Lookups } from '../../platform/dns/lookups.ts';

export type SpfResult = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none';

/** Nobody can say what the record means; `permanent` when it is the record's own fault (RFC 7208 §2.6.7). */
export class SpfTrouble extends Error {
  readonly permanent: boolean;

  constructor(message: string, { permanent }: { permanent: boolean }) {
    super(message);
    this.permanent = permanent;
  }
}

interface Walk {
  ip: string;
  dns: Lookups;
  /** Terms that ask the DNS; more than ten are an error (§4.6.4). */
  asked: number;
}

const MOST_ASKED = 10;
const qualifiers: Record<string, SpfResult> = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' };
const TERM = /^([+\-~?]?)(all|include|a|mx|ip4|ip6|exists|ptr)(?::([^/]*))?((?:\/\d+)?(?:\/\/\d+)?)$/i;

export const isSpf = (text: string): boolean => /^v=spf1( |$)/i.test(text);

/** What a receiving server makes of mail from this address (RFC 7208 §4.6). @throws SpfTrouble */
export const evaluateSpf = (domain: string, ip: string, dns: Lookups): Promise<SpfResult> =>
  evaluate(domain, { ip, dns, asked: 0 });

async function evaluate(domain: string, walk: Walk): Promise<SpfResult> {
  const [record, second] = known(await walk.dns.txt(domain)).filter(isSpf);
  if (record === undefined) return 'none';
  if (second !== undefined) throw fault(`${domain} has more than one SPF record`);
  const terms = record.trim().split(/\s+/).slice(1);
  for (const term of terms.filter((text) => !/^[a-z][\w.-]*=/i.test(text))) {
    const [, sign = '', name = '', target = '', range = ''] = TERM.exec(term) ?? [];
    if (!name) throw fault(`“${term.slice(0, 80)}” in it is no SPF`);
    if (await matches(name.toLowerCase(), target, range, domain, walk)) return qualifiers[sign || '+'] ?? 'neutral';
  }
  const redirect = terms.find((term) => /^redirect=/i.test(term))?.slice('redirect='.length);
  if (!redirect) return 'neutral';
  count(walk);
  const result = await evaluate(plain(redirect), walk);
  if (result === 'none') throw fault(`it hands over to ${redirect}, which has no SPF record`);
  return result;
}

async function matches(name: string, target: string, range: string, domain: string, walk: Walk): Promise<boolean> {
  if (name === 'all') return true;
  if (name === 'ip4') return within(target, range, walk.ip);
  if (name === 'ip6') return within(target, range && `/${range}`, walk.ip);
  count(walk);
  const host = plain(target || domain);
  if (name === 'a') return holds(await walk.dns.addresses(host), range, walk.ip);
  if (name === 'mx') {
    const exchanges = known(await walk.dns.mx(host)).slice(0, MOST_ASKED);
    const answers = await Promise.all(exchanges.map(({ exchange }) => walk.dns.addresses(exchange)));
    return answers.some((answer) => holds(answer, range, walk.ip));
  }
  if (name !== 'include')
    throw new SpfTrouble(`it uses “${name}”, which is not looked into here`, { permanent: false });
  const result = await evaluate(host, walk);
  if (result === 'none') throw fault(`it includes ${host}, which has no SPF record`);
  return result === 'pass';
}

function count(walk: Walk): void {
  walk.asked += 1;
  if (walk.asked > MOST_ASKED) throw fault(`it needs more than ${MOST_ASKED} DNS lookups`);
}

/** Macros (§7) name something else for each sender; what they would say to us says nothing. */
function plain(name: string): string {
  if (name.includes('%')) throw new SpfTrouble('it uses macros, which are not looked into here', { permanent: false });
  return name;
}

const holds = (answer: Answer<string>, range: string, ip: string): boolean =>
  known(answer).some((address) => within(address, range, ip));

/** @param range `/24//64`: the first for IPv4, the second for IPv6 */
function within(address: string, range: string, ip: string): boolean {
  const family = isIP(address);
  if (family === 0) throw fault(`“${address.slice(0, 80)}” in it is no address`);
  if (family !== isIP(ip)) return false;
  const most = family === 4 ? 32 : 128;
  const [four, six] = range.split('//');
  const bits = Number((family === 4 ? four?.slice(1) : six) || most);
  if (bits > most) throw fault(`“${range}” in it is no size of a network`);
  const list = new BlockList();
  list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(ip, family === 4 ? 'ipv4' : 'ipv6');
}

function known<T>({ found, trouble }: Answer<T>): T[] {
  if (found) return found;
  throw new SpfTrouble(`the DNS server could not say (${trouble})`, { permanent: false });
}

const fault = (message: string) => new SpfTrouble(message, { permanent: true });

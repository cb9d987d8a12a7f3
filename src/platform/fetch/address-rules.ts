import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { DomainError } from '../../kernel/errors.ts';

export interface Destination {
  /** Host name as the URL gives it, without brackets. */
  host: string;
  /** One of the addresses it resolved to. */
  address: string;
  port: number;
}

export interface AddressRules {
  /** Why this destination must not be connected to; undefined when it may be. */
  refusal(destination: Destination): string | undefined;
}

// IANA special-purpose registries (RFC 6890), and two clouds' metadata services that sit on public-looking addresses.
const PRIVATE_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '168.63.129.16/32',
];
// Only global unicast is public in IPv6. That alone refuses loopback, link-local, ULA, multicast, IPv4-mapped
// addresses and NAT64; what is listed below lies inside it and tunnels to IPv4 or documents.
const PUBLIC_V6 = ['2000::/3'];
const PRIVATE_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
const WEB_PORTS = [80, 443];
const HOST_NAME = /^(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/i;

const privateV4 = listOf(PRIVATE_V4);
const publicV6 = listOf(PUBLIC_V6);
const privateV6 = listOf(PRIVATE_V6);

/**
 * What article fetching may reach: the public internet on web ports, and what `allow` names (CIDRs, addresses or
 * host names), on any port.
 * @throws DomainError for an entry that is none of these
 */
export function addressRules(allow: string[]): AddressRules {
  const hosts = new Set(allow.filter((entry) => !isRange(entry)).map(hostEntry));
  const ranges = listOf(allow.filter(isRange));
  return {
    refusal: ({ host, address, port }) => {
      if (hosts.has(nameOf(host)) || contains(ranges, address)) return undefined;
      if (!isPublic(address)) return `${host} has the private address ${address}`;
      if (!WEB_PORTS.includes(port)) return `port ${port} is not a web port`;
      return undefined;
    },
  };
}

/** Global unicast that anybody can reach. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !contains(privateV4, address);
  return contains(publicV6, address) && !contains(privateV6, address);
}

// BlockList sees an IPv4-mapped IPv6 address as the IPv4 one, so an allowed range covers both spellings.
function contains(list: BlockList, address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  if (isIPv4(plain)) return list.check(plain, 'ipv4');
  return isIPv6(plain) && list.check(plain, 'ipv6');
}

/** The root's dot at its end makes no other name. */
const nameOf = (host: string): string => host.toLowerCase().replace(/\.$/, '');

const isRange = (entry: string): boolean => entry.includes('/') || isIP(entry) !== 0;

function listOf(ranges: string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) addRange(list, range);
  return list;
}

function addRange(list: BlockList, range: string): void {
  const [address = '', bits, ...rest] = range.split('/');
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const most = family === 'ipv4' ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  const sound = /^\d+$/.test(bits ?? '0') && prefix <= most && rest.length === 0;
  if (isIP(address) === 0 || !sound) throw badEntry(range);
  list.addSubnet(address, prefix, family);
}

function hostEntry(entry: string): string {
  if (!HOST_NAME.test(entry)) throw badEntry(entry);
  return entry.toLowerCase();
}

const badEntry = (entry: string): DomainError =>
  new DomainError(
    'bad-configuration',
    'invalid',
    `PRIVATE_FETCH_ALLOW: ${entry} is neither a host name, an address nor a CIDR such as 10.1.0.0/16.`,
  );

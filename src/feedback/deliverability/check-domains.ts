import { isIP } from 'node:net';
import type { Newsletter } from '../../newsletters/newsletter.ts';
import type { Lookups } from '../../platform/dns/lookups.ts';
import type { DkimOptions } from '../../platform/mail/dkim.ts';
import type { MailIdentity } from '../../platform/mail/identity.ts';
import { parseRelay } from '../../platform/mail/relay-options.ts';
import { senderOf } from '../../platform/mail/sender.ts';
import type { Brand } from '../../platform/view/brand.ts';
import { checkDkim } from './check-dkim.ts';
import { checkDmarc } from './check-dmarc.ts';
import { checkMx } from './check-mx.ts';
import { checkPtr } from './check-ptr.ts';
import { checkSpf } from './check-spf.ts';
import { checkTls } from './check-tls.ts';
import { about, type Finding } from './finding.ts';

export interface DomainNeeds {
  newsletters: { all(): Promise<Newsletter[]>; brand(): Promise<Brand> };
  identity: MailIdentity;
  config: { dkim: DkimOptions | undefined; smtpUrls: string[] | undefined };
  baseUrl: string;
  lookups(): Lookups;
}

/** Whose names stand in our mail, and who carries it. */
export interface Names {
  /** Of the senders that readers see. */
  senders: string[];
  /** Of envelopes and bounces. */
  envelope: string;
  relays: URL[];
}

const MOST_SENDERS = 20;
const MOST_ADDRESSES = 4;

export async function namesInUse({ newsletters, identity, config }: DomainNeeds): Promise<Names> {
  const [brand, all] = await Promise.all([newsletters.brand(), newsletters.all()]);
  const inUse = all
    .filter(({ active }) => active)
    .map((newsletter) => senderOf(newsletter, brand, identity).from.address);
  const senders = new Set(inUse.map((address) => address.slice(address.lastIndexOf('@') + 1).toLowerCase()));
  const relays = (config.smtpUrls ?? []).map((text) => parseRelay(text).url);
  return { senders: [...senders].slice(0, MOST_SENDERS), envelope: identity.domain, relays };
}

/** All that others look at before they take our mail, looked at from here, at once. */
export async function checkDomains(names: Names, { config, baseUrl, lookups }: DomainNeeds): Promise<Finding[]> {
  const { envelope, senders } = names;
  if (envelope.endsWith('.localhost')) return [nameless(envelope)];
  const dns = lookups();
  const hosts = await addressesOf(names.relays, dns);
  const identities = { envelope, dkim: config.dkim?.domain.toLowerCase() };
  const found = await Promise.all([
    checkSpf(envelope, [...hosts.keys()], dns),
    checkDkim(config.dkim, dns),
    ...senders.map((domain) => checkDmarc(domain, identities, dns)),
    checkMx(envelope, nameOr(new URL(baseUrl).hostname, `inbound.${envelope}`), dns),
    ...[...hosts].map(([address, host]) => checkPtr(address, nameOr(host, `mail.${envelope}`), dns)),
    ...names.relays.map(checkTls),
  ]);
  return [...found.flat(), ...(names.relays.length === 0 ? [relayless()] : [])];
}

/** The relays' addresses, each with the name it was found under. */
async function addressesOf(relays: URL[], dns: Lookups): Promise<Map<string, string>> {
  const found = await Promise.all(
    relays.map(async ({ hostname }) => {
      const host = hostname.replace(/^\[|\]$/g, '');
      const { found: addresses = [] } = await dns.addresses(host);
      return addresses.slice(0, MOST_ADDRESSES).map((address): [string, string] => [address, host]);
    }),
  );
  return new Map(found.flat());
}

const nameOr = (host: string, fallback: string): string => (isIP(host.replace(/^\[|\]$/g, '')) ? fallback : host);

const nameless = (domain: string): Finding =>
  about('Domain', domain).wrong(
    'This newsroom has no domain of its own yet. Set BOUNCE_DOMAIN or BASE_URL to one; then there is something to look at.',
  );

const relayless = (): Finding =>
  about('Relay', 'SMTP_URL').wrong(
    'It is unset: a local mailbox catches every mail, and nothing leaves this machine. Set it to your relay.',
  );

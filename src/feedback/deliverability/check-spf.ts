import type { Lookups } from '../../platform/dns/lookups.ts';
import { isPublic } from '../../platform/fetch/address-rules.ts';
import { about, type DnsRecord, type Finding, noAnswer } from './finding.ts';
import { evaluateSpf, isSpf, SpfTrouble } from './spf.ts';

/** SPF speaks about the envelope's domain: which machines may send for it. */
export async function checkSpf(domain: string, relayAddresses: string[], dns: Lookups): Promise<Finding> {
  const { ok, wrong, unknown } = about('SPF', domain);
  const answer = await dns.txt(domain);
  if (!answer.found) return unknown(noAnswer(answer.trouble));
  const records = answer.found.filter(isSpf);
  const [record] = records;
  if (record === undefined) {
    return wrong(
      'Nobody is told which machines may send for this domain. Publish this record.',
      proposal(domain, relayAddresses),
    );
  }
  if (records.length > 1) return wrong(`There are ${records.length} SPF records, which counts as an error. Keep one.`);
  if (relayAddresses.length === 0)
    return unknown('There is a record, but the relay’s address is not known. Make sure the record names it.');
  try {
    const results = await Promise.all(relayAddresses.map((ip) => evaluateSpf(domain, ip, dns)));
    const left = relayAddresses.filter((_, n) => results[n] !== 'pass');
    if (left.length === 0) return ok(`The record names the relay’s address ${relayAddresses.join(' and ')}.`);
    const hidden = left.every((ip) => !isPublic(ip));
    if (hidden)
      return unknown(
        `The relay stands at ${left.join(' and ')}, which nobody outside sees. Make sure the record names the address it sends from.`,
      );
    if (/\b(include:|redirect=)/i.test(record))
      return unknown(
        `The record does not name ${left.join(' and ')}. If the relay sends from there and not from a service that is included, publish this one instead.`,
        proposal(domain, left, record),
      );
    return wrong(
      `The record does not name ${left.join(' and ')}, where the relay stands. Publish this one instead.`,
      proposal(domain, left, record),
    );
  } catch (error) {
    if (!(error instanceof SpfTrouble)) throw error;
    const says = `The record cannot be judged: ${error.message}.`;
    return error.permanent ? wrong(`${says} Receiving servers take that as an error; mend it.`) : unknown(says);
  }
}

/** What is there stays; the addresses go in before its last word, since nothing behind `all` is read. */
function proposal(domain: string, addresses: string[], record = 'v=spf1 -all'): DnsRecord {
  const named = addresses.filter(isPublic).map((ip) => `ip${ip.includes(':') ? 6 : 4}:${ip}`);
  const missing = named.length > 0 ? named : ['ip4:THE-ADDRESS-OF-YOUR-RELAY'];
  const terms = record.trim().split(/\s+/);
  const at = terms.findIndex((term) => /^[+\-~?]?all$|^redirect=/i.test(term));
  const place = at < 0 ? terms.length : at;
  return { name: domain, type: 'TXT', value: [...terms.slice(0, place), ...missing, ...terms.slice(place)].join(' ') };
}

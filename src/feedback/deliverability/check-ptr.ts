import { type Lookups, reverseName } from '../../platform/dns/lookups.ts';
import { isPublic } from '../../platform/fetch/address-rules.ts';
import { about, type Finding, noAnswer } from './finding.ts';

/** The relay's address must have a name, and the name must lead back to the address (RFC 8601 §3, “iprev”). */
export async function checkPtr(address: string, relayHost: string, dns: Lookups): Promise<Finding> {
  const { ok, wrong, unknown } = about('PTR', address);
  const record = { name: reverseName(address), type: 'PTR' as const, value: `${relayHost}.` };
  const answer = await dns.names(address);
  if (!answer.found) return unknown(noAnswer(answer.trouble));
  const names = answer.found.slice(0, 5);
  const back = await Promise.all(names.map((name) => dns.addresses(name)));
  const confirmed = names.find((_, n) => back[n]?.found?.includes(address));
  if (confirmed) return ok(`The address is called ${confirmed}, and that name leads back to it.`);
  if (!isPublic(address))
    return unknown('Nobody outside sees this address of the relay. Look at the one it sends from instead.');
  const trouble = back.find((one) => one.trouble)?.trouble;
  if (trouble) return unknown(noAnswer(trouble));
  if (names.length === 0)
    return wrong(
      'The address has no name, and many servers refuse mail from there. Whoever gave you the address publishes this record.',
      record,
    );
  return wrong(
    `The address is called ${names.join(' and ')}, but that name does not lead back to it. Mend its A record, or have this one published.`,
    record,
  );
}

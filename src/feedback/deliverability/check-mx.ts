import type { Lookups } from '../../platform/dns/lookups.ts';
import { about, type Finding, noAnswer } from './finding.ts';

/** Bounces and mailto-unsubscribes come back to this domain: somebody must take them. */
export async function checkMx(domain: string, ownHost: string, dns: Lookups): Promise<Finding> {
  const { ok, wrong, unknown } = about('MX', domain);
  const record = { name: domain, type: 'MX' as const, value: `10 ${ownHost}.` };
  const answer = await dns.mx(domain);
  if (!answer.found) return unknown(noAnswer(answer.trouble));
  const exchanges = answer.found.toSorted((a, b) => a.priority - b.priority).map(({ exchange }) => exchange);
  if (exchanges.length === 0)
    return wrong(
      'Bounces find no way back, so dead addresses are mailed for ever. Publish this record, with the host where Daybreak’s inbound listens on port 25.',
      record,
    );
  if (exchanges.every((exchange) => exchange === '' || exchange === '.'))
    return wrong(
      'The record says that this domain takes no mail, so no bounce comes back. Publish this one instead.',
      record,
    );
  const answers = await Promise.all(exchanges.map((exchange) => dns.addresses(exchange)));
  if (answers.some(({ found = [] }) => found.length > 0))
    return ok(
      `Bounces come back to ${exchanges.join(' and ')}. That must be where Daybreak’s inbound listens on port 25.`,
    );
  const trouble = answers.find((one) => one.trouble)?.trouble;
  if (trouble) return unknown(noAnswer(trouble));
  return wrong(
    `${exchanges.join(' and ')} has no address. Publish an A record for it, or name the host where Daybreak’s inbound listens.`,
    record,
  );
}

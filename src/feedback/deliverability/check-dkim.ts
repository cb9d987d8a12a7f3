import type { Lookups } from '../../platform/dns/lookups.ts';
import type { DkimOptions } from '../../platform/mail/dkim.ts';
import { type DkimRecord, dkimRecords } from '../../platform/mail/dkim-record.ts';
import { about, type DnsRecord, type Finding, noAnswer, tagsOf } from './finding.ts';

/** DKIM: the public half of each key that signs must stand in the DNS, and be the half of that key. */
export async function checkDkim(options: DkimOptions | undefined, dns: Lookups): Promise<Finding[]> {
  if (options) return Promise.all(dkimRecords(options).map((record) => checkKey(record, dns)));
  const unsigned = about('DKIM', 'every mail').wrong(
    'Mail goes out unsigned, and large providers refuse that. Make a key (openssl genrsa -out dkim.pem 2048) and set DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY_FILE.',
  );
  return [unsigned];
}

async function checkKey(key: DkimRecord, dns: Lookups): Promise<Finding> {
  const { ok, wrong, unknown } = about('DKIM', key.name);
  const record: DnsRecord = { name: key.name, type: 'TXT', value: key.value };
  const answer = await dns.txt(key.name);
  if (!answer.found) return unknown(noAnswer(answer.trouble));
  const [published, second] = answer.found.filter((text) => tagsOf(text).has('p'));
  if (published === undefined)
    return wrong('The key is not published, so no signature holds. Publish this record.', record);
  if (second !== undefined) return wrong('There are several keys under this name. Keep this one alone.', record);
  const tags = tagsOf(published);
  const publicKey = tags.get('p')?.replace(/\s/g, '');
  if (publicKey === '')
    return wrong('The key has been revoked. Publish this one, or sign with another selector.', record);
  if (publicKey !== key.publicKey || (tags.get('k') ?? 'rsa') !== key.type)
    return wrong(
      'Another key is published than the one that signs, so no signature holds. Publish this one instead.',
      record,
    );
  const hashes = tags.get('h')?.split(':');
  if (hashes && !hashes.map((name) => name.trim()).includes('sha256'))
    return wrong('The record forbids SHA-256, which we sign with. Publish this one instead.', record);
  if (key.bits !== undefined && key.bits < 1024)
    return wrong(`The key has ${key.bits} bits, too few to be believed. Make one of 2048 and publish it.`);
  const short =
    key.bits !== undefined && key.bits < 2048
      ? ` With ${key.bits} bits it is on the short side: take 2048 for the next one.`
      : '';
  const testing = tags
    .get('t')
    ?.split(':')
    .some((flag) => flag.trim() === 'y')
    ? ' It says t=y, “testing”: take that out once you are content.'
    : '';
  return ok(`The published key is the one that signs.${short}${testing}`);
}

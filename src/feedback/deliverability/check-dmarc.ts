import type { Lookups } from '../../platform/dns/lookups.ts';
import { about, type Finding, noAnswer, tagsOf } from './finding.ts';

interface Identities {
  /** Of the envelope, which SPF is about. */
  envelope: string;
  /** d= of our signatures. */
  dkim: string | undefined;
}

interface Policy {
  domain: string;
  record: string;
}

const MOST_STEPS = 8;
const policies = ['none', 'quarantine', 'reject'];

/** DMARC: the domain that readers see must say what to do with forgeries, and SPF or DKIM must speak for it. */
export async function checkDmarc(from: string, identities: Identities, dns: Lookups): Promise<Finding> {
  const { ok, wrong, unknown } = about('DMARC', from);
  const places = walk(from);
  const answers = await Promise.all(places.map((domain) => dns.txt(`_dmarc.${domain}`)));
  if (answers[0]?.trouble) return unknown(noAnswer(answers[0].trouble));
  const found = places.flatMap((domain, n): Policy[] =>
    (answers[n]?.found ?? []).filter(isDmarc).map((record) => ({ domain, record })),
  );
  const organisation = organisationIn(found);
  const proposal = { name: `_dmarc.${from}`, type: 'TXT' as const, value: 'v=DMARC1; p=none' };
  const [policy, second] = found.filter(({ domain }) => domain === (found[0]?.domain === from ? from : organisation));
  if (!policy)
    return wrong('There is no policy, and large providers want one of bulk senders. Publish this record.', proposal);
  if (second) return wrong(`There are several policies at _dmarc.${policy.domain}, which counts as none. Keep one.`);
  const tags = tagsOf(policy.record);
  const p = (policy.domain === from ? tags.get('p') : (tags.get('sp') ?? tags.get('p')))?.toLowerCase();
  if (p === undefined || !policies.includes(p))
    return wrong(
      `The policy at _dmarc.${policy.domain} says neither none, quarantine nor reject. Publish this one instead.`,
      {
        ...proposal,
        name: `_dmarc.${policy.domain}`,
      },
    );
  const aligned = (domain: string | undefined, mode: string | undefined) =>
    domain === from || (domain !== undefined && mode !== 's' && isRelated(domain, from, organisation ?? from));
  const [bySpf, byDkim] = [aligned(identities.envelope, tags.get('aspf')), aligned(identities.dkim, tags.get('adkim'))];
  if (!bySpf && !byDkim)
    return wrong(
      `Neither the signature (${identities.dkim ?? 'none'}) nor the envelope (${identities.envelope}) belongs to ${from}, so every mail fails. Set DKIM_DOMAIN=${from}, or give the newsletter a sender of one of theirs.`,
    );
  const by = [byDkim && 'DKIM', bySpf && 'SPF'].filter(Boolean).join(' and ');
  const soft = p === 'none' ? ' Once reports show your own mail alone, raise it to quarantine.' : '';
  const single = byDkim ? '' : ' A forwarded mail keeps only its signature: sign with a domain of the sender’s too.';
  return ok(`The policy is p=${p}, and ${by} speak${bySpf && byDkim ? '' : 's'} for this domain.${soft}${single}`);
}

const isDmarc = (text: string): boolean => /^v=DMARC1\s*(;|$)/.test(text);
/** Relaxed alignment. A parent counts without a policy of its own, as it does for whoever still goes by RFC 7489. */
const isRelated = (domain: string, from: string, organisation: string): boolean =>
  isWithin(domain, from) || isWithin(from, domain) || (isWithin(domain, organisation) && isWithin(from, organisation));
const isWithin = (domain: string, outer: string): boolean => domain === outer || domain.endsWith(`.${outer}`);

/** The domain and those above it, at most eight questions (RFC 9989 §4.10). */
function walk(domain: string): string[] {
  const labels = domain.split('.');
  const all = labels.map((_, n) => labels.slice(n).join('.'));
  return all.length <= MOST_STEPS ? all : [domain, ...all.slice(-(MOST_STEPS - 1))];
}

/** The highest that has a policy, unless a record says where the organisation begins (RFC 9989 §4.10.2). */
function organisationIn(found: Policy[]): string | undefined {
  const stated = found.find(({ record }) => tagsOf(record).get('psd') === 'n');
  const registry = found.findIndex(({ record }) => tagsOf(record).get('psd') === 'y');
  return (stated ?? (registry >= 0 ? found[registry - 1] : found.at(-1)))?.domain;
}

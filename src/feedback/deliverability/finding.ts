export interface DnsRecord {
  name: string;
  type: 'TXT' | 'MX' | 'PTR';
  value: string;
}

/** What one check found, and what to do about it in one sentence. */
export interface Finding {
  what: string;
  /** The domain, address or relay it is about. */
  of: string;
  state: 'ok' | 'wrong' | 'unknown';
  says: string;
  /** To be published as it stands. */
  record?: DnsRecord | undefined;
}

type About = Pick<Finding, 'what' | 'of'>;

export const about = (what: string, of: string) => {
  const finding =
    (state: Finding['state']) =>
    (says: string, record?: DnsRecord): Finding => ({ ...({ what, of } satisfies About), state, says, record });
  return { ok: finding('ok'), wrong: finding('wrong'), unknown: finding('unknown') };
};

export const noAnswer = (trouble: string): string =>
  `The DNS server could not say (${trouble}). Try again, or look whether DNS works on this machine.`;

/** `v=DKIM1; k=rsa; p=…` as a map; names in lower case (RFC 6376 §3.2). */
export function tagsOf(record: string): Map<string, string> {
  const pairs = record.split(';').map((tag): [string, string] => {
    const at = tag.indexOf('=');
    return at < 0 ? ['', ''] : [tag.slice(0, at).trim().toLowerCase(), tag.slice(at + 1).trim()];
  });
  return new Map(pairs.filter(([name]) => name !== ''));
}

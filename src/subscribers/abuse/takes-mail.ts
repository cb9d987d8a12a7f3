import type { Answer, Lookups } from '../../platform/dns/lookups.ts';

/** A reader looks at the button meanwhile. */
const PATIENCE_MS = 1000;
const MINUTE_MS = 60_000;
/** A domain seldom loses its mail; one that was just set up shall not wait long. */
const KEPT_MS = { yes: 60 * MINUTE_MS, no: 5 * MINUTE_MS };
/** A resolver that does not answer is left alone for a while: with none at all, no sign-up is slow but one. */
const REST_MS = 30_000;
const MOST = 10_000;

type Verdict = 'yes' | 'no' | 'unknown';

/** Whether a domain takes mail (RFC 5321 §5.1, null MX of RFC 7505). True when the DNS does not say. */
export function createMailQuestion(lookups: () => Pick<Lookups, 'mx' | 'addresses'>) {
  const known = new Map<string, { verdict: Verdict; until: number }>();
  const asking = new Map<string, Promise<Verdict>>();
  let restUntil = 0;

  async function ask(domain: string): Promise<Verdict> {
    const verdict = await Promise.race([look(domain, lookups()), silence()]);
    if (verdict === 'unknown') restUntil = performance.now() + REST_MS;
    else {
      if (known.size >= MOST) known.delete(known.keys().next().value ?? '');
      known.set(domain, { verdict, until: performance.now() + KEPT_MS[verdict] });
    }
    asking.delete(domain);
    return verdict;
  }

  return async (domain: string): Promise<boolean> => {
    const before = known.get(domain);
    if (before && before.until > performance.now()) return before.verdict !== 'no';
    if (performance.now() < restUntil) return true;
    const asked = asking.get(domain) ?? ask(domain);
    asking.set(domain, asked);
    return (await asked) !== 'no';
  };
}

async function look(domain: string, { mx, addresses }: Pick<Lookups, 'mx' | 'addresses'>): Promise<Verdict> {
  const { found } = await mx(domain);
  if (!found) return 'unknown';
  if (found.length > 0) return found.some(({ exchange }) => exchange !== '') ? 'yes' : 'no';
  return verdictOf(await addresses(domain));
}

const verdictOf = ({ found }: Answer<string>): Verdict => (found ? (found.length > 0 ? 'yes' : 'no') : 'unknown');

const silence = () => new Promise<Verdict>((resolve) => setTimeout(resolve, PATIENCE_MS, 'unknown').unref());

/** What `SMTP_URL` says about one relay. Limits count for all worker processes together. */
export interface RelayOptions {
  url: URL;
  /** The part of the messages it gets, relative to the other relays'. */
  weight: number;
  /** Open connections; null leaves each process its own number. */
  connections: number | null;
  /** Messages a second; null for no limit. */
  rate: number | null;
  /** Messages a second to one recipient domain; null for no limit. */
  domainRate: number | null;
  /** Silence after which a connection counts as lost. */
  timeoutMs: number;
}

const TIMEOUT_S = 60;
const KNOWN = ['weight', 'connections', 'rate', 'domain_rate', 'timeout'];

/**
 * `smtp://user:password@host:port?weight=3&connections=40&rate=100&domain_rate=10&timeout=60`
 * @throws Error that names the setting which cannot be used, never the address
 */
export function parseRelay(text: string): RelayOptions {
  const url = new URL(text);
  const unknown = [...url.searchParams.keys()].find((name) => !KNOWN.includes(name));
  if (unknown) throw new Error(`?${unknown}= is no setting of a relay; there are ${KNOWN.join(', ')}`);
  const number = (name: string) => {
    const given = url.searchParams.get(name);
    const value = Number(given);
    if (given !== null && !(value > 0 && value <= 100_000)) throw new Error(`?${name}= must be a number above 0`);
    return given === null ? null : value;
  };
  const whole = (name: string) => {
    const value = number(name);
    return value === null ? null : Math.max(1, Math.round(value));
  };
  return {
    url,
    weight: whole('weight') ?? 1,
    connections: whole('connections'),
    rate: number('rate'),
    domainRate: number('domain_rate'),
    timeoutMs: (number('timeout') ?? TIMEOUT_S) * 1000,
  };
}

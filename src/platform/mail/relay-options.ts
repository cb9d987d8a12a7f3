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
/** A hand-over has a few silences; all of them together must be over before its claim counts as lost. */
const LONGEST_TIMEOUT_S = 300;
const KNOWN = ['weight', 'connections', 'rate', 'domain_rate', 'timeout'];

/**
 * `smtp://user:password@host:port?weight=3&connections=40&rate=100&domain_rate=10&timeout=60`
 * @throws Error that names the setting which cannot be used, never the address
 */
export function parseRelay(text: string): RelayOptions {
  const url = new URL(text);
  if (!url.hostname) throw new Error('names no host');
  decodable(url);
  const unknown = [...url.searchParams.keys()].find((name) => !KNOWN.includes(name));
  if (unknown) throw new Error(`?${unknown}= is no setting of a relay; there are ${KNOWN.join(', ')}`);
  const number = (name: string, most = 100_000) => {
    const [given = null, ...others] = url.searchParams.getAll(name);
    const value = Number(given);
    if (others.length > 0) throw new Error(`?${name}= is given twice`);
    if (given !== null && !(value > 0 && value <= most))
      throw new Error(`?${name}= must be above 0, and ${most} at most`);
    return given === null ? null : value;
  };
  const whole = (name: string, most: number) => {
    const value = number(name, most);
    if (value !== null && !Number.isInteger(value)) throw new Error(`?${name}= must be a whole number`);
    return value;
  };
  return {
    url,
    weight: whole('weight', 100) ?? 1,
    connections: whole('connections', 1000),
    rate: number('rate'),
    domainRate: number('domain_rate'),
    timeoutMs: (number('timeout', LONGEST_TIMEOUT_S) ?? TIMEOUT_S) * 1000,
  };
}

function decodable({ username, password }: URL): void {
  try {
    decodeURIComponent(username + password);
  } catch {
    throw new Error('holds a % in user or password that encodes nothing: write it as %25');
  }
}

import type { Age } from './form-token.ts';

const WINDOW_MS = 600_000;
/** A newsroom's own street may sign up after a talk; more than this from one network is looked at. */
const MANY = 20;
/** Programs that send no token, and people faster than two seconds, are few in one network. */
const MANY_ODD = 5;
/** Networks remembered. Somebody with more than these to come from is not found by counting. */
const MOST = 100_000;

/**
 * Counts sign-ups by network. In this process' memory: what is counted decides only whether a puzzle is asked for, and
 * a row in the database for it would cost more than the sign-up itself. All begin anew every ten minutes, which needs no
 * timer for each network.
 */
export function createSuspicion() {
  let seen = new Map<string, { all: number; odd: number }>();
  let until = 0;

  /** `network` is undefined for this machine itself. */
  return (network: string | undefined, age: Age): boolean => {
    if (network === undefined) return false;
    if (performance.now() > until || seen.size > MOST) {
      seen = new Map();
      until = performance.now() + WINDOW_MS;
    }
    const counted = seen.get(network) ?? { all: 0, odd: 0 };
    counted.all += 1;
    if (age !== 'fine') counted.odd += 1;
    seen.set(network, counted);
    return counted.all > MANY || (age !== 'fine' && counted.odd > MANY_ODD);
  };
}

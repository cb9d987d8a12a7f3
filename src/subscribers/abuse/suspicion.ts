import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Age } from './form-token.ts';

const WINDOW_SECONDS = 600;
/** A newsroom's own street may sign up after a talk; more than this from one network is looked at. */
const MANY = 20;
/** Programs that send no token, and people faster than two seconds, are few in one network. */
const MANY_ODD = 5;

/**
 * Counts sign-ups by network. In this process' memory: what is counted decides only whether a puzzle is asked for, and
 * a row in the database for it would cost more than the sign-up itself.
 */
export function createSuspicion() {
  const all = new RateLimiterMemory({ points: MANY, duration: WINDOW_SECONDS, keyPrefix: 'all' });
  const odd = new RateLimiterMemory({ points: MANY_ODD, duration: WINDOW_SECONDS, keyPrefix: 'odd' });
  return {
    /** `network` is undefined for this machine itself. */
    async falls(network: string | undefined, age: Age): Promise<boolean> {
      if (network === undefined) return false;
      const [seen, seenOdd] = await Promise.all([
        all.penalty(network, 1),
        age === 'fine' ? odd.get(network) : odd.penalty(network, 1),
      ]);
      if (seen.consumedPoints > MANY) return true;
      return age !== 'fine' && (seenOdd?.consumedPoints ?? 0) > MANY_ODD;
    },
  };
}

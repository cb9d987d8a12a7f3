import type pg from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../kernel/errors.ts';

const MINUTE_S = 60;
/** From one network: more than a person mistypes, far too few to guess a password. */
const FROM_ONE = { points: 8, duration: 15 * MINUTE_S, blockDuration: 15 * MINUTE_S };
/** From all of them together: whoever owns a dozen networks may hold an account shut, but never guess its password. */
const FROM_ALL = { points: 100, duration: 60 * MINUTE_S };

class LockedOut extends DomainError {
  constructor(seconds: number) {
    const minutes = Math.max(1, Math.ceil(seconds / MINUTE_S));
    const wait = `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
    super('locked-out', 'too-many', `Too many wrong attempts. You can try to sign in again in ${wait}.`);
  }
}

export type SignInLimits = ReturnType<typeof createSignInLimits>;

/** Counts attempts in the database, so that they count for every web process. */
export function createSignInLimits(pool: pg.Pool) {
  const store = { storeClient: pool, tableName: 'sign_in_attempts', tableCreated: true, clearExpiredByTimeout: false };
  const one = new RateLimiterPostgres({ ...store, keyPrefix: 'network', ...FROM_ONE });
  const all = new RateLimiterPostgres({ ...store, keyPrefix: 'account', ...FROM_ALL });
  const account = (email: string) => email.trim().toLowerCase();

  return {
    /** Counted before the password is looked at, so that many at once are not let through. @throws LockedOut */
    attempt: async (email: string, network: string): Promise<void> => {
      try {
        await one.consume(`${account(email)} ${network}`);
        await all.consume(account(email));
      } catch (refused) {
        if (refused instanceof RateLimiterRes) throw new LockedOut(refused.msBeforeNext / 1000);
        throw refused;
      }
    },

    succeeded: async (email: string, network: string): Promise<void> => {
      await one.delete(`${account(email)} ${network}`);
      await all.delete(account(email));
    },
  };
}

import type pg from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '../kernel/errors.ts';

const MINUTE_S = 60;
/** From one network: more than a person mistypes, far too few to guess a password. */
const FROM_ONE = { points: 8, duration: 15 * MINUTE_S, blockDuration: 15 * MINUTE_S };
/** From all of them together: whoever owns a dozen networks may hold a password shut, but never guess it. */
const FROM_ALL = { points: 100, duration: 60 * MINUTE_S };
/** Refusals written down of people who are not ours: enough to see that somebody tries, too few to fill a disk. */
const STRANGERS = { points: 30, duration: 60 * MINUTE_S };

class LockedOut extends DomainError {
  /** Of all the attempts refused in this while, the one that shut the door. */
  readonly first: boolean;

  constructor({ msBeforeNext, consumedPoints }: RateLimiterRes, { points }: { points: number }) {
    const minutes = Math.max(1, Math.ceil(msBeforeNext / 1000 / MINUTE_S));
    const wait = `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
    super('locked-out', 'too-many', `Too many wrong attempts. You can try to sign in again in ${wait}.`);
    this.first = consumedPoints === points + 1;
  }
}

/** What is being tried, each counted by itself: strangers at the door shut out neither who is inside nor a passkey. */
export const tried = {
  password: (email: string) => ({ key: `address ${email.trim().toLowerCase()}`, guessable: true }),
  passwordInside: (staffId: number) => ({ key: `inside ${staffId}`, guessable: true }),
  /** Nobody guesses a signature: a limit over all networks would only let strangers shut this way too. */
  passkey: (staffId = 0) => ({ key: `passkey ${staffId}`, guessable: false }),
};

type Tried = ReturnType<(typeof tried)[keyof typeof tried]>;

export type SignInLimits = ReturnType<typeof createSignInLimits>;

/** Counts attempts in the database, so that they count for every web process. */
export function createSignInLimits(pool: pg.Pool) {
  const store = { storeClient: pool, tableName: 'sign_in_attempts', tableCreated: true, clearExpiredByTimeout: false };
  const one = new RateLimiterPostgres({ ...store, keyPrefix: 'network', ...FROM_ONE });
  const all = new RateLimiterPostgres({ ...store, keyPrefix: 'account', ...FROM_ALL });
  const strangers = new RateLimiterPostgres({ ...store, keyPrefix: 'strangers', ...STRANGERS });

  return {
    /** Counted before anything is looked at, so that many at once are not let through. @throws LockedOut */
    attempt: async ({ key, guessable }: Tried, network: string): Promise<void> => {
      await one.consume(`${key} ${network}`).catch(lockOut(FROM_ONE));
      if (guessable) await all.consume(key).catch(lockOut(FROM_ALL));
    },

    succeeded: async ({ key }: Tried, network: string): Promise<void> => {
      await one.delete(`${key} ${network}`);
      await all.delete(key);
    },

    /** Whether a refusal is worth a line in the audit log: being told to wait is one line, not one a request. */
    isNews: async (refusal: unknown, ofOurs: boolean): Promise<boolean> => {
      if (refusal instanceof DomainError && refusal.meaning === 'too-many') {
        if (!(refusal instanceof LockedOut && refusal.first)) return false;
      }
      return (
        ofOurs ||
        strangers.consume('all').then(
          () => true,
          () => false,
        )
      );
    },
  };
}

function lockOut(limit: { points: number }) {
  return (refused: unknown): never => {
    throw refused instanceof RateLimiterRes ? new LockedOut(refused, limit) : refused;
  };
}

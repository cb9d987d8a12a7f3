import type { Request, Response } from 'express';
import { DomainError } from '../kernel/errors.ts';
import { typed } from '../platform/http/input.ts';
import { networkOf } from '../platform/http/limits.ts';
import { actorOf, FRESH_MINUTES, type Reauth, staffOf } from '../platform/http/staff.ts';
import type { AuditStore } from './audit-store.ts';
import type { Door } from './door.ts';
import { type SignInLimits, tried } from './sign-in-limits.ts';

interface Needs {
  door: Pick<Door, 'provePassword'>;
  audit: AuditStore;
  signInLimits: SignInLimits;
}

class ConfirmIdentity extends DomainError {
  constructor(message: string) {
    super('confirm-identity', 'unauthorised', message);
  }
}

const MINUTE_MS = 60_000;

/** Whoever finds a browser signed in is not its owner yet: what matters asks for the password once more. */
export function createReauth({ door, audit, signInLimits }: Needs) {
  /** Every password typed inside passes here: a session left open must not be a place to guess it from. */
  async function withPassword<T>(req: Request, res: Response, act: (password: string) => Promise<T>): Promise<T> {
    const trying = tried.passwordInside(staffOf(res).id);
    try {
      await signInLimits.attempt(trying, networkOf(req));
      const value = await act(typed(req.body?.password));
      await signInLimits.succeeded(trying, networkOf(req));
      return value;
    } catch (error) {
      if (await signInLimits.isNews(error, true)) await audit.note({ ...actorOf(req, res), act: 'password.refused' });
      throw error;
    }
  }

  // By the machine's own clock, as sessions are dated.
  const isFresh: Reauth['isFresh'] = (res, minutes = FRESH_MINUTES) =>
    Date.now() - staffOf(res).signedInAt.getTime() < minutes * MINUTE_MS;

  const require: Reauth['require'] = async (req, res, minutes = FRESH_MINUTES) => {
    if (isFresh(res, minutes)) return;
    if (!typed(req.body?.password)) {
      throw new ConfirmIdentity(
        `You signed in more than ${minutes} minutes ago. Type your password, to show that it is you; or sign out and in again.`,
      );
    }
    await withPassword(req, res, (password) => door.provePassword(password, req.headers)).catch((error) => {
      if (!(error instanceof DomainError) || error.meaning !== 'unauthorised') throw error;
      throw new ConfirmIdentity('This is not your password, so nothing was done. Please type it again.');
    });
  };

  return { isFresh, require, withPassword };
}

import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from '../kernel/errors.ts';
import type { Auth } from './auth.ts';
import { type Answer, type Entered, orElse, web, webOutside } from './auth-call.ts';

export interface NewSecondFactor {
  /** `otpauth://totp/…`, for an authenticator app. */
  uri: string;
  /** Each opens the door once, should the app be lost. */
  recoveryCodes: string[];
}

interface Verified {
  headers: Headers;
  response: { user?: { id: string; email?: string | null } | undefined };
}

class WrongCode extends DomainError {
  constructor() {
    super('wrong-code', 'unauthorised', 'This code is not right, or no longer. Please type the one shown now.');
  }
}

class StepOver extends DomainError {
  constructor() {
    super(
      'sign-in-again',
      'unauthorised',
      'This sign-in took too long, or too many codes. Start again with your password.',
    );
  }
}

class CodesLocked extends DomainError {
  constructor() {
    super('locked-out', 'too-many', 'Too many wrong codes. Wait a quarter of an hour, then sign in again.');
  }
}

const OVER = ['INVALID_TWO_FACTOR_COOKIE', 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE'];

/** Six digits from an app, and codes for whoever lost it. */
export function createSecondFactor(auth: () => Promise<Auth>, wrongPassword: () => DomainError) {
  return {
    /** The second step of signing in: six digits from the app, or a recovery code. @throws WrongCode; StepOver; CodesLocked */
    enterCode: async (code: string, headers: IncomingHttpHeaders): Promise<Answer<Entered>> => {
      const { api } = await auth();
      const call = { body: { code }, headers: webOutside(headers), returnHeaders: true as const };
      const verified = /^\d{6}$/.test(code) ? api.verifyTOTP(call) : api.verifyBackupCode(call);
      const { headers: out, response } = await orElse<Verified>(verified, ({ statusCode, body }) => {
        if (statusCode === 429) return new CodesLocked();
        return OVER.includes(body?.code ?? '') ? new StepOver() : new WrongCode();
      });
      return {
        value: { id: Number(response.user?.id), email: response.user?.email ?? '' },
        cookies: out.getSetCookie(),
      };
    },

    /** Whose password opened the first step. Proves nothing. */
    whoseCode: async ({ cookie = '' }: IncomingHttpHeaders): Promise<Entered | undefined> => {
      const { internalAdapter } = await (await auth()).$context;
      const step = /\.two_factor=(2fa-[\w-]+)\./.exec(cookie)?.[1];
      const found = step && (await internalAdapter.findVerificationValue(step));
      const user = found && (await internalAdapter.findUserById(found.value));
      return user ? { id: Number(user.id), email: user.email } : undefined;
    },

    /** The first code of a second factor that has been begun: from here on it is asked for. @throws WrongCode */
    confirmSecondFactor: async (code: string, headers: IncomingHttpHeaders): Promise<string[]> => {
      const { api } = await auth();
      const { headers: out } = await orElse(
        api.verifyTOTP({ body: { code }, headers: web(headers), returnHeaders: true }),
        () => new WrongCode(),
      );
      return out.getSetCookie();
    },

    /** Not asked for until a first code has been entered. @throws WrongPassword */
    beginSecondFactor: async (password: string, headers: IncomingHttpHeaders): Promise<NewSecondFactor> => {
      const { api } = await auth();
      const begun = await orElse(api.enableTwoFactor({ body: { password }, headers: web(headers) }), wrongPassword);
      if (begun.method !== 'totp') throw new Error('a second factor other than TOTP was begun');
      return { uri: begun.totpURI, recoveryCodes: begun.backupCodes };
    },

    /** @throws WrongPassword */
    endSecondFactor: async (password: string, headers: IncomingHttpHeaders): Promise<string[]> => {
      const { api } = await auth();
      const { headers: out } = await orElse(
        api.disableTwoFactor({ body: { password }, headers: web(headers), returnHeaders: true }),
        wrongPassword,
      );
      return out.getSetCookie();
    },
  };
}

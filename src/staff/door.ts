import type { IncomingHttpHeaders } from 'node:http';
import type pg from 'pg';
import { DomainError } from '../kernel/errors.ts';
import type { Role, Staff } from '../platform/http/staff.ts';
import type { Auth } from './auth.ts';

interface Needs {
  pool: pg.Pool;
  baseUrl: string;
  secret: string;
}

/** `cookies` are the `Set-Cookie` lines that belong to it. */
interface Answer<Value> {
  value: Value;
  cookies: string[];
}

export interface Session {
  id: number;
  token: string;
  ip: string;
  browser: string;
  since: Date;
}

interface Entered {
  id: number;
  email: string;
}

interface Verified {
  headers: Headers;
  response: { user?: { id: string; email?: string | null } | undefined };
}

export interface NewSecondFactor {
  /** `otpauth://totp/…`, for an authenticator app. */
  uri: string;
  /** Each opens the door once, should the app be lost. */
  recoveryCodes: string[];
}

class WrongPassword extends DomainError {
  constructor() {
    super('wrong-password', 'unauthorised', 'This address and this password do not belong together.');
  }
}

class WrongCode extends DomainError {
  constructor() {
    super('wrong-code', 'unauthorised', 'This code is not right, or no longer. Please type the one shown now.');
  }
}

export type Door = ReturnType<typeof createDoor>;

/** Who may come into the console. What better-auth says and throws goes no further than this file. */
export function createDoor(needs: Needs) {
  let loading: Promise<Auth> | undefined;
  // Workers never ask who is there, and need not carry the library.
  const auth = () => {
    loading ??= import('./auth.ts').then(({ createAuth }) => createAuth(needs));
    return loading;
  };

  return {
    /** Undefined for a visitor who is not signed in, or no longer staff. */
    whoIs: async (headers: IncomingHttpHeaders): Promise<Answer<Staff | undefined>> => {
      const { api } = await auth();
      const { headers: out, response } = await api.getSession({ headers: web(headers), returnHeaders: true });
      if (!response || response.user.disabledAt) return { value: undefined, cookies: out.getSetCookie() };
      const { user, session } = response;
      const value = {
        ...{ id: Number(user.id), name: user.name, email: user.email, role: user.role as Role },
        ...{ twoFactor: user.twoFactorEnabled === true, sessionToken: session.token, signedInAt: session.createdAt },
      };
      return { value, cookies: out.getSetCookie() };
    },

    /** @throws WrongPassword, in the same words for an unknown address */
    signIn: async (email: string, password: string, headers: IncomingHttpHeaders): Promise<Answer<'in' | 'code'>> => {
      const { api } = await auth();
      const body = { email, password };
      const { headers: out, response } = await orElse(
        api.signInEmail({ body, headers: web(headers), returnHeaders: true }),
        WrongPassword,
      );
      return { value: 'twoFactorRedirect' in response ? 'code' : 'in', cookies: out.getSetCookie() };
    },

    /** The second step of signing in: six digits from the app, or a recovery code. @throws WrongCode */
    enterCode: async (code: string, headers: IncomingHttpHeaders): Promise<Answer<Entered>> => {
      const { api } = await auth();
      const call = { body: { code }, headers: web(headers), returnHeaders: true as const };
      const verified = /^\d{6}$/.test(code) ? api.verifyTOTP(call) : api.verifyBackupCode(call);
      const { headers: out, response } = await orElse<Verified>(verified, WrongCode);
      return {
        value: { id: Number(response.user?.id), email: response.user?.email ?? '' },
        cookies: out.getSetCookie(),
      };
    },

    /** The first code of a second factor that has been begun: from here on it is asked for. @throws WrongCode */
    confirmSecondFactor: async (code: string, headers: IncomingHttpHeaders): Promise<string[]> => {
      const { api } = await auth();
      const { headers: out } = await orElse(
        api.verifyTOTP({ body: { code }, headers: web(headers), returnHeaders: true }),
        WrongCode,
      );
      return out.getSetCookie();
    },

    signOut: async (headers: IncomingHttpHeaders): Promise<string[]> => {
      const { api } = await auth();
      const { headers: out } = await api.signOut({ headers: web(headers), returnHeaders: true });
      return out.getSetCookie();
    },

    /** Where there was none yet, as after an invitation; sessions opened with an old one end. */
    setPassword: async (staffId: number, password: string): Promise<void> => {
      const { internalAdapter, password: hasher } = await (await auth()).$context;
      const userId = String(staffId);
      const hash = await hasher.hash(password);
      const accounts = await internalAdapter.findAccounts(userId);
      const known = accounts.some(({ providerId }) => providerId === 'credential');
      if (known) await internalAdapter.updatePassword(userId, hash);
      else await internalAdapter.createAccount({ userId, providerId: 'credential', accountId: userId, password: hash });
      await internalAdapter.deleteUserSessions(userId);
    },

    /** Not asked for until a first code has been entered. @throws WrongPassword */
    beginSecondFactor: async (password: string, headers: IncomingHttpHeaders): Promise<NewSecondFactor> => {
      const { api } = await auth();
      const begun = await orElse(api.enableTwoFactor({ body: { password }, headers: web(headers) }), WrongPassword);
      if (begun.method !== 'totp') throw new Error('a second factor other than TOTP was begun');
      return { uri: begun.totpURI, recoveryCodes: begun.backupCodes };
    },

    /** @throws WrongPassword */
    endSecondFactor: async (password: string, headers: IncomingHttpHeaders): Promise<string[]> => {
      const { api } = await auth();
      const { headers: out } = await orElse(
        api.disableTwoFactor({ body: { password }, headers: web(headers), returnHeaders: true }),
        WrongPassword,
      );
      return out.getSetCookie();
    },

    sessions: async (headers: IncomingHttpHeaders): Promise<Session[]> => {
      const { api } = await auth();
      const sessions = await api.listSessions({ headers: web(headers) });
      return sessions.map(({ id, token, ipAddress, userAgent, createdAt }) => ({
        ...{ id: Number(id), token, ip: ipAddress ?? '', browser: userAgent ?? '', since: createdAt },
      }));
    },

    endSession: async (token: string, headers: IncomingHttpHeaders): Promise<void> => {
      const { api } = await auth();
      await api.revokeSession({ body: { token }, headers: web(headers) });
    },

    /** Sessions end and the password is forgotten: to come back takes a new invitation. */
    shutOut: async (staffId: number): Promise<void> => {
      const { internalAdapter } = await (await auth()).$context;
      await internalAdapter.deleteAccounts(String(staffId));
      await internalAdapter.deleteUserSessions(String(staffId));
    },
  };
}

/** Of all that a request carries only the cookies, and what a session remembers of its browser. */
function web({ cookie = '', 'user-agent': browser = '' }: IncomingHttpHeaders): Headers {
  return new Headers({ cookie, 'user-agent': browser.slice(0, 300) });
}

/** What the library refuses, it throws with a status; anything else is a fault of ours. */
async function orElse<T>(call: Promise<T>, Refusal: new () => DomainError): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const { statusCode } = error as { statusCode?: unknown };
    if (typeof statusCode === 'number' && statusCode < 500) throw new Refusal();
    throw error;
  }
}

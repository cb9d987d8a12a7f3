import type { IncomingHttpHeaders } from 'node:http';
import type pg from 'pg';
import { DomainError } from '../kernel/errors.ts';
import type { Role, Staff } from '../platform/http/staff.ts';
import type { Auth } from './auth.ts';
import { type Answer, orElse, web } from './auth-call.ts';
import { createPasskeys } from './passkeys.ts';
import { createSecondFactor } from './second-factor.ts';

interface Needs {
  pool: pg.Pool;
  baseUrl: string;
  /** Newest first. */
  secrets: string[];
}

export interface Session {
  id: number;
  token: string;
  ip: string;
  browser: string;
  since: Date;
}

class WrongPassword extends DomainError {
  constructor() {
    super('wrong-password', 'unauthorised', 'This address and this password do not belong together.');
  }
}

export type Door = ReturnType<typeof createDoor>;

/** Who may come into the console. What better-auth says and throws goes no further than this file and the two it joins. */
export function createDoor(needs: Needs) {
  let loading: Promise<Auth> | undefined;
  // Workers never ask who is there, and need not carry the library.
  const auth = () => {
    loading ??= import('./auth.ts').then(({ createAuth }) => createAuth(needs));
    return loading;
  };

  const wrongPassword = () => new WrongPassword();
  const passkeys = createPasskeys(auth);

  return {
    ...createSecondFactor(auth, wrongPassword),
    ...passkeys,

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
        wrongPassword,
      );
      return { value: 'twoFactorRedirect' in response ? 'code' : 'in', cookies: out.getSetCookie() };
    },

    /** Of whoever is in already. @throws WrongPassword */
    provePassword: async (password: string, headers: IncomingHttpHeaders): Promise<void> => {
      const { api } = await auth();
      await orElse(api.verifyPassword({ body: { password }, headers: web(headers) }), wrongPassword);
    },

    signOut: async (headers: IncomingHttpHeaders): Promise<string[]> => {
      const { api } = await auth();
      const { headers: out } = await api.signOut({ headers: web(headers), returnHeaders: true });
      return out.getSetCookie();
    },

    /** Where there was none yet, as after an invitation; sessions opened with an old one end, and so do passkeys. */
    setPassword: async (staffId: number, password: string): Promise<void> => {
      const { internalAdapter, password: hasher } = await (await auth()).$context;
      const userId = String(staffId);
      const hash = await hasher.hash(password);
      const accounts = await internalAdapter.findAccounts(userId);
      const known = accounts.some(({ providerId }) => providerId === 'credential');
      if (known) await internalAdapter.updatePassword(userId, hash);
      else await internalAdapter.createAccount({ userId, providerId: 'credential', accountId: userId, password: hash });
      await passkeys.forgetPasskeys(staffId);
      await internalAdapter.deleteUserSessions(userId);
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

    /** Sessions end, password and passkeys are forgotten: to come back takes a new invitation. */
    shutOut: async (staffId: number): Promise<void> => {
      const { internalAdapter } = await (await auth()).$context;
      await internalAdapter.deleteAccounts(String(staffId));
      await passkeys.forgetPasskeys(staffId);
      await internalAdapter.deleteUserSessions(String(staffId));
    },
  };
}

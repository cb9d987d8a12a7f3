import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { twoFactor } from 'better-auth/plugins';
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { keyNumberOf } from '../kernel/tokens.ts';
import { LONGEST, SHORTEST } from './password.ts';

export type Auth = ReturnType<typeof createAuth>;

interface Needs {
  pool: pg.Pool;
  baseUrl: string;
  /** Newest first. */
  secrets: string[];
}

const HOUR_S = 3600;

/**
 * Passwords, second factors and sessions. Its HTTP handler is not mounted: our own forms call it, so that signing in
 * works without JavaScript, and everything passes our limits and the audit log.
 */
export function createAuth({ pool, baseUrl, secrets }: Needs) {
  const { origin, hostname, protocol } = new URL(baseUrl);
  const secure = protocol === 'https:';
  const db = new Kysely({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] });
  return betterAuth({
    appName: 'Daybreak',
    baseURL: baseUrl,
    basePath: '/console/auth',
    // Second factors are encrypted, each under a secret that it names. Those of before there were names have the oldest.
    secrets: secrets.map((value) => ({ version: keyNumberOf(value), value })),
    secret: secrets.at(-1),
    database: { db, type: 'postgres' },
    telemetry: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: SHORTEST,
      maxPasswordLength: LONGEST,
      revokeSessionsOnPasswordReset: true,
    },
    user: {
      modelName: 'staff',
      additionalFields: {
        role: { type: 'string', input: false },
        disabledAt: { type: 'date', required: false, input: false },
      },
    },
    // Who must show again who they are is decided by our own routes; the library would refuse to list sessions after a day.
    session: { modelName: 'staff_sessions', expiresIn: 12 * HOUR_S, updateAge: HOUR_S, freshAge: 0 },
    account: { modelName: 'staff_accounts' },
    verification: { modelName: 'staff_verifications' },
    advanced: {
      // No neighbour under the same domain can set a cookie of such a name (RFC 6265bis §4.1.3.2), which wants the path `/`.
      // The library would only put `__Secure-` before it.
      cookiePrefix: secure ? '__Host-daybreak' : 'daybreak',
      useSecureCookies: false,
      defaultCookieAttributes: { path: secure ? '/' : '/console', secure, sameSite: 'lax', httpOnly: true },
      database: { generateId: 'serial' },
    },
    plugins: [
      twoFactor({ issuer: 'Daybreak', twoFactorTable: 'staff_two_factors' }),
      passkey({
        rpName: 'Daybreak',
        rpID: hostname,
        origin,
        // Nobody types an address first, so the device must find the key, and know its owner, by itself.
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        registration: {
          afterVerification: async ({ verification }) => mustKnowOwner(verification.registrationInfo?.userVerified),
        },
        authentication: {
          afterVerification: ({ verification }) => mustKnowOwner(verification.authenticationInfo.userVerified),
        },
        // Kysely reads the column back as `credentialId`.
        schema: { passkey: { modelName: 'staff_passkeys', fields: { credentialID: 'credentialId' } } },
        advanced: { webAuthnChallengeCookie: 'passkey' },
      }),
    ],
  });
}

/** A passkey stands for both factors: one that was merely touched is only the first. The library asks, but does not check. */
function mustKnowOwner(verified: boolean | undefined): void {
  if (!verified) throw new APIError('UNAUTHORIZED');
}

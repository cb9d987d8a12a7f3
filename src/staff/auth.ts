import { betterAuth } from 'better-auth';
import { twoFactor } from 'better-auth/plugins';
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { LONGEST, SHORTEST } from './password.ts';

export type Auth = ReturnType<typeof createAuth>;

interface Needs {
  pool: pg.Pool;
  baseUrl: string;
  secret: string;
}

const HOUR_S = 3600;

/**
 * Passwords, second factors and sessions. Its HTTP handler is not mounted: our own forms call it, so that signing in
 * works without JavaScript, and everything passes our limits and the audit log.
 */
export function createAuth({ pool, baseUrl, secret }: Needs) {
  const db = new Kysely({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] });
  return betterAuth({
    appName: 'Daybreak',
    baseURL: baseUrl,
    basePath: '/console/auth',
    secret,
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
    session: { modelName: 'staff_sessions', expiresIn: 12 * HOUR_S, updateAge: HOUR_S },
    account: { modelName: 'staff_accounts' },
    verification: { modelName: 'staff_verifications' },
    advanced: {
      cookiePrefix: 'daybreak',
      useSecureCookies: baseUrl.startsWith('https:'),
      defaultCookieAttributes: { path: '/console', sameSite: 'lax', httpOnly: true },
      database: { generateId: 'serial' },
    },
    plugins: [twoFactor({ issuer: 'Daybreak', twoFactorTable: 'staff_two_factors' })],
  });
}

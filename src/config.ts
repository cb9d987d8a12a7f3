import { isIP } from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import { DomainError, messageOf } from './kernel/errors.ts';
import { parseRelay } from './platform/mail/relay-options.ts';
import { spamdAddress } from './platform/mail/spam-check.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
const secret = z
  .string()
  .refine((text) => Buffer.byteLength(text) >= 32, 'must be at least 32 bytes: try `openssl rand -base64 32`');
/** A secret chosen before there was a list may hold a comma: such a list is written as JSON. */
const secrets = z.string().transform((text, check) => {
  try {
    return text.startsWith('[') ? JSON.parse(text) : list.parse(text);
  } catch {
    check.addIssue('must be a list separated by commas, or a JSON array of strings');
    return z.NEVER;
  }
});
/** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353` */
const dnsServer = z.string().refine((text) => {
  const [, bracketed, plain = text, at = '53'] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return isIP(bracketed ?? plain) !== 0 && Number(at) > 0 && Number(at) <= 65_535;
}, 'must be addresses such as 192.0.2.53 or 192.0.2.53:5353, separated by commas');
const smtpUrl = z
  .url({ protocol: /^smtps?$/, error: 'must be smtp://host:port or smtps://…' })
  .superRefine((url, ctx) => {
    try {
      parseRelay(url);
    } catch (error) {
      ctx.addIssue(messageOf(error));
    }
  });

const variables = z.object({
  NODE_ENV: z.string().default('development'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be postgres://…' }).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be redis://…' }).optional(),
  SMTP_URL: list.pipe(z.array(smtpUrl).min(1)).optional(),
  PORT: port.default(3000),
  HOST: z.string().default('127.0.0.1'),
  BASE_URL: z.url({ protocol: /^https?$/, error: 'must be http(s)://…' }).optional(),
  DATA_DIR: z.string().default('.data'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DAYBREAK_SECRET: secret.optional(),
  DAYBREAK_OLD_SECRETS: secrets.pipe(z.array(secret)).default([]),
  INBOUND_SMTP_PORT: port.default(2525),
  BOUNCE_DOMAIN: z
    .string()
    .regex(/^[a-z0-9.-]+$/i, 'must be a domain name')
    .optional(),
  DKIM_DOMAIN: z.string().optional(),
  DKIM_SELECTOR: list.optional(),
  DKIM_PRIVATE_KEY_FILE: list.optional(),
  DNS_SERVERS: list.pipe(z.array(dnsServer)).default([]),
  PRIVATE_FETCH_ALLOW: list.default([]),
  SPAMASSASSIN: z
    .string()
    .transform(spamdAddress)
    .refine((address) => address !== undefined, 'must be host:port, or the path of a socket')
    .optional(),
  UNDO_SECONDS: z.coerce.number().int().min(0).max(3600).default(20),
  TEMPLATES_DIR: z.string().optional(),
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
});

export type Config = ReturnType<typeof readConfig>;

export class ConfigError extends DomainError {
  constructor(problems: string[]) {
    super('bad-configuration', 'invalid', `Daybreak cannot start with this environment:\n  ${problems.join('\n  ')}`);
  }
}

/**
 * Reads and checks the environment; an empty value counts as unset.
 * @throws ConfigError that names every variable at fault, and never prints a value
 */
export function readConfig(env: Record<string, string | undefined> = process.env) {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = variables.safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((i) => `${i.path[0]?.toString()}: ${i.message}`));
  const v = parsed.data;
  const production = v.NODE_ENV === 'production';
  if (production && !v.DAYBREAK_SECRET) throw new ConfigError(['DAYBREAK_SECRET: required when NODE_ENV=production']);
  return {
    production,
    databaseUrl: v.DATABASE_URL,
    redisUrl: v.REDIS_URL,
    smtpUrls: v.SMTP_URL,
    port: v.PORT,
    host: v.HOST,
    baseUrl: v.BASE_URL?.replace(/\/+$/, ''),
    dataDir: path.resolve(v.DATA_DIR),
    logLevel: v.LOG_LEVEL,
    secret: v.DAYBREAK_SECRET,
    /** Newest first. The last one keys the hashes of suppressed addresses. */
    oldSecrets: v.DAYBREAK_OLD_SECRETS,
    inboundPort: v.INBOUND_SMTP_PORT,
    inboundPortGiven: 'INBOUND_SMTP_PORT' in given,
    bounceDomain: v.BOUNCE_DOMAIN,
    dkim: readDkim(v),
    dnsServers: v.DNS_SERVERS,
    privateFetchAllow: v.PRIVATE_FETCH_ALLOW,
    spamassassin: v.SPAMASSASSIN,
    undoSeconds: v.UNDO_SECONDS,
    templatesDir: v.TEMPLATES_DIR && path.resolve(v.TEMPLATES_DIR),
    /** How many reverse proxies stand in front and may be believed about the client's address. */
    trustProxy: v.TRUST_PROXY,
  };
}

function readDkim(v: z.infer<typeof variables>) {
  const { DKIM_DOMAIN: domain, DKIM_SELECTOR: selectors, DKIM_PRIVATE_KEY_FILE: keyFiles } = v;
  if (!domain && !selectors && !keyFiles) return undefined;
  if (!domain || !selectors?.length || !keyFiles?.length) {
    throw new ConfigError([
      'DKIM_DOMAIN, DKIM_SELECTOR, DKIM_PRIVATE_KEY_FILE: give all three, or none to send unsigned',
    ]);
  }
  if (selectors.length !== keyFiles.length) {
    throw new ConfigError(['DKIM_SELECTOR, DKIM_PRIVATE_KEY_FILE: name one selector for each key file']);
  }
  return { domain, keys: selectors.map((selector, n) => ({ selector, keyFile: keyFiles[n] ?? '' })) };
}

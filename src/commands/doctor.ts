import { boot } from '../boot.ts';
import type { Context } from '../context.ts';
import { addressKey } from '../kernel/email-address.ts';
import { messageOf } from '../kernel/errors.ts';
import { type Command, print } from './command.ts';

interface Finding {
  level: 'ok' | 'advice' | 'fault';
  text: string;
}

const signs: Record<Finding['level'], string> = { ok: '✓', advice: '!', fault: '✗' };

export const doctor: Command = {
  name: 'doctor',
  summary: 'Checks what a newsroom in earnest needs, and says what to do about the rest.',
  details: '  Ends with 1 when something would keep mail from going out.',
  run: async ({ config, log }) => {
    const { context, close } = await boot({ config, log, migrations: 'own' });
    try {
      const { brand } = context.newsletters;
      const findings: Finding[] = [
        await tried('database', () => context.pool.query('select 1')),
        await tried(`queue (${context.backend.name})`, () => context.producer.ping()),
        await tried('relay', () => context.mailer.verify()),
        config.smtpUrls
          ? ok('SMTP_URL is set')
          : advice('SMTP_URL is unset: a local mailbox catches every mail, none is delivered'),
        config.dkim
          ? ok(`mail is signed for ${config.dkim.domain}`)
          : advice('mail is unsigned: set DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY_FILE'),
        config.bounceDomain
          ? ok(`bounces come back to ${config.bounceDomain}`)
          : advice('BOUNCE_DOMAIN is unset: bounces cannot come back from outside'),
        publicAddress(config.baseUrl),
        config.redisUrl
          ? ok('REDIS_URL is set')
          : advice('REDIS_URL is unset: queues run on PostgreSQL, fine for a small newsroom'),
        config.secret
          ? ok('DAYBREAK_SECRET is set')
          : advice('DAYBREAK_SECRET is unset: links are signed with the one in DATA_DIR'),
        ...(await spamd(context)),
        ...ownTemplates(context),
        ...(await hashKept(context)),
        advice(
          `every mail ends with "${(await brand()).postalAddress}": \`npm run daybreak -- brand --postal-address …\` changes it`,
        ),
      ];
      for (const { level, text } of findings) print(`${signs[level]} ${text}`);
      return findings.some(({ level }) => level === 'fault') ? 1 : 0;
    } finally {
      await close();
    }
  },
};

const SPAMD_MS = 10_000;

const ok = (text: string): Finding => ({ level: 'ok', text });
const advice = (text: string): Finding => ({ level: 'advice', text });

/** Suppressions are of no use when an address no longer makes the hash it made once. */
async function hashKept({ readers, tokens }: Pick<Context, 'readers' | 'tokens'>): Promise<Finding[]> {
  const found = [await readers.oldest(), ...(await readers.newest(null, 1))];
  const kept = await Promise.all(
    found.map((reader) => !reader || readers.hasHash(reader.id, tokens.mac('suppression', addressKey(reader.email)))),
  );
  if (kept.every(Boolean)) return [];
  const text =
    'suppressed addresses are not recognised: the first secret is missing at the end of DAYBREAK_OLD_SECRETS';
  return [{ level: 'fault', text }];
}

/** Nothing waits for it: a mail goes out whether it answers or not. */
async function spamd({ spamCheck }: Pick<Context, 'spamCheck'>): Promise<Finding[]> {
  if (!spamCheck) return [];
  const mail = Buffer.from('Subject: Daybreak asks\r\n\r\nWhat do you make of it?\r\n');
  const { level, text } = await tried('SpamAssassin', () => spamCheck(mail, AbortSignal.timeout(SPAMD_MS)));
  return [level === 'ok' ? ok(text) : advice(text)];
}

function ownTemplates({ templates }: Pick<Context, 'templates'>): Finding[] {
  if (!templates) return [ok('mails look as Daybreak brings them: TEMPLATES_DIR is unset')];
  const { folder, files } = templates;
  const uncut = [...files].filter(([name, { text }]) => /^emails\/digest\./.test(name) && !/\bcut(Tag)?\b/.test(text));
  return [
    ok(`templates from ${folder} are laid before Daybreak's own: ${[...files.keys()].join(', ')}`),
    ...uncut.map(([name]) =>
      advice(`${name} has no cuts: each set of articles is laid out whole, which takes longer (docs/templates.md)`),
    ),
  ];
}

const publicAddress = (baseUrl: string | undefined): Finding =>
  baseUrl?.startsWith('https:')
    ? ok(`links point to ${baseUrl}`)
    : advice('BASE_URL is not https: mailbox providers want one-click links over https (RFC 8058)');

async function tried(what: string, work: () => Promise<unknown>): Promise<Finding> {
  try {
    await work();
    return ok(`${what} answers`);
  } catch (error) {
    return { level: 'fault', text: `${what} does not answer: ${messageOf(error)}` };
  }
}

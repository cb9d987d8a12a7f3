import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { articleFromUrl } from './articles/article-from-url.ts';
import type { Config } from './config.ts';
import { withArchiveUrl } from './deliveries/archive-view.ts';
import { createClaimStore } from './deliveries/claim-store.ts';
import { EditionMails } from './deliveries/edition-mail.ts';
import { createLatestEditionStore } from './deliveries/latest-edition-store.ts';
import { Lease } from './deliveries/lease.ts';
import { Progress } from './deliveries/progress.ts';
import { Refusals } from './deliveries/refusals.ts';
import { linkAnswers } from './editions/link-answers.ts';
import { mendVariant } from './editions/mend-variant.ts';
import { type Clock, systemClock } from './kernel/clock.ts';
import type { Log } from './kernel/log.ts';
import { Tokens } from './kernel/tokens.ts';
import { keepForReaders } from './newsletters/kept.ts';
import type { Newsletter } from './newsletters/newsletter.ts';
import { createNewsletterStore } from './newsletters/store.ts';
import { createDb, createKeyedPool, createPool } from './platform/db/pool.ts';
import { createLookups } from './platform/dns/lookups.ts';
import { createFetcher } from './platform/fetch/guarded-fetch.ts';
import { createSigner } from './platform/mail/dkim.ts';
import { MailIdentity } from './platform/mail/identity.ts';
import type { Mailbox } from './platform/mail/mailbox.ts';
import { createMailer } from './platform/mail/mailer.ts';
import { createSpamCheck } from './platform/mail/spam-check.ts';
import { queueBackend } from './platform/queue/backend.ts';
import { createLive } from './platform/queue/live.ts';
import { Producer } from './platform/queue/producer.ts';
import { createEmails } from './platform/view/emails.ts';
import { createMessages } from './platform/view/messages.ts';
import type { OwnTemplates } from './platform/view/own-templates.ts';
import { createPages } from './platform/view/pages.ts';
import { createDoor } from './staff/door.ts';
import { createReauth } from './staff/reauth-routes.ts';
import { createSignInLimits } from './staff/sign-in-limits.ts';
import { createStores } from './stores.ts';
import { createScreen } from './subscribers/abuse/screen.ts';
import { createRecorder } from './subscribers/record-sign-ups.ts';
import { reschedule } from './subscribers/reschedule.ts';
import { createSignUpStore } from './subscribers/sign-up-store.ts';

/** What differs between one process and the next: addresses resolved, secret found, clock chosen. */
export interface Surroundings {
  config: Config;
  databaseUrl: string;
  smtpUrls: string[];
  baseUrl: string;
  secret: string;
  log: Log;
  clock?: Clock;
  mailbox?: Mailbox | undefined;
  /** Mail templates of the newsroom's own. */
  templates?: OwnTemplates | undefined;
  /** True when nothing was configured: the first page shows a sample newsroom. */
  sampleMode?: boolean;
}

/**
 * Open SMTP connections per relay and process, where SMTP_URL names no number. Confirmations have their own, outside
 * every limit, so they queue behind nothing.
 */
const CONNECTIONS = { deliveries: 20, transactional: 2 };
/** As many as chunks are sent at a time, one for the rest of a burst. */
const KEYED_CONNECTIONS = 4;

export type Context = ReturnType<typeof createContext>;

/** The composition root: everything that is opened is opened here, and closed by `close`. */
export function createContext(surroundings: Surroundings) {
  const { config, databaseUrl, smtpUrls, baseUrl, secret, log, clock = systemClock } = surroundings;
  // What may refuse its configuration comes before what opens connections.
  const sign = createSigner(config.dkim);
  const fetcher = createFetcher({ allow: config.privateFetchAllow });
  const pool: pg.Pool = createPool(databaseUrl, log);
  const db: Kysely<Record<string, never>> = createDb(pool);
  const backend = queueBackend({ redisUrl: config.redisUrl, databaseUrl }, log);
  const producer = new Producer(backend, log);
  const live = createLive(backend, log);
  const leaving = new AbortController();
  const tokens = new Tokens(secret, config.oldSecrets);
  const keyedPool = createKeyedPool(databaseUrl, log, KEYED_CONNECTIONS);
  const mailer = createMailer(smtpUrls, sign, { connections: CONNECTIONS.deliveries }, log);
  const transactionalMailer = createMailer(
    smtpUrls,
    sign,
    { connections: CONNECTIONS.transactional, unlimited: true },
    log,
  );
  const identity = new MailIdentity(baseUrl, config.bounceDomain, tokens);
  const { newsletters, kept } = keepForReaders(createNewsletterStore(db));
  const stores = createStores(db);
  const { articles, subscribers, ledger, rules, audit } = stores;
  const lookups = () => createLookups(config.dnsServers);
  const latest = createLatestEditionStore(db);
  const messages = createMessages();
  const emails = createEmails(messages, clock, surroundings.templates);
  const mend = (editionId: number, variantId: number) =>
    mendVariant(editionId, variantId, { ...stores, emails, messages, newsletters, baseUrl, clock });
  const door = createDoor({ pool, baseUrl, secrets: [secret, ...config.oldSecrets] });
  const signInLimits = createSignInLimits(pool);

  return {
    config,
    baseUrl,
    clock,
    log,
    pool,
    backend,
    producer,
    jobs: producer,
    tokens,
    fetcher,
    mailer,
    transactionalMailer,
    mailbox: surroundings.mailbox,
    templates: surroundings.templates,
    sampleMode: surroundings.sampleMode ?? false,
    identity,
    lease: new Lease(),
    messages,
    emails,
    pages: createPages(messages, clock),
    ...stores,
    newsletters,
    kept,
    screen: createScreen({ rules, lookups, tokens, clock }),
    recorder: createRecorder({ signUps: createSignUpStore(pool), jobs: producer }),
    reschedule: (newsletter: Newsletter) => reschedule(newsletter, { subscribers, clock }),
    latestEditions: async (newsletterIds: number[]) =>
      (await latest.latestOf(newsletterIds)).map((e) => withArchiveUrl(e, baseUrl)),
    articleFromUrl: (url: string) => articleFromUrl(url, { articles, fetcher, clock, newsletters }),
    linkAnswers: (url: string) => linkAnswers(url, { fetcher }),
    spamCheck: config.spamassassin && createSpamCheck(config.spamassassin),
    claims: createClaimStore(keyedPool),
    mails: new EditionMails({ ledger, newsletters, identity, tokens, baseUrl, clock, mend }),
    refusals: new Refusals({ ledger, log }),
    live,
    progress: new Progress(live),
    /** Aborted when this process is about to stop. */
    leaving: leaving.signal,
    leave: () => leaving.abort(),
    lookups,
    sign,
    door,
    signInLimits,
    reauth: createReauth({ door, audit, signInLimits }),
    undoSeconds: config.undoSeconds,
    workerId: `${hostname()}.${process.pid}.${randomUUID().slice(0, 8)}`,
    close: async () => {
      await live.close();
      await producer.close();
      await backend.close();
      mailer.close();
      transactionalMailer.close();
      await keyedPool.end();
      await db.destroy();
    },
  };
}

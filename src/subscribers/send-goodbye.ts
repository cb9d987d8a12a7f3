import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Tokens } from '../kernel/tokens.ts';
import { classify } from '../platform/mail/classify.ts';
import type { MailIdentity } from '../platform/mail/identity.ts';
import type { Mailer } from '../platform/mail/mailer.ts';
import { compileTemplate } from '../platform/mail/message-template.ts';
import { senderOf } from '../platform/mail/sender.ts';
import { sendGoodbye } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Emails } from '../platform/view/emails.ts';
import { accountHeaders } from './account-headers.ts';
import type { LeavingStore, OwedGoodbye } from './leaving-store.ts';
import type { SubscriberStore } from './store.ts';

interface Needs {
  leavings: Pick<LeavingStore, 'owedGoodbye' | 'settleGoodbye'>;
  subscribers: Pick<SubscriberStore, 'byId'>;
  newsletters: { brand(): Promise<Brand> };
  emails: Emails;
  transactionalMailer: Mailer;
  identity: MailIdentity;
  tokens: Tokens;
  baseUrl: string;
  clock: Clock;
  log: Log;
}

const DAY_MS = 86_400_000;

/** Sends the goodbye a reader asked for on the way out: one a day, and none to who has come back. */
export async function sayGoodbye(eventId: number, needs: Needs): Promise<void> {
  const { leavings, clock, log } = needs;
  const owed = await leavings.owedGoodbye(eventId);
  if (!owed || owed.settled) return;
  const now = clock.now();
  const within = (at: Date | null) => at !== null && now.getTime() - at.getTime() < DAY_MS;
  const tooLate = !within(owed.wantedAt);
  // It stays owed: a later sweep finds the rehearsal over.
  if (owed.rehearsing && !tooLate) return;
  if (owed.suppressed || owed.returned || within(owed.lastSentAt) || tooLate)
    return leavings.settleGoodbye(eventId, null, now);

  const outcome = classify(await send(owed, now, needs));
  // The words of a reply may name the address, and the queue keeps errors.
  if (outcome.state === 'deferred') throw new Error(`goodbye not accepted yet: ${outcome.reason}`);
  if (outcome.state === 'failed') log.warn({ eventId, reason: outcome.reason }, 'the relay refused a goodbye');
  await leavings.settleGoodbye(eventId, outcome.state === 'failed' ? null : now, now);
}

async function send(owed: OwedGoodbye, now: Date, needs: Needs) {
  const { subscribers, newsletters, emails, transactionalMailer, identity, tokens, baseUrl } = needs;
  const [reader, brand] = await Promise.all([subscribers.byId(owed.subscriberId), newsletters.brand()]);
  const left = reader?.subscriptions.find(({ newsletterId }) => newsletterId === owed.newsletterId);
  const ids = owed.everything ? [owed.subscriberId] : [owed.subscriberId, owed.newsletterId];
  const backUrl = `${baseUrl}/unsubscribe/${tokens.seal('unsubscribe', ids)}`;
  const newsletter = { name: left?.name ?? '' };
  const view = { brand, baseUrl, backUrl, newsletter, everything: owed.everything };
  const { html, text } = await emails.render('goodbye', view);
  const subject = owed.everything ? `Goodbye from ${brand.name}` : `You have left ${newsletter.name}`;
  const { headers, unsubscribe } = accountHeaders(owed.subscriberId, needs);
  const content = { ...senderOf(left, brand, identity), subject, html, text, headers };
  const message = (await compileTemplate(content)).fill({
    to: { address: owed.email },
    date: now,
    messageId: `goodbye-${owed.eventId.toString(36)}@${identity.domain}`,
    unsubscribe,
    slots: {},
  });
  return transactionalMailer.send(message, { from: `bounce@${identity.domain}`, to: owed.email });
}

/** Long enough for the queue to have done it by itself. */
const PATIENCE_MS = 15_000;
const BATCH = 1000;

/** Goodbyes whose job the queue lost. */
export async function wakeOwedGoodbyes({
  leavings,
  jobs,
  clock,
}: {
  leavings: Pick<LeavingStore, 'owedGoodbyes'>;
  jobs: Jobs;
  clock: Clock;
}): Promise<void> {
  const owed = await leavings.owedGoodbyes(new Date(clock.now().getTime() - PATIENCE_MS), BATCH);
  await jobs.wakeAll(
    sendGoodbye,
    owed.map((eventId) => ({ eventId })),
  );
}

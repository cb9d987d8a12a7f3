import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Tokens } from '../kernel/tokens.ts';
import { classify } from '../platform/mail/classify.ts';
import type { MailIdentity } from '../platform/mail/identity.ts';
import type { Mailer } from '../platform/mail/mailer.ts';
import { compileTemplate } from '../platform/mail/message-template.ts';
import { senderOf } from '../platform/mail/sender.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Emails } from '../platform/view/emails.ts';
import { accountHeaders } from './account-headers.ts';
import type { OwedConfirmation, SubscriberStore } from './store.ts';
import type { Subscriber } from './subscriber.ts';

interface Needs {
  subscribers: Pick<SubscriberStore, 'owedConfirmation' | 'byId' | 'settleConfirmation'>;
  newsletters: { brand(): Promise<Brand> };
  emails: Emails;
  transactionalMailer: Mailer;
  identity: MailIdentity;
  tokens: Tokens;
  baseUrl: string;
  clock: Clock;
  log: Log;
}

const EXPIRES_DAYS = 7;
const DAY_MS = 86_400_000;
/** However often an address is typed into forms, it gets one mail in this time. */
const WINDOW_MS = 10 * 60_000;

/** Sends the mail still owed to a reader: a confirmation, or a reminder of what they already have. */
export async function confirmOrRemind(subscriberId: number, needs: Needs): Promise<void> {
  const { subscribers, clock, log } = needs;
  const owed = await subscribers.owedConfirmation(subscriberId);
  if (!owed || owed.settled) return;
  const now = clock.now();
  const tooLate = now.getTime() - owed.wantedAt.getTime() > DAY_MS;
  // It stays owed: a later sweep finds the rehearsal over.
  if (owed.rehearsing && !tooLate) return;
  if (owed.suppressed || justSent(owed, now) || tooLate)
    return subscribers.settleConfirmation(owed.id, owed.wantedAt, null);

  const outcome = classify(await send(owed, now, needs));
  // The words of a reply may name the address, and the queue keeps errors.
  if (outcome.state === 'deferred') throw new Error(`confirmation not accepted yet: ${outcome.reason}`);
  if (outcome.state === 'failed') log.warn({ reply: outcome.reply }, 'the relay refused a confirmation');
  await subscribers.settleConfirmation(owed.id, owed.wantedAt, outcome.state === 'failed' ? null : now);
}

/** True while another mail would be one too many: none of this kind within the window, unless the reader acted since. */
export const justSent = ({ sentAt, actedSince }: Pick<OwedConfirmation, 'sentAt' | 'actedSince'>, now: Date): boolean =>
  sentAt !== null && !actedSince && now.getTime() - sentAt.getTime() < WINDOW_MS;

async function send(owed: OwedConfirmation, now: Date, needs: Needs) {
  const { subscribers, newsletters, emails, transactionalMailer, identity } = needs;
  const [reader, brand] = await Promise.all([subscribers.byId(owed.id), newsletters.brand()]);
  const mail = choose(reader as Subscriber, now, needs);
  const view = { ...mail.data, brand, baseUrl: needs.baseUrl };
  const { html, text } = await emails.render(mail.template, view);
  const stamp = `confirmation-${owed.id.toString(36)}-${owed.wantedAt.getTime().toString(36)}`;
  const { headers, unsubscribe } = accountHeaders(owed.id, needs);
  const content = { ...senderOf(mail.sender, brand, identity), subject: mail.subject, html, text, headers };
  const personal = {
    to: { address: owed.email },
    date: now,
    messageId: `${stamp}@${identity.domain}`,
    unsubscribe,
    slots: {},
  };
  const message = (await compileTemplate(content)).fill(personal);
  return transactionalMailer.send(message, { from: `bounce@${identity.domain}`, to: owed.email });
}

function choose(reader: Subscriber, now: Date, { tokens, baseUrl }: Needs) {
  const pending = reader.subscriptions.filter(({ state }) => state === 'pending');
  if (pending.length === 0) {
    const preferencesUrl = `${baseUrl}/preferences/${tokens.seal('preferences', [reader.id])}`;
    const active = reader.subscriptions.filter(({ state }) => state === 'active');
    return {
      template: 'already-subscribed',
      subject: 'You are already subscribed',
      sender: active[0],
      data: { preferencesUrl, newsletters: active, newsletter: { name: 'Your subscription' } },
    };
  }
  const expires = new Date(now.getTime() + EXPIRES_DAYS * DAY_MS);
  const confirmUrl = `${baseUrl}/confirm/${tokens.seal('confirm', [reader.id], expires)}`;
  return {
    template: 'confirmation',
    subject: 'Please confirm your subscription',
    sender: pending[0],
    data: { confirmUrl, newsletters: pending, expiresDays: EXPIRES_DAYS, newsletter: { name: 'Your subscription' } },
  };
}

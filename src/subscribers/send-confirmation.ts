import type { Log } from '../kernel/log.ts';
import { type AccountMail, CONFIRM_DAYS, confirmUrlOf, linkMail, WINDOW_MS } from './account-mail.ts';
import { type PostNeeds, postAccountMail } from './post-account-mail.ts';
import type { OwedConfirmation, SubscriberStore } from './store.ts';
import { languageFor, type Subscriber } from './subscriber.ts';
import { preferencesUrl } from './view.ts';

interface Needs extends PostNeeds {
  subscribers: Pick<SubscriberStore, 'owedConfirmation' | 'byId' | 'settleConfirmation'>;
  log: Log;
}

const DAY_MS = 86_400_000;

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

  const outcome = await send(owed, now, needs);
  // The words of a reply may name the address, and the queue keeps errors.
  if (outcome.state === 'deferred') throw new Error(`confirmation not accepted yet: ${outcome.reason}`);
  if (outcome.state === 'failed') log.warn({ reply: outcome.reply }, 'the relay refused a confirmation');
  const sentAt = outcome.state === 'failed' ? null : now;
  await subscribers.settleConfirmation(owed.id, owed.wantedAt, sentAt, owed.waits ? owed.request : null);
}

type Sent = Pick<OwedConfirmation, 'sentAt' | 'actedSince' | 'waits' | 'mailedRequest' | 'request'>;

/**
 * True while another mail would be one too many: none of this kind within the window, unless the reader acted since. A
 * mail that held no link to what waits now was of another kind.
 */
export const justSent = ({ sentAt, actedSince, waits, mailedRequest, request }: Sent, now: Date): boolean =>
  sentAt !== null &&
  !actedSince &&
  now.getTime() - sentAt.getTime() < WINDOW_MS &&
  (!waits || mailedRequest === request);

async function send(owed: OwedConfirmation, now: Date, needs: Needs) {
  const reader = (await needs.subscribers.byId(owed.id)) as Subscriber;
  const mail = choose(reader, owed.request, now, needs);
  const stamp = `confirmation-${owed.id.toString(36)}-${owed.wantedAt.getTime().toString(36)}`;
  return postAccountMail(mail, { readerId: owed.id, to: owed.email, stamp }, needs);
}

function choose(reader: Subscriber, request: number, now: Date, needs: Needs): AccountMail {
  const pending = reader.subscriptions.filter(({ state }) => state === 'pending');
  const active = reader.subscriptions.filter(({ state }) => state === 'active');
  if (pending.length > 0) {
    const confirmUrl = confirmUrlOf(reader.id, request, now, needs);
    const data = { confirmUrl, newsletters: pending, expiresDays: CONFIRM_DAYS };
    const language = languageFor(reader, pending);
    return { template: 'confirmation', language, subject: 'mail.confirmation.subject', sender: pending[0], data };
  }
  if (active.length === 0) return linkMail(reader, needs);
  const data = { preferencesUrl: preferencesUrl(reader.id, needs), newsletters: active };
  const language = languageFor(reader, active);
  return {
    template: 'already-subscribed',
    language,
    subject: 'mail.already-subscribed.subject',
    sender: active[0],
    data,
  };
}

import { type ParsedMail, simpleParser } from 'mailparser';
import type { Clock } from '../kernel/clock.ts';
import { DomainError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { MailIdentity } from '../platform/mail/identity.ts';
import { handleInbound } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import { unsubscribe } from '../subscribers/unsubscribe.ts';
import { findToken } from './find-token.ts';
import { parseDsn } from './parse-dsn.ts';
import type { FeedbackStore } from './store.ts';

export type Needs = Parameters<typeof unsubscribe>[3] & {
  feedback: FeedbackStore;
  identity: MailIdentity;
  jobs: Jobs;
  clock: Clock;
  log: Log;
};

/** True for the addresses we have promised to listen on. */
export const isOurs = (address: string, identity: MailIdentity): boolean =>
  address.toLowerCase() === identity.unsubscribeMailbox ||
  address.toLowerCase() === `bounce@${identity.domain}` ||
  identity.openBounceAddress(address) !== null;

/** One mail to one of our addresses. Returns only when everything that matters is stored. */
export async function receiveMail(to: string, raw: Buffer, needs: Needs): Promise<void> {
  if (to.toLowerCase() === needs.identity.unsubscribeMailbox) return unsubscribeByMail(raw, needs);
  const delivery = needs.identity.openBounceAddress(to);
  const dsn = delivery ? await parseDsn(raw) : null;
  if (!delivery || !dsn) return needs.log.info({ to }, 'mail that is no bounce was ignored');
  const event = { kind: 'bounce' as const, ...delivery, status: dsn.status, detail: dsn.diagnostic };
  const eventId = await needs.feedback.record(event, needs.clock.now());
  await needs.jobs.wake(handleInbound, { eventId });
}

/** RFC 2369: the token stands in the subject, since relays fold the case of addresses; where it does not, in the text. */
async function unsubscribeByMail(raw: Buffer, needs: Needs): Promise<void> {
  const { subject = '', text, html } = await readable(raw, needs);
  const token = findToken(subject, opens(needs)) ?? findToken(text || withoutTags(html || ''), opens(needs));
  if (!token) return needs.log.warn('a mail to the unsubscribe address carried no valid token');
  await unsubscribe(token, 'this', { method: 'mailto', wording: 'List-Unsubscribe by mail' }, needs);
}

/** What cannot be parsed says nothing; refused, it would only come again. */
async function readable(raw: Buffer, { log }: Needs): Promise<Pick<ParsedMail, 'subject' | 'text' | 'html'>> {
  try {
    return await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
  } catch (err) {
    log.warn({ err }, 'a mail to the unsubscribe address could not be parsed');
    return { html: false };
  }
}

/** Not past another `<`: of a text made of them each would be read to its end. */
const withoutTags = (html: string): string => html.replace(/<[^<>]*>/g, '');

const opens =
  ({ tokens, clock }: Needs) =>
  (token: string): boolean => {
    try {
      tokens.open('unsubscribe', token, clock.now());
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  };

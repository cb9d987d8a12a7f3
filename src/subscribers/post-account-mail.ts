import type { Clock } from '../kernel/clock.ts';
import type { EmailAddress } from '../kernel/email-address.ts';
import type { Tokens } from '../kernel/tokens.ts';
import { classify } from '../platform/mail/classify.ts';
import type { MailIdentity } from '../platform/mail/identity.ts';
import type { Mailer } from '../platform/mail/mailer.ts';
import { compileTemplate } from '../platform/mail/message-template.ts';
import { senderOf } from '../platform/mail/sender.ts';
import { type Brand, brandIn } from '../platform/view/brand.ts';
import type { Emails } from '../platform/view/emails.ts';
import type { Messages } from '../platform/view/messages.ts';
import { accountHeaders } from './account-headers.ts';
import type { AccountMail } from './account-mail.ts';

export interface PostNeeds {
  newsletters: { brand(): Promise<Brand> };
  emails: Emails;
  messages: Messages;
  transactionalMailer: Mailer;
  identity: MailIdentity;
  tokens: Tokens;
  baseUrl: string;
  clock: Clock;
}

interface Addressed {
  readerId: number;
  to: EmailAddress;
  /** The same for the same mail: one that is sent twice is shown once. */
  stamp: string;
}

/** Hands one mail about a subscription to the relay, and says what became of it. */
export async function postAccountMail(mail: AccountMail, { readerId, to, stamp }: Addressed, needs: PostNeeds) {
  const { newsletters, emails, messages, transactionalMailer, identity, baseUrl, clock } = needs;
  const brand = brandIn(await newsletters.brand(), mail.language);
  const subject = messages.say(brand.locale, mail.subject, mail.subjectValues);
  const view = { ...mail.data, brand, baseUrl };
  const { html, text } = await emails.render(mail.template, view);
  const { headers, unsubscribe } = mail.unasked ? { headers: {}, unsubscribe: [] } : accountHeaders(readerId, needs);
  const content = { ...senderOf(mail.sender, brand, identity), subject, html, text, headers };
  const personal = {
    to: { address: to },
    date: clock.now(),
    messageId: `${stamp}@${identity.domain}`,
    unsubscribe,
    slots: {},
  };
  const message = (await compileTemplate(content)).fill(personal);
  return classify(await transactionalMailer.send(message, { from: `bounce@${identity.domain}`, to }));
}

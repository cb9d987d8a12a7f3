import { DomainError } from '../kernel/errors.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { classify } from '../platform/mail/classify.ts';
import type { MailIdentity } from '../platform/mail/identity.ts';
import type { Mailer } from '../platform/mail/mailer.ts';
import { compileTemplate } from '../platform/mail/message-template.ts';
import { senderOf } from '../platform/mail/sender.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Draft } from './draft-store.ts';
import { previewOf } from './preview-alert.ts';

type Needs = Parameters<typeof previewOf>[1] & {
  newsletters: { byId(id: number): Promise<Newsletter | undefined>; brand(): Promise<Brand> };
  transactionalMailer: Mailer;
  identity: MailIdentity;
};

class TestRefused extends DomainError {
  constructor(reply: string) {
    super('test-refused', 'unavailable', `The relay did not take the test mail. It said: ${reply}`);
  }
}

/** The alert as its readers would get it, to one's own inbox. @throws TestRefused with the relay's words */
export async function sendTest(draft: Draft, to: string, needs: Needs): Promise<void> {
  const { newsletters, transactionalMailer, identity, clock } = needs;
  const [newsletter, brand] = await Promise.all([newsletters.byId(draft.newsletterId), newsletters.brand()]);
  const { subject, html, text } = await previewOf(draft, needs);
  const content = { ...senderOf(newsletter, brand, identity), subject: `[Test] ${subject}`, html, text, headers: {} };
  const now = clock.now();
  const message = (await compileTemplate(content)).fill({
    to: { address: to },
    date: now,
    messageId: `test-${draft.id.toString(36)}-${now.getTime().toString(36)}@${identity.domain}`,
    unsubscribe: [],
    slots: {},
  });
  const outcome = classify(await transactionalMailer.send(message, { from: `bounce@${identity.domain}`, to }));
  if (outcome.state !== 'accepted') throw new TestRefused(outcome.reply ?? outcome.reason);
}

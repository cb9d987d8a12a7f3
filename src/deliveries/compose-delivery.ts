import type { Tokens } from '../kernel/tokens.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import type { MailIdentity } from '../platform/mail/identity.ts';
import type { Message } from '../platform/mail/message.ts';
import { senderOf } from '../platform/mail/sender.ts';
import type { Brand } from '../platform/view/brand.ts';
import { unsubscribeHeaders } from '../subscribers/account-headers.ts';
import type { Claimed } from './delivery.ts';
import type { StoredVariant } from './store.ts';

export interface Sending {
  newsletter: Newsletter;
  brand: Brand;
  variant(id: number): Promise<StoredVariant | undefined>;
}

interface Needs {
  identity: MailIdentity;
  tokens: Tokens;
  baseUrl: string;
  clock: { now(): Date };
}

/** One reader's mail: the shared variant with its slots filled, and the headers that name this delivery. */
export async function composeDelivery(
  row: Claimed,
  { newsletter, brand, variant }: Sending,
  { identity, tokens, baseUrl, clock }: Needs,
): Promise<{ message: Message; envelopeFrom: string }> {
  const content = await variant(row.variantId);
  if (!content) throw new Error(`edition ${row.editionId} lacks variant ${row.variantId}`);
  const token = tokens.seal('unsubscribe', [row.subscriberId, newsletter.id, row.editionId]);
  const slots = {
    unsubscribe_url: `${baseUrl}/unsubscribe/${token}`,
    preferences_url: `${baseUrl}/preferences/${tokens.seal('preferences', [row.subscriberId])}`,
  };
  const message: Message = {
    ...senderOf(newsletter, brand, identity),
    to: row.email,
    subject: content.subject,
    html: fill(content.html, slots),
    text: fill(content.text, slots),
    messageId: identity.messageId(row),
    date: clock.now(),
    headers: {
      'List-Id': `<${newsletter.slug}.${identity.domain}>`,
      ...unsubscribeHeaders(token, { identity, baseUrl }),
      'Feedback-ID': `${row.editionId}:${newsletter.slug}:${newsletter.kind}:daybreak`,
    },
  };
  return { message, envelopeFrom: identity.bounceAddress(row) };
}

/** Values are our own URLs, made of characters that need no escaping in HTML or text. */
const fill = (template: string, slots: Record<string, string>): string =>
  template.replace(/%%([a-z_]+)%%/g, (whole, name: string) => slots[name] ?? whole);

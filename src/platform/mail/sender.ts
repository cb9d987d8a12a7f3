import type { Brand } from '../view/brand.ts';
import type { MailIdentity } from './identity.ts';

/** What a newsletter says about its sender; null leaves it to the newspaper. */
export interface SenderSettings {
  fromName: string | null;
  fromAddress: string | null;
  replyTo: string | null;
}

/** Who a mail is from, and where an answer goes. */
export function senderOf(settings: SenderSettings | undefined, brand: Brand, identity: MailIdentity) {
  const address = settings?.fromAddress ?? `news@${identity.domain}`;
  return { from: { name: settings?.fromName ?? brand.name, address }, replyTo: settings?.replyTo ?? address };
}

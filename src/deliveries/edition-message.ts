import type { Newsletter } from '../newsletters/newsletter.ts';
import type { Sign } from '../platform/mail/dkim.ts';
import type { MailIdentity } from '../platform/mail/identity.ts';
import { compileTemplate, type MessageTemplate } from '../platform/mail/message-template.ts';
import { senderOf } from '../platform/mail/sender.ts';
import type { WireMessage } from '../platform/mail/wire-message.ts';
import type { Brand } from '../platform/view/brand.ts';
import { oneClick, waysOut } from '../subscribers/account-headers.ts';
import type { StoredVariant } from './store.ts';

interface Needs {
  newsletters: { brand(): Promise<Brand> };
  identity: MailIdentity;
  baseUrl: string;
}

/** One content of an edition as a message, with its places for what is a reader's own. */
export async function editionMessage(
  editionId: number,
  { chain, ...content }: StoredVariant,
  newsletter: Newsletter,
  { newsletters, identity }: Omit<Needs, 'baseUrl'>,
): Promise<MessageTemplate> {
  return compileTemplate({
    ...senderOf(newsletter, await newsletters.brand(), identity),
    ...content,
    threaded: chain.length > 0,
    headers: {
      'List-Id': `<${newsletter.slug}.${identity.domain}>`,
      ...oneClick,
      'Feedback-ID': `${editionId}:${newsletter.slug}:${newsletter.kind}:daybreak`,
    },
  });
}

/** Stands where a key of the reader's own is: whoever has that may act as the reader. */
const HIDDEN = 'not-shown';

/** What the reader's links look like, to whoever is not that reader. */
export const withHiddenLinks = (text: string, baseUrl: string): string =>
  text.replaceAll(/%%([a-z_]+)_url%%/g, (_, name: string) => `${baseUrl}/${name}/${HIDDEN}`);

/**
 * The message as staff may see it: nothing in it opens the reader's pages, ends a subscription or passes for a bounce.
 * @param to an address, the reader's or one that is nobody's
 */
export async function proofOf(
  { editionId, variant, to }: { editionId: number; variant: StoredVariant; to: string },
  newsletter: Newsletter,
  needs: Needs & { clock: { now(): Date } },
): Promise<WireMessage> {
  const { identity, baseUrl, clock } = needs;
  const template = await editionMessage(editionId, variant, newsletter, needs);
  const slots = ['unsubscribe', 'preferences', 'archive'].map((name) => [
    `${name}_url`,
    `${baseUrl}/${name}/${HIDDEN}`,
  ]);
  return template.fill({
    to: { address: to },
    date: clock.now(),
    messageId: identity.messageId(HIDDEN),
    goesOnFrom: variant.chain.map(() => identity.messageId(HIDDEN)),
    unsubscribe: waysOut(HIDDEN, { identity, baseUrl }),
    slots: Object.fromEntries(slots),
  });
}

/** As the relay is given it, header and body. */
export async function sourceOf(message: WireMessage, sign: Sign): Promise<{ header: string; source: string }> {
  const header = [await sign(message), ...message.fields.map(({ line }) => line)].join('');
  return { header, source: `${header}\r\n${message.body.map((part) => part.toString()).join('')}` };
}

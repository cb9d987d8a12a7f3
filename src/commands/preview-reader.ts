import type { Context } from '../context.ts';
import { sourceOf } from '../deliveries/edition-message.ts';
import type { Readers } from '../editions/choose-articles.ts';
import { addressKey, parseEmailAddress } from '../kernel/email-address.ts';
import { NotFound } from '../kernel/errors.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { UsageError } from './command.ts';

export interface Previewed {
  text: string;
  html: string;
  /** The message as the relay is given it, of what was sent. */
  source?: string;
  says: string;
}

/** What this reader has had and wants. @throws NotFound for who does not get the newsletter */
export async function previewReader(address: string, newsletter: Newsletter, context: Context): Promise<Readers> {
  const id = await find(address, context);
  const reader = await context.coming.reader(newsletter.id, id);
  if (!reader) throw new NotFound(`active subscription of ${address} to "${newsletter.slug}"`);
  return reader;
}

/** What this reader was sent in the edition of a slot. @throws NotFound when that was nothing */
export async function sentTo(
  address: string,
  newsletter: Newsletter,
  slot: Date,
  context: Context,
): Promise<Previewed> {
  const subscriberId = await find(address, context);
  const sent = await context.coming.sentIn(newsletter.id, subscriberId, slot);
  const variant = sent && (await context.ledger.variant(sent.editionId, sent.variantId));
  if (!sent || !variant) throw new NotFound(`mail of "${newsletter.slug}" for ${address} at ${slot.toISOString()}`);
  const { message } = await context.mails.stored({ ...sent, subscriberId, attempts: 1, articlesAt: 0 }, newsletter);
  const { source } = await sourceOf(message, context.sign);
  return { text: variant.text, html: variant.html, source, says: `edition ${sent.editionId}, ${variant.subject}` };
}

async function find(address: string, { readers }: Context): Promise<number> {
  const email = parseEmailAddress(address);
  if (!email) throw new UsageError(`${address} is no address.`);
  const id = await readers.idOf(addressKey(email));
  if (id === undefined) throw new NotFound(`reader ${address}`);
  return id;
}

import type { Context } from '../context.ts';
import { proofOf, sourceOf } from '../deliveries/edition-message.ts';
import { nextFor } from '../editions/preview-digest.ts';
import { addressKey, parseEmailAddress } from '../kernel/email-address.ts';
import { NotFound } from '../kernel/errors.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { UsageError } from './command.ts';

export interface Previewed {
  text: string;
  html: string;
  /** The message as the relay is given it. */
  source?: string;
  says: string;
}

/** What this reader would get next. @throws NotFound for who does not get the newsletter */
export async function nextTo(address: string, newsletter: Newsletter, context: Context): Promise<Previewed> {
  const id = await find(address, context);
  const [reader, had] = await Promise.all([
    context.previews.reader(newsletter.id, id),
    context.coming.reader(newsletter.id, id),
  ]);
  if (!reader || !had) throw new NotFound(`active subscription of ${address} to "${newsletter.slug}"`);
  const { at, articles, variant } = await nextFor({ ...reader, ...had }, newsletter, context);
  const says = `due ${at?.toISOString() ?? 'at no time'}, ${articles.length} articles`;
  if (!variant) return { text: '', html: '', source: '', says: `${says}: nothing new, so no mail` };
  const proof = { editionId: 0, variant: { ...variant, chain: [] }, to: reader.email };
  const { source } = await sourceOf(await proofOf(proof, newsletter, context), context.sign);
  return { text: variant.text, html: variant.html, source, says };
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

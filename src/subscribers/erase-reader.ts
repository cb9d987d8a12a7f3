import { addressKey, maskedAddress, parseEmailAddress } from '../kernel/email-address.ts';
import { DomainError, NotFound } from '../kernel/errors.ts';
import type { SubscriberStore } from './store.ts';

class AddressDiffers extends DomainError {
  constructor() {
    super(
      'address-differs',
      'invalid',
      'Nothing was erased: type the address exactly as it stands at the top of this page.',
    );
  }
}

/**
 * Removes a reader and every consent, for good.
 * @param typed the reader's address, so that nobody erases the wrong one
 * @returns what may be written down of the address
 * @throws NotFound, or AddressDiffers
 */
export async function eraseReader(
  readerId: number,
  typed: string,
  { subscribers }: { subscribers: Pick<SubscriberStore, 'byId' | 'erase'> },
): Promise<string> {
  const reader = await subscribers.byId(readerId);
  if (!reader) throw new NotFound('reader');
  const address = parseEmailAddress(typed);
  if (!address || addressKey(address) !== addressKey(reader.email)) throw new AddressDiffers();
  await subscribers.erase(readerId);
  return maskedAddress(reader.email);
}

import { addressKey, type EmailAddress, parseEmailAddress } from '../kernel/email-address.ts';
import type { Tokens } from '../kernel/tokens.ts';
import { mailboxKey } from './abuse/one-mailbox.ts';
import type { ReaderListed, ReaderStore } from './reader-store.ts';
import { suppressionOf } from './suppress-address.ts';
import type { Suppression, SuppressionStore } from './suppression-store.ts';

interface Needs {
  readers: ReaderStore;
  suppressions: SuppressionStore;
  tokens: Tokens;
}

export interface Found {
  /** The one reader meant. */
  only?: number | undefined;
  rows: ReaderListed[];
  /** True for a whole address, of which more can be said. */
  whole: boolean;
  /** A suppression outlives its reader. */
  suppression?: Suppression | undefined;
}

/** A whole address finds its reader; anything else, and an address nobody has, those whose address begins so. */
export async function findReaders(text: string, after: string, limit: number, needs: Needs): Promise<Found> {
  const address = parseEmailAddress(text);
  const only = address && !after ? await idOf(address, needs) : undefined;
  if (only) return { only, rows: [], whole: true };
  const prefix = address ? addressKey(address) : text.normalize('NFC').toLowerCase();
  const rows = await needs.readers.startingWith(prefix, after, limit);
  if (rows.length === 1 && !after) return { only: rows[0]?.id, rows, whole: address !== null };
  const suppression = address && rows.length === 0 ? await suppressionOf(address, needs) : undefined;
  return { rows, whole: address !== null, suppression };
}

/** Under the address itself, or under the one that stands for all spellings of a mailbox. */
async function idOf(address: EmailAddress, { readers }: Needs): Promise<number | undefined> {
  return (await readers.idOf(addressKey(address))) ?? readers.idOf(mailboxKey(address));
}

import { addressKey, type EmailAddress } from '../../kernel/email-address.ts';

const GMAIL = /^([^@]+)@(?:gmail|googlemail)\.com$/;

/** The address key under which all spellings of one Gmail mailbox are one reader: no dots, nothing after a plus. */
export function mailboxKey(address: EmailAddress): string {
  const key = addressKey(address);
  const local = GMAIL.exec(key)?.[1]?.replace(/\+.*$/, '').replaceAll('.', '');
  return local ? `${local}@gmail.com` : key;
}

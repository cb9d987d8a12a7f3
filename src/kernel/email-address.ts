import { domainToASCII, domainToUnicode } from 'node:url';

declare const brand: unique symbol;
/** An address as mail is sent to it: local part as written, domain in lower-case A-labels. */
export type EmailAddress = string & { [brand]: 'EmailAddress' };

// RFC 5321 §4.5.3.1: 64 octets before the @, 254 for the whole path.
const LOCAL_LIMIT = 64;
const LIMIT = 254;
// RFC 5322 dot-atom, widened by RFC 6531 to any letter beyond ASCII. Quoted local parts are legal and refused: RFC 5321
// §4.1.2 asks that nobody make such a mailbox, and relays rewrite them, so that their bounces would be nobody's.
const LOCAL = /^[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+)*$/u;
// What may stand in a domain before it is brought to A-labels: `domainToASCII` reads its input as a URL does, and would
// drop line breaks and whatever follows a slash.
const DOMAIN_TEXT = /^[\p{L}\p{N}\p{M}.\u3002\uff0e\uff61-]+$/u;
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** Null when the text is no address mail can be sent to; blanks around it are forgiven, control characters never. */
export function parseEmailAddress(text: string): EmailAddress | null {
  if (text.length > 2 * LIMIT) return null;
  const trimmed = text.replace(/^ +| +$/g, '');
  const at = trimmed.lastIndexOf('@');
  if (at < 1) return null;
  const local = trimmed.slice(0, at).normalize('NFC');
  const domainText = trimmed.slice(at + 1);
  const domain = DOMAIN_TEXT.test(domainText) ? domainToASCII(domainText) : '';
  if (!LOCAL.test(local) || Buffer.byteLength(local) > LOCAL_LIMIT || !DOMAIN.test(domain)) return null;
  // `domainToASCII` lets a name that is ASCII already pass as it is, though its A-labels may stand for nothing.
  if (domain.includes('xn--') && /(^|\.)xn--/.test(domainToUnicode(domain))) return null;
  const address = `${local}@${domain}`;
  return Buffer.byteLength(address) > LIMIT ? null : (address as EmailAddress);
}

/** The form under which one mailbox is one reader: case does not make a second one. */
export const addressKey = (address: EmailAddress): string => address.toLowerCase();

/** `a…@example.org`: enough to know it again, too little to write to. */
export function maskedAddress(address: EmailAddress): string {
  const [first = ''] = address;
  return `${first}…${address.slice(address.lastIndexOf('@'))}`;
}

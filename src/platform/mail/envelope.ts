import type { Greeted } from './connect.ts';
import type { Envelope, Reply } from './reply.ts';

interface Message {
  envelope: Envelope;
  bytes: number;
}

/** RFC 6531: such an address needs SMTPUTF8. */
const isInternational = ({ to }: Envelope): boolean => /[^\x20-\x7e]/.test(to);

/** What the relay has announced that it will refuse. */
export function foreseenRefusal({ extensions, largest }: Greeted, { envelope, bytes }: Message): Reply | undefined {
  const refused = (code: number, text: string): Reply => ({ phase: 'answered', code, text, command: 'MAIL FROM' });
  if (isInternational(envelope) && !extensions.has('SMTPUTF8')) return refused(553, '5.6.7 the relay has no SMTPUTF8');
  if (largest > 0 && bytes > largest) return refused(552, `5.3.4 larger than the relay’s ${largest} bytes`);
  return undefined;
}

/** With what a relay's extensions ask for (RFC 1870, RFC 6531). */
export function mailFrom({ extensions, largest }: Greeted, { envelope, bytes }: Message): string {
  const size = extensions.has('SIZE') || largest > 0 ? ` SIZE=${bytes}` : '';
  return `MAIL FROM:<${envelope.from}>${size}${isInternational(envelope) ? ' SMTPUTF8' : ''}\r\n`;
}

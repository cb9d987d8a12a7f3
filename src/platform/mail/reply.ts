export interface Envelope {
  from: string;
  to: string;
}

/** The command that an answer belongs to; CONN is everything before the first message, sign-in included. */
export type Command = 'CONN' | 'MAIL FROM' | 'RCPT TO' | 'DATA';

/**
 * How one hand-over ended. `lost-after-data` means the message was being handed over and no answer came: the relay may
 * have it. `not-sent` means the relay cannot have it. `held` means a limit of our own: nothing was tried.
 */
export type Reply =
  | { phase: 'answered'; code: number; text: string; command: Command }
  | { phase: 'lost-after-data'; text: string }
  | { phase: 'not-sent'; text: string }
  | { phase: 'held'; text: string; seconds: number };

/** Yes, no, or not now; and only DATA may be answered with 354, before the message (RFC 5321 §4.3.2). */
export function fits(code: number, command: Command, handedOver: boolean): boolean {
  if (code >= 400) return true;
  return command === 'DATA' && !handedOver ? code === 354 : code < 300;
}

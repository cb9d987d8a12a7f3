import type { Clock } from '../kernel/clock.ts';
import { addressKey, type EmailAddress, maskedAddress, parseEmailAddress } from '../kernel/email-address.ts';
import { DomainError } from '../kernel/errors.ts';
import type { Tokens } from '../kernel/tokens.ts';
import type { Suppression, SuppressionStore } from './suppression-store.ts';

interface Needs {
  suppressions: SuppressionStore;
  tokens: Tokens;
  clock: Clock;
}

class NotAnAddress extends DomainError {
  constructor() {
    super(
      'not-an-address',
      'invalid',
      'This does not look like an email address: type it whole, like name@example.org.',
    );
  }
}

class AlreadySuppressed extends DomainError {
  constructor() {
    super('already-suppressed', 'conflict', 'This address is suppressed already. Check it to see since when, and why.');
  }
}

class NotSuppressed extends DomainError {
  constructor() {
    super(
      'not-suppressed',
      'conflict',
      'This address is not suppressed, so there is nothing to lift. Check its spelling.',
    );
  }
}

/** Undefined when the address may be mailed. @throws NotAnAddress */
export const suppressionOf = (text: string, { suppressions, tokens }: Omit<Needs, 'clock'>) =>
  suppressions.byHash(hashOf(addressIn(text), tokens));

/** No mail goes to this address from now on, whatever it subscribes to. @throws NotAnAddress, or AlreadySuppressed */
export async function suppressAddress(text: string, reason: string, { suppressions, tokens, clock }: Needs) {
  const address = addressIn(text);
  const made = await suppressions.add(hashOf(address, tokens), reason, clock.now());
  if (!made) throw new AlreadySuppressed();
  return told(made, address);
}

/** Mail may go to this address again; what its reader has left stays left. @throws NotAnAddress, or NotSuppressed */
export async function liftSuppression(text: string, { suppressions, tokens }: Omit<Needs, 'clock'>) {
  const address = addressIn(text);
  const lifted = await suppressions.lift(hashOf(address, tokens));
  if (!lifted) throw new NotSuppressed();
  return told(lifted, address);
}

/** What may be written down of it for good: staff give reasons that name the address, and its reader may be erased. */
function told({ id, reason, at }: Suppression, address: EmailAddress) {
  const masked = maskedAddress(address);
  return { id, address: masked, reason: reason.replace(new RegExp(RegExp.escape(address), 'gi'), () => masked), at };
}

const hashOf = (address: EmailAddress, tokens: Tokens): Buffer => tokens.mac('suppression', addressKey(address));

function addressIn(text: string): EmailAddress {
  const address = parseEmailAddress(text);
  if (!address) throw new NotAnAddress();
  return address;
}

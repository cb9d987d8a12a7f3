import type { Clock } from '../kernel/clock.ts';
import { addressKey, type EmailAddress } from '../kernel/email-address.ts';
import { DomainError, Invalid } from '../kernel/errors.ts';
import { TokenForged, type Tokens } from '../kernel/tokens.ts';
import { sendAccountMail } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import { mailboxKey } from './abuse/one-mailbox.ts';
import type { SignUpRules } from './abuse-store.ts';
import { daysFrom, KEEP_DAYS } from './account-mail.ts';
import type { AddressChange, AddressStore } from './address-store.ts';
import type { OptInStore } from './opt-in-store.ts';
import type { Subscriber } from './subscriber.ts';

interface Needs {
  addresses: AddressStore;
  jobs: Jobs;
  tokens: Tokens;
  clock: Clock;
}

/** Each one is a mail to an address that may be anybody's. */
const ASKS_A_DAY = 5;

class ChangeLocked extends DomainError {
  constructor() {
    super('change-locked', 'conflict', 'address.locked', [], {}, { days: KEEP_DAYS });
  }
}

class AskedTooOften extends DomainError {
  constructor() {
    super('asked-too-often', 'conflict', 'address.too-often');
  }
}

class ChangeOver extends DomainError {
  constructor() {
    super('change-over', 'gone', 'address.over');
  }
}

/**
 * Owes a mail to each of the two addresses. What the new one is, a reader's, suppressed or neither, makes no difference here.
 * @throws Invalid, ChangeLocked or AskedTooOften: all of it known to the reader who asks
 */
export async function askForNewAddress(
  reader: Subscriber,
  email: EmailAddress,
  { addresses, rules, jobs, tokens, clock }: Needs & { rules: { kept(): Promise<SignUpRules> } },
): Promise<void> {
  if (email === reader.email) throw new Invalid([{ field: 'email', message: 'address.same' }]);
  const now = clock.now();
  const recent = await addresses.recent(reader.id, { asked: daysFrom(now, -1), stopped: daysFrom(now, -KEEP_DAYS) });
  if (recent.stopped) throw new ChangeLocked();
  if (recent.asked >= ASKS_A_DAY) throw new AskedTooOften();
  const { oneGmail } = await rules.kept();
  const key = oneGmail ? mailboxKey(email) : addressKey(email);
  const hash = tokens.mac('suppression', addressKey(email));
  const owed = await addresses.ask(reader.id, { email, key, hash }, now);
  await jobs.wakeAll(
    sendAccountMail,
    owed.map((mailId) => ({ mailId })),
  );
}

/** @throws TokenForged, TokenExpired or ChangeOver */
export async function readMove(token: string, { addresses, tokens, clock }: Needs): Promise<AddressChange> {
  const change = await changeOf('move-address', token, { addresses, tokens, clock });
  if (change.stoppedAt || (change.superseded && !change.movedAt)) throw new ChangeOver();
  return change;
}

/** Moves the reader to the new address; pressing twice is harmless. @throws as readMove */
export async function moveAddress(token: string, needs: Needs): Promise<AddressChange> {
  const change = await readMove(token, needs);
  if (change.movedAt || (await needs.addresses.move(change, needs.clock.now()))) return change;
  // Pressed twice at once, the later one finds it done.
  const now = await readMove(token, needs);
  if (!now.movedAt) throw new ChangeOver();
  return now;
}

/** @throws TokenForged or TokenExpired */
export const readKeep = (token: string, needs: Needs): Promise<AddressChange> => changeOf('keep-address', token, needs);

/** Stops or undoes the change; pressing twice is harmless. @throws as readKeep, or ChangeOver */
export async function keepAddress(token: string, needs: Needs): Promise<AddressChange> {
  const change = await readKeep(token, needs);
  if (change.stoppedAt || (await needs.addresses.stop(change.id, needs.clock.now()))) return change;
  const now = await readKeep(token, needs);
  if (!now.stoppedAt) throw new ChangeOver();
  return now;
}

async function changeOf(
  purpose: 'move-address' | 'keep-address',
  token: string,
  { addresses, tokens, clock }: Pick<Needs, 'addresses' | 'tokens' | 'clock'>,
): Promise<AddressChange> {
  const [id = 0] = tokens.open(purpose, token, clock.now());
  const change = await addresses.byId(id);
  if (!change) throw new TokenForged();
  return change;
}

const MAIL_DAYS = 30;

/** Addresses a day after the longest link is over; what was mailed about them, and about subscriptions, later. */
export async function forgetAddresses({ addresses, optIn, clock }: ForgetNeeds): Promise<void> {
  await addresses.forget(daysFrom(clock.now(), -KEEP_DAYS - 1));
  await optIn.forgetMails(daysFrom(clock.now(), -MAIL_DAYS));
}

type ForgetNeeds = Pick<Needs, 'addresses' | 'clock'> & { optIn: Pick<OptInStore, 'forgetMails'> };

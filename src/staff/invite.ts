import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { parseEmailAddress } from '../kernel/email-address.ts';
import { DomainError, NotFound } from '../kernel/errors.ts';
import { oneLine } from '../kernel/one-line.ts';
import { TokenExpired, TokenForged, type Tokens } from '../kernel/tokens.ts';
import { type Role, roles } from '../platform/http/staff.ts';
import { sendInvitation } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { Door } from './door.ts';
import type { PeopleStore, Person } from './people-store.ts';

export const EXPIRES_DAYS = 7;
const DAY_MS = 86_400_000;

export const personInput = z.object({
  name: oneLine(100),
  email: z.string().transform((text, check) => {
    const address = parseEmailAddress(text);
    if (address) return address.toLowerCase();
    check.addIssue({ code: 'custom', message: 'should be like name@example.org' });
    return z.NEVER;
  }),
  role: z.enum(roles, { error: `must be one of ${roles.join(', ')}` }),
});

interface Needs {
  people: PeopleStore;
  jobs: Jobs;
  tokens: Tokens;
  baseUrl: string;
  clock: Clock;
}

class AddressTaken extends DomainError {
  constructor(email: string) {
    super('address-taken', 'conflict', `${email} is staff already. To give them a new password, invite them again.`);
  }
}

class InvitationOver extends DomainError {
  constructor() {
    super('invitation-over', 'gone', 'This invitation has been used or is too old. Ask an admin to invite you again.');
  }
}

/** For the command line, where there may be nobody left who could invite: an address that is known gets a new link. */
export async function inviteOrAgain(input: { name: string; email: string; role: Role }, needs: Needs): Promise<Person> {
  const known = await needs.people.byEmail(input.email);
  return known ? inviteAgain(known.id, needs) : invite(input, needs);
}

/** Makes somebody staff and owes them a mail with a link to choose a password. @throws AddressTaken */
export async function invite(input: { name: string; email: string; role: Role }, needs: Needs): Promise<Person> {
  const person = await needs.people.add(input, needs.clock.now());
  if (!person) throw new AddressTaken(input.email);
  await needs.jobs.wake(sendInvitation, { staffId: person.id });
  return person;
}

/** A new link for somebody who lost theirs, or their password. @throws NotFound */
export async function inviteAgain(id: number, needs: Needs): Promise<Person> {
  const person = await needs.people.inviteAgain(id, needs.clock.now());
  if (!person) throw new NotFound('person');
  await needs.jobs.wake(sendInvitation, { staffId: person.id });
  return person;
}

/** Null when no invitation is open. */
export function invitationUrl({ id, invitedAt }: Person, { tokens, baseUrl }: Pick<Needs, 'tokens' | 'baseUrl'>) {
  if (!invitedAt) return null;
  const expires = new Date(invitedAt.getTime() + EXPIRES_DAYS * DAY_MS);
  return `${baseUrl}/console/invitation/${tokens.seal('invitation', [id, invitedAt.getTime() / 1000], expires)}`;
}

/** Whom a link is for, without changing anything. @throws InvitationOver; TokenForged */
export async function readInvitation(
  token: string,
  { people, tokens, clock }: Pick<Needs, 'people' | 'tokens' | 'clock'>,
): Promise<Person & { invitedAt: Date }> {
  const [id = 0, seconds = 0] = open(token, tokens, clock.now());
  const person = await people.byId(id);
  if (!person) throw new TokenForged();
  const { invitedAt } = person;
  if (person.disabledAt || !invitedAt || invitedAt.getTime() !== seconds * 1000) throw new InvitationOver();
  return { ...person, invitedAt };
}

function open(token: string, tokens: Tokens, now: Date): number[] {
  try {
    return tokens.open('invitation', token, now);
  } catch (error) {
    throw error instanceof TokenExpired ? new InvitationOver() : error;
  }
}

/** The password is set, a lost second factor forgotten, and the link used up. @throws InvitationOver when somebody was faster */
export async function acceptInvitation(
  token: string,
  password: string,
  needs: Pick<Needs, 'people' | 'tokens' | 'clock'> & { door: Pick<Door, 'setPassword'> },
): Promise<Person> {
  const person = await readInvitation(token, needs);
  if (!(await needs.people.useInvitation(person.id, person.invitedAt, needs.clock.now()))) throw new InvitationOver();
  await needs.people.forgetSecondFactor(person.id);
  await needs.door.setPassword(person.id, password);
  return person;
}

import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Tokens } from '../kernel/tokens.ts';
import { classify } from '../platform/mail/classify.ts';
import type { MailIdentity } from '../platform/mail/identity.ts';
import type { Mailer } from '../platform/mail/mailer.ts';
import { compileTemplate } from '../platform/mail/message-template.ts';
import { senderOf } from '../platform/mail/sender.ts';
import { sendInvitation } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Emails } from '../platform/view/emails.ts';
import { EXPIRES_DAYS, invitationUrl } from './invite.ts';
import type { PeopleStore, Person } from './people-store.ts';

interface Needs {
  people: PeopleStore;
  newsletters: { brand(): Promise<Brand> };
  emails: Emails;
  transactionalMailer: Mailer;
  identity: MailIdentity;
  tokens: Tokens;
  baseUrl: string;
  clock: Clock;
  log: Log;
}

/** Sends the invitation that is still owed to somebody, if one is. */
export async function inviteByMail(staffId: number, needs: Needs): Promise<void> {
  const { people, clock, log } = needs;
  const person = await people.byId(staffId);
  const url = person && invitationUrl(person, needs);
  if (!person?.invitedAt || !url || person.invitationSentAt || person.disabledAt) return;
  const outcome = classify(await send(person, url, needs));
  if (outcome.state === 'deferred') throw new Error(`invitation not accepted yet: ${outcome.reply}`);
  if (outcome.state === 'failed') log.warn({ staffId, reply: outcome.reply }, 'the relay refused an invitation');
  await people.noteInvitationSent(staffId, person.invitedAt, clock.now());
}

async function send({ id, name, email, role, invitedAt }: Person, url: string, needs: Needs) {
  const { newsletters, emails, transactionalMailer, identity, baseUrl, clock } = needs;
  const brand = await newsletters.brand();
  const view = { brand, baseUrl, name, role, url, expiresDays: EXPIRES_DAYS };
  const { html, text } = await emails.render('invitation', view);
  const subject = `You are invited to the newsroom of ${brand.name}`;
  const content = { ...senderOf(undefined, brand, identity), subject, html, text, headers: {} };
  const message = (await compileTemplate(content)).fill({
    to: { address: email },
    date: clock.now(),
    messageId: `invitation-${id.toString(36)}-${(invitedAt?.getTime() ?? 0).toString(36)}@${identity.domain}`,
    unsubscribe: [],
    slots: {},
  });
  return transactionalMailer.send(message, { from: `bounce@${identity.domain}`, to: email });
}

/** Invitations whose job the queue lost. */
export async function wakeOwedInvitations({ people, jobs }: { people: PeopleStore; jobs: Jobs }): Promise<void> {
  const owed = await people.owedInvitations();
  await jobs.wakeAll(
    sendInvitation,
    owed.map((staffId) => ({ staffId })),
  );
}

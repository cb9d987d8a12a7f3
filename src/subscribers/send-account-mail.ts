import type { Log } from '../kernel/log.ts';
import { type ContentNeeds, contentOf, KEEP_DAYS } from './account-mail.ts';
import type { OptInStore, OwedMail } from './opt-in-store.ts';
import { type PostNeeds, postAccountMail } from './post-account-mail.ts';

type Needs = ContentNeeds &
  Omit<PostNeeds, 'newsletters'> & {
    newsletters: PostNeeds['newsletters'];
    optIn: Pick<OptInStore, 'owedMail' | 'settleMail' | 'noteSent'>;
    log: Log;
  };

const DAY_MS = 86_400_000;

/** Sends a mail about a subscription that is still owed, if it is still worth saying. */
export async function sendOwedMail(mailId: number, needs: Needs): Promise<void> {
  const { optIn, clock } = needs;
  const owed = await optIn.owedMail(mailId);
  const now = clock.now();
  if (!owed || owed.settled || owed.dueAt > now) return;
  // Its owner may stop a change of address for as long as this.
  const days = owed.kind === 'old-address' ? KEEP_DAYS : 1;
  const tooLate = now.getTime() - owed.dueAt.getTime() > days * DAY_MS;
  // It stays owed: a later sweep finds the rehearsal over.
  if (owed.rehearsing && !tooLate) return;
  const mail = owed.suppressed || tooLate ? undefined : await contentOf(owed, now, needs);
  if (!mail) return void (await optIn.settleMail(owed.id, now, null));

  // Nobody is reminded twice, even by a worker that dies in between: that one is lost instead.
  const beforehand = owed.kind === 'reminder';
  if (beforehand && !(await optIn.settleMail(owed.id, now, null))) return;
  const stamp = `${owed.kind}-${owed.id.toString(36)}-${owed.dueAt.getTime().toString(36)}`;
  const outcome = await postAccountMail(mail, { readerId: owed.readerId, to: owed.to, stamp }, needs);
  if (outcome.state === 'deferred') {
    if (beforehand) await optIn.noteSent(owed.id, null);
    throw new Error(`${owed.kind} not accepted yet: ${outcome.reason}`);
  }
  if (outcome.state === 'failed') needs.log.warn({ reply: outcome.reply }, `the relay refused a ${owed.kind} mail`);
  await settle(owed, outcome.state === 'failed' ? null : now, beforehand, needs);
}

async function settle({ id }: OwedMail, sentAt: Date | null, beforehand: boolean, { optIn, clock }: Needs) {
  if (!beforehand) return void (await optIn.settleMail(id, clock.now(), sentAt));
  if (sentAt) await optIn.noteSent(id, sentAt);
}

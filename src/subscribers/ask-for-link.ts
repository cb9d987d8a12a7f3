import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { addressKey, type EmailAddress } from '../kernel/email-address.ts';
import { findReader, sendAccountMail } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import { mailboxKey } from './abuse/one-mailbox.ts';
import { WINDOW_MS } from './account-mail.ts';
import type { OptInStore } from './opt-in-store.ts';
import { signUpInput } from './sign-up.ts';

export const linkInput = z.object({ email: signUpInput.shape.email });

interface Needs {
  optIn: Pick<OptInStore, 'askForLink' | 'askedAbout' | 'oweLink'>;
  jobs: Jobs;
  clock: Clock;
}

/** Writes the question down and looks nothing up: the answer takes as long for a stranger as for a reader. */
export async function askForLink(email: EmailAddress, { optIn, jobs, clock }: Needs): Promise<void> {
  const requestId = await optIn.askForLink(addressKey(email), clock.now());
  await jobs.wake(findReader, { requestId });
}

/** Owes the mail when the address is a reader's. */
export async function answerLinkRequest(requestId: number, { optIn, jobs, clock }: Needs): Promise<void> {
  const key = await optIn.askedAbout(requestId);
  if (!key) return;
  // Where all spellings of a Gmail address are one reader, the row is under another key than what was typed.
  const mailId = await optIn.oweLink(
    requestId,
    [key, mailboxKey(key as EmailAddress)],
    new Date(clock.now().getTime() - WINDOW_MS),
  );
  if (mailId) await jobs.wake(sendAccountMail, { mailId });
}

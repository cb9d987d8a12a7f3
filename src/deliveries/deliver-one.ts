import type { Log } from '../kernel/log.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { classify, notComposed, type Outcome } from '../platform/mail/classify.ts';
import type { Terms } from '../platform/mail/hand-over.ts';
import type { Mailer } from '../platform/mail/mailer.ts';
import type { Claimed, Closing } from './delivery.ts';
import type { EditionMails } from './edition-mail.ts';
import type { Lease } from './lease.ts';
import type { Refusals } from './refusals.ts';

export interface Needs {
  mails: EditionMails;
  mailer: Mailer;
  refusals: Refusals;
  lease: Lease;
  log: Log;
}

/**
 * Hands one reader's mail over and says what became of it. Never rejects.
 * @param claimedAt on the monotonic clock
 */
export async function deliverOne(
  row: Claimed,
  claimedAt: number,
  newsletter: Newsletter,
  needs: Needs,
): Promise<Closing> {
  const terms = { urgent: newsletter.kind === 'breaking', mayGo: () => needs.lease.covers(claimedAt) };
  const outcome = await handOver(row, terms, newsletter, needs);
  if (outcome === 'withdrawn') return { ...unsent(row), state: 'skipped', reason: 'withdrawn' };
  await needs.refusals.note(row.editionId, outcome);
  return settle(row, outcome, newsletter);
}

async function handOver(
  row: Claimed,
  terms: Terms,
  newsletter: Newsletter,
  { mails, mailer, log }: Needs,
): Promise<Outcome | 'withdrawn'> {
  try {
    const mail = await mails.of(row, newsletter);
    return mail ? classify(await mailer.send(mail.message, mail.envelope, terms)) : 'withdrawn';
  } catch (err) {
    log.error({ err, subscriberId: row.subscriberId }, 'a message could not be composed');
    return notComposed();
  }
}

const unsent = ({ subscriberId }: Claimed) => ({
  ...{ subscriberId, reply: null, addressDead: false, counts: false, retryInSeconds: null },
});

/** What the answer means for this row: when to try again, or that the end of trying is reached. */
function settle({ subscriberId, attempts }: Claimed, outcome: Outcome, { whenUncertain }: Newsletter): Closing {
  const { reason, reply, addressDead, counts } = outcome;
  const resend = outcome.state === 'uncertain' && whenUncertain === 'resend';
  const closing = { subscriberId, reason, reply, addressDead, counts, retryInSeconds: null };
  if (outcome.state !== 'deferred' && !resend) return { ...closing, state: outcome.state };
  const retryInSeconds = outcome.waitAfter(attempts);
  if (retryInSeconds !== null) return { ...closing, state: 'deferred', retryInSeconds };
  return { ...closing, state: resend ? 'uncertain' : 'failed' };
}

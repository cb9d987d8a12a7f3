import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { classify, MOST_ATTEMPTS, type Outcome, waitBefore } from '../platform/mail/classify.ts';
import type { Mailer } from '../platform/mail/mailer.ts';
import { priorities, sendChunk } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { Brand } from '../platform/view/brand.ts';
import { composeDelivery, type Sending } from './compose-delivery.ts';
import type { Claimed, Closing } from './delivery.ts';
import type { Ledger } from './store.ts';

interface Needs {
  ledger: Ledger;
  editions: { byId(id: number): Promise<{ newsletterId: number; kind: 'digest' | 'alert' } | undefined> };
  newsletters: { byId(id: number): Promise<Newsletter | undefined>; brand(): Promise<Brand> };
  mailer: Mailer;
  identity: Parameters<typeof composeDelivery>[2]['identity'];
  tokens: Parameters<typeof composeDelivery>[2]['tokens'];
  baseUrl: string;
  workerId: string;
  jobs: Jobs;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** After this a chunk gives its place to whatever has a higher priority. */
const TURN_MS = 400;

/** Sends a chunk window by window; what it cannot finish in its turn it queues again. */
export async function deliverChunk(
  { editionId, chunk, part }: { editionId: number; chunk: number; part: number },
  needs: Needs,
): Promise<void> {
  const { ledger, editions, mailer, workerId, jobs, clock, signal } = needs;
  const edition = await editions.byId(editionId);
  if (!edition) return;
  const sending = await prepare(editionId, edition.newsletterId, needs);
  const until = performance.now() + TURN_MS;
  for (;;) {
    const { touched, claimed } = await ledger.claim(editionId, chunk, workerId, mailer.connections, clock.now());
    if (touched === 0) break;
    const closings = await Promise.all(claimed.map((row) => deliver(row, sending, needs)));
    if (closings.length > 0) await closeSurely(editionId, closings, needs);
    if (signal.aborted || performance.now() > until) {
      return jobs.wake(sendChunk, { editionId, chunk, part: part + 1 }, { priority: priorities[edition.kind] });
    }
  }
  await ledger.finishIfDone(editionId, clock.now());
}

async function prepare(editionId: number, newsletterId: number, { newsletters, ledger }: Needs): Promise<Sending> {
  const [newsletter, brand] = await Promise.all([newsletters.byId(newsletterId), newsletters.brand()]);
  if (!newsletter) throw new Error(`edition ${editionId} belongs to no newsletter`);
  const known = new Map<number, ReturnType<Ledger['variant']>>();
  const variant = (id: number) => {
    const loading = known.get(id) ?? ledger.variant(editionId, id);
    known.set(id, loading);
    return loading;
  };
  return { newsletter, brand, variant };
}

async function deliver(row: Claimed, sending: Sending, needs: Needs): Promise<Closing> {
  try {
    const { message, envelopeFrom } = await composeDelivery(row, sending, needs);
    return settle(row, classify(await needs.mailer.send(message, envelopeFrom)), sending.newsletter);
  } catch (err) {
    needs.log.error({ err, subscriberId: row.subscriberId }, 'a message could not be composed');
    return settle(
      row,
      { state: 'deferred', reason: 'could not be composed', reply: null, addressDead: false },
      sending.newsletter,
    );
  }
}

/** What the answer means for this row: when to try again, or that the end of trying is reached. */
function settle({ subscriberId, attempts }: Claimed, outcome: Outcome, { whenUncertain }: Newsletter): Closing {
  const resend = outcome.state === 'uncertain' && whenUncertain === 'resend';
  const again = outcome.state === 'deferred' || resend;
  const { reason, reply, addressDead } = outcome;
  const closing = { subscriberId, reason, reply, addressDead, retryInSeconds: null };
  if (!again) return { ...closing, state: outcome.state };
  if (attempts >= MOST_ATTEMPTS) return { ...closing, state: resend ? 'uncertain' : 'failed' };
  return { ...closing, state: 'deferred', retryInSeconds: waitBefore(attempts) };
}

const LONGEST_PAUSE_MS = 5000;

/** The mail is out: the answer must reach the ledger, however long the database is away. */
async function closeSurely(
  editionId: number,
  closings: Closing[],
  { ledger, workerId, clock, log }: Needs,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ledger.close(editionId, workerId, closings, clock.now());
    } catch (err) {
      log.warn({ err, attempt }, 'the ledger did not take the answers; trying again');
      await new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST_PAUSE_MS, 250 * 2 ** attempt)));
    }
  }
}

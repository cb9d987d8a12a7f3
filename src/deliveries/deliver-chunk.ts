import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import type { Mailer } from '../platform/mail/mailer.ts';
import { priorities, sendChunk } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { Claimant, ClaimStore } from './claim-store.ts';
import { deliverOne, type Needs as ReaderNeeds } from './deliver-one.ts';
import type { Claimed, Closing } from './delivery.ts';
import type { Progress } from './progress.ts';
import type { Ledger } from './store.ts';

interface Needs extends ReaderNeeds {
  ledger: Ledger;
  claims: ClaimStore;
  editions: { byId(id: number): Promise<{ newsletterId: number; kind: 'digest' | 'alert'; asOf: Date } | undefined> };
  progress: Progress;
  newsletters: { byId(id: number): Promise<Newsletter | undefined> };
  mailer: Mailer;
  workerId: string;
  jobs: Jobs;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

interface Chunk {
  editionId: number;
  chunk: number;
  part: number;
}

/** After this a chunk gives its place to whatever has a higher priority. */
const TURN_MS = 400;
/** Where other workers have all the connections. */
const NO_ROOM_MS = 1000;

/** Sends a chunk; what it cannot finish in its turn, or must not send yet, it queues again. */
export async function deliverChunk({ editionId, chunk, part }: Chunk, needs: Needs): Promise<void> {
  const { ledger, editions, newsletters, mailer, jobs, clock } = needs;
  const edition = await editions.byId(editionId);
  if (!edition) return;
  const again = (delayMs = 0) =>
    jobs.wake(sendChunk, { editionId, chunk, part: part + 1 }, { priority: priorities[edition.kind], delayMs });
  if (mailer.connections === 0) return again(NO_ROOM_MS);
  const newsletter = await newsletters.byId(edition.newsletterId);
  if (!newsletter) throw new Error(`edition ${editionId} belongs to no newsletter`);
  const { finished, heldSeconds } = await sendWindow({ editionId, chunk, releasedAt: edition.asOf }, newsletter, needs);
  if (!finished) return again();
  if (heldSeconds !== null) return again(heldSeconds * 1000);
  await ledger.finishIfDone(editionId, clock.now());
}

/** Half of a commit's price does not depend on its rows: the first answer waits so long for those right behind it. */
const GATHER_MS = 2;

let runs = 0;

/**
 * Keeps as many rows claimed as there are connections. Each commit closes whatever has been answered since the last one
 * and claims as many again: the ledger is waited for once a window, not once a message.
 */
async function sendWindow(
  { releasedAt, ...of }: Pick<Chunk, 'editionId' | 'chunk'> & { releasedAt: Date },
  newsletter: Newsletter,
  needs: Needs,
) {
  const { mailer, signal, workerId, progress, clock } = needs;
  runs += 1;
  const claimant = { ...of, name: `${workerId}#${runs}` };
  const until = performance.now() + TURN_MS;
  const underWay = new Set<number>();
  /** Claimed, and not yet closed in the ledger: being handed over, or answered meanwhile. */
  const held = new Set<number>();
  let answered: Closing[] = [];
  let news = Promise.withResolvers<void>();
  let finished = false;
  let heldSeconds: number | null = null;

  const send = async (row: Claimed, claimedAt: number) => {
    underWay.add(row.subscriberId);
    const closing = await deliverOne(row, claimedAt, newsletter, needs);
    underWay.delete(row.subscriberId);
    if (!closing.counts && closing.state !== 'skipped')
      heldSeconds = Math.min(heldSeconds ?? LONGEST_HOLD_S, closing.retryInSeconds ?? 0);
    answered.push(closing);
    progress.note(of.editionId, row.email, closing, clock.now().getTime() - releasedAt.getTime());
    news.resolve();
  };

  for (;;) {
    const claiming: boolean = !finished && !signal.aborted && performance.now() < until;
    if (!claiming && answered.length === 0 && underWay.size === 0) return { finished, heldSeconds };
    // Other workers may have come meanwhile, and this one's part of the connections have shrunk.
    const room: number = claiming ? Math.max(0, mailer.connections - underWay.size) : 0;
    if (answered.length > 0 || room > 0) {
      const closings = answered;
      answered = [];
      news = Promise.withResolvers<void>();
      const claimedAt = performance.now();
      const { touched, claimed } = await exchangeSurely(claimant, closings, room, held, needs);
      finished ||= room > 0 && touched === 0;
      for (const { subscriberId } of closings) held.delete(subscriberId);
      for (const { subscriberId } of claimed) held.add(subscriberId);
      for (const row of claimed) void send(row, claimedAt);
    }
    if (answered.length === 0 && underWay.size > 0) await news.promise;
    for (let ms = 0; ms < GATHER_MS && answered.length < underWay.size; ms += 1) await sleep(1);
  }
}

/** What waits for a limit of ours is looked at again at least this often. */
const LONGEST_HOLD_S = 60;
const LONGEST_PAUSE_MS = 5000;
/** After so many failures the relay's words are left out: should they be at fault, nothing else is lost with them. */
const TOLERATED = 5;
const withoutWords = (closing: Closing): Closing => ({ ...closing, reply: null });

/** The mails are out: their answers must reach the ledger, however long the database is away. */
async function exchangeSurely(
  claimant: Claimant,
  closings: Closing[],
  room: number,
  held: ReadonlySet<number>,
  { claims, clock, log }: Needs,
) {
  for (let failures = 0; ; ) {
    try {
      if (failures > 0) await claims.release(claimant, [...held]);
      return await claims.exchange(claimant, closings, room, clock.now());
    } catch (err) {
      failures += 1;
      if (failures === TOLERATED) closings = closings.map(withoutWords);
      log.warn({ err, failures }, 'the ledger did not take the answers; trying again');
      await sleep(Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures));
    }
  }
}

import type { Clock } from '../kernel/clock.ts';
import { DomainError, NotFound } from '../kernel/errors.ts';
import { mendable } from '../platform/mail/classify.ts';
import { fanOut, priorities, sendChunk } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { EditionSummary } from './delivery.ts';
import type { ReportStore } from './report-store.ts';
import type { Ledger } from './store.ts';

export interface Needs {
  ledger: Ledger;
  reports: ReportStore;
  jobs: Jobs;
  clock: Clock;
}

class NotUnderWay extends DomainError {
  constructor(status: string, what: string) {
    super('wrong-status', 'conflict', `This edition is ${status}: only one that is ${what}.`);
  }
}

/**
 * Holds what has not been claimed; what is being handed over is still answered for. Pausing twice is harmless.
 * @throws NotFound, or NotUnderWay for an edition that is not assembling or sending
 */
export async function pauseEdition(id: number, needs: Needs): Promise<EditionSummary> {
  await needs.ledger.pause(id, 'person', null);
  const edition = await read(id, needs);
  if (edition.status !== 'paused') throw new NotUnderWay(edition.status, 'assembling or sending can be paused');
  return edition;
}

/**
 * Goes on with a paused edition, first of all with those who were put off for what the pause was about.
 * @throws NotFound, or NotUnderWay for an edition that is not paused
 */
export async function resumeEdition(id: number, needs: Needs): Promise<EditionSummary> {
  const resumed = await needs.ledger.resume(id, mendable, needs.clock.now());
  const edition = await read(id, needs);
  if (!resumed) throw new NotUnderWay(edition.status, 'paused can be resumed');
  await wake(edition, needs);
  return edition;
}

/**
 * Lets an edition go that was stopped for what was found in it.
 * @throws NotFound, or NotUnderWay for an edition that is not paused
 */
export async function overruleEdition(
  id: number,
  needs: Needs & { preflights: { overrule(id: number, now: Date): Promise<void> } },
): Promise<EditionSummary> {
  const { status } = await read(id, needs);
  if (status !== 'paused') throw new NotUnderWay(status, 'paused can be sent as it is');
  await needs.preflights.overrule(id, needs.clock.now());
  return resumeEdition(id, needs);
}

/** What pausing stopped: the plan, where it was not complete, and every chunk with somebody left in it. */
export async function wake({ id, kind }: EditionSummary, { ledger, jobs, clock }: Needs): Promise<void> {
  const priority = priorities[kind];
  const part = Math.floor(clock.now().getTime() / 1000);
  const chunks = await ledger.waitingChunks(clock.now(), id);
  await jobs.wake(fanOut, { editionId: id, part }, { priority });
  await jobs.wakeAll(
    sendChunk,
    chunks.map(({ editionId, chunk }) => ({ editionId, chunk, part })),
    { priority },
  );
  await ledger.finishIfDone(id, clock.now());
}

async function read(id: number, { reports }: Needs): Promise<EditionSummary> {
  const edition = await reports.edition(id);
  if (!edition) throw new NotFound('edition');
  return edition;
}

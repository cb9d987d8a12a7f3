import { isOver } from '../editions/edition.ts';
import type { Clock } from '../kernel/clock.ts';
import { DomainError } from '../kernel/errors.ts';
import type { EditionSummary } from './delivery.ts';
import type { ReportStore } from './report-store.ts';
import type { Ledger } from './store.ts';

interface Needs {
  ledger: Pick<Ledger, 'cancel'>;
  reports: Pick<ReportStore, 'glance'>;
  clock: Clock;
  drafts: {
    /** Undefined where there is nothing to correct. */
    addCorrection(editionId: number, staffId: number, now: Date): Promise<number | undefined>;
    correctionOf(editionId: number): Promise<{ id: number; status: string } | undefined>;
  };
}

class NothingToCorrect extends DomainError {
  constructor() {
    super(
      'nothing-to-correct',
      'conflict',
      'Only an alert that somebody has can be corrected. Cancel this one instead.',
    );
  }
}

class AlreadyCorrected extends DomainError {
  constructor(by: number) {
    super(
      'already-corrected',
      'conflict',
      `No. ${by} has put it right already. If that is wrong too, correct that one.`,
    );
  }
}

/**
 * Stops what is left of a wrong alert, and begins the mail that puts it right for those who have it. A correction that
 * somebody has begun already is gone on with.
 * @returns the draft's id
 * @throws NothingToCorrect for a digest, a draft, or an alert that nobody was sent; AlreadyCorrected
 */
export async function startCorrection(id: number, staffId: number, needs: Needs): Promise<number> {
  const { drafts, ledger, reports, clock } = needs;
  const edition = await reports.glance(id);
  if (edition?.kind !== 'alert' || !mayHaveBeenRead(edition)) throw new NothingToCorrect();
  const begun = await drafts.correctionOf(id);
  if (begun && !beingWritten.includes(begun.status)) throw new AlreadyCorrected(begun.id);
  // It may be over meanwhile: then there is nothing left to stop.
  if (!isOver(edition.status)) await ledger.cancel(id, clock.now());
  const draftId = begun?.id ?? (await drafts.addCorrection(id, staffId, clock.now()));
  if (draftId === undefined) throw new NothingToCorrect();
  return draftId;
}

const beingWritten = ['draft', 'scheduled'];

/** What is being handed over counts as pending. */
export const mayHaveBeenRead = ({ status, counts: { accepted, uncertain, pending } }: EditionSummary): boolean =>
  accepted + uncertain + (isOver(status) ? 0 : pending) > 0 && !beingWritten.includes(status);

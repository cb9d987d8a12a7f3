import type { Clock } from '../kernel/clock.ts';
import { DomainError, NotFound } from '../kernel/errors.ts';
import type { EditionSummary } from './delivery.ts';
import type { ReportStore } from './report-store.ts';
import type { Ledger } from './store.ts';

interface Needs {
  ledger: Ledger;
  reports: ReportStore;
  clock: Clock;
}

class TooLate extends DomainError {
  constructor() {
    super('already-sent', 'conflict', 'This edition has been sent: there is nothing left to stop.');
  }
}

/**
 * Stops what has not been claimed; what a relay has already accepted cannot be taken back. Cancelling twice is harmless.
 * @throws NotFound, or TooLate once everything is sent
 */
export async function cancelEdition(id: number, { ledger, reports, clock }: Needs): Promise<EditionSummary> {
  await ledger.cancel(id, clock.now());
  const edition = await reports.edition(id);
  if (!edition) throw new NotFound('edition');
  if (edition.status === 'sent') throw new TooLate();
  return edition;
}

import { DomainError } from '../kernel/errors.ts';
import { cancelEdition } from './cancel-edition.ts';

type Needs = Parameters<typeof cancelEdition>[1] & {
  drafts: {
    /** Undefined where there is nothing to correct. */
    addCorrection(editionId: number, staffId: number, now: Date): Promise<number | undefined>;
  };
};

class NothingToCorrect extends DomainError {
  constructor() {
    super('nothing-to-correct', 'conflict', 'Only an alert that has gone out to somebody can be corrected.');
  }
}

/**
 * Stops what is left of a wrong alert, and begins the mail that puts it right for those who have it.
 * @returns the draft's id
 * @throws NothingToCorrect for a digest, a draft, or an alert that nobody was sent
 */
export async function startCorrection(id: number, staffId: number, needs: Needs): Promise<number> {
  const { drafts, reports, clock } = needs;
  const edition = await reports.glance(id);
  if (edition?.kind !== 'alert' || edition.counts.audience === 0) throw new NothingToCorrect();
  if (!over.includes(edition.status)) await cancelEdition(id, needs);
  const draftId = await drafts.addCorrection(id, staffId, clock.now());
  if (draftId === undefined) throw new NothingToCorrect();
  return draftId;
}

const over = ['sent', 'cancelled'];

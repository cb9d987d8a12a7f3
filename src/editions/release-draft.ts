import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { DomainError } from '../kernel/errors.ts';
import { fanOut, priorities } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import { NoLongerDraft, readDraft } from './draft-alert.ts';
import type { DraftStore, Manner } from './draft-store.ts';
import { NewsletterInactive } from './newsletter-inactive.ts';

const ticked = z
  .literal('yes')
  .optional()
  .transform((value) => value === 'yes');

/** What an editor decides besides the words. */
export const mannerInput = z
  .object({ over_quiet: ticked, over_cap: ticked, canary: ticked })
  .transform(({ over_quiet: overQuiet, over_cap: overCap, canary }) => ({ overQuiet, overCap, canary }));

interface Releaser {
  staffId: number;
  /** The version of its words that was looked at. */
  wording: number;
  /** An admin may go without the second person. */
  unapproved: boolean;
}

interface Needs {
  drafts: DraftStore;
  jobs: Jobs;
  clock: Clock;
  undoSeconds: number;
}

class NotApproved extends DomainError {
  constructor() {
    super(
      'not-approved',
      'conflict',
      'This newsletter wants a second person: ask somebody to approve the alert first.',
    );
  }
}

class NoWords extends DomainError {
  constructor() {
    super('no-words', 'invalid', 'Write everything first, the headline and a sentence or two, and save it.');
  }
}

class WordsChanged extends DomainError {
  constructor() {
    super(
      'words-changed',
      'conflict',
      'Somebody has changed the words meanwhile. Here they are: read them again first.',
    );
  }
}

class NotAsked extends DomainError {
  constructor() {
    super('not-asked', 'conflict', 'Nobody has asked for approval yet: the alert is still being written.');
  }
}

class OwnWords extends DomainError {
  constructor() {
    super('own-words', 'forbidden', 'Whoever wrote any of an alert cannot approve it. Ask somebody else.');
  }
}

class NotCounting extends DomainError {
  constructor() {
    super('not-counting', 'conflict', 'Nothing is counting down: somebody has called it back or discarded it already.');
  }
}

class TooLate extends DomainError {
  constructor() {
    super('too-late', 'conflict', 'The countdown is over: the alert is going out. You can still cancel what is left.');
  }
}

export async function wantApproval(id: number, { drafts, clock }: Needs): Promise<void> {
  if (!(await drafts.wantApproval(id, clock.now()))) throw new NoLongerDraft();
}

/**
 * @param wording the version that was looked at
 * @throws OwnWords for whoever wrote any of it; WordsChanged; NotAsked; NoLongerDraft
 */
export async function approve(id: number, wording: number, staffId: number, { drafts }: Needs): Promise<void> {
  if (await drafts.approve(id, wording, staffId)) return;
  const draft = await readDraft(id, { drafts });
  if (draft.status !== 'draft') throw new NoLongerDraft();
  if (draft.wording !== wording) throw new WordsChanged();
  if (!draft.approvalWantedAt) throw new NotAsked();
  throw new OwnWords();
}

/**
 * Starts the countdown; until it is over the alert can be called back whole.
 * @returns whether it went without approval, and in what manner
 * @throws NotApproved; WordsChanged; NoWords; NoLongerDraft
 */
export async function releaseDraft(id: number, by: Releaser, manner: Manner, needs: Needs) {
  const { drafts, jobs, clock, undoSeconds } = needs;
  const { overQuiet, overCap, canary } = manner;
  const draft = await readDraft(id, needs);
  const lacksApproval = draft.needsApproval && !draft.approvedBy;
  const releaseAt = new Date(clock.now().getTime() + undoSeconds * 1000);
  if (!(await drafts.release(id, { ...by, releaseAt, overQuiet, overCap, canary }))) {
    const now = await readDraft(id, needs);
    if (now.status !== 'draft') throw new NoLongerDraft();
    if (now.wording !== by.wording) throw new WordsChanged();
    if (!draft.headline || !draft.body || draft.wrong === '') throw new NoWords();
    throw lacksApproval ? new NotApproved() : new NewsletterInactive(draft.newsletter);
  }
  await jobs.wake(fanOut, { editionId: id }, { priority: priorities.alert, delayMs: undoSeconds * 1000 });
  return { brokeGlass: lacksApproval, overQuiet, overCap, canary };
}

/** Back to the desk, with nothing sent. @throws TooLate once the countdown is over; NotCounting where there is none */
export async function undoRelease(id: number, { drafts, clock }: Needs): Promise<void> {
  if (await drafts.undo(id, clock.now())) return;
  const { status } = await readDraft(id, { drafts });
  throw status === 'draft' || status === 'cancelled' ? new NotCounting() : new TooLate();
}

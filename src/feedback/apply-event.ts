import type { Clock } from '../kernel/clock.ts';
import type { FeedbackStore } from './store.ts';

/** Applies a stored event to the ledger and the suppression list. Applying it twice is harmless. */
export const applyEvent = (
  eventId: number,
  { feedback, clock }: { feedback: FeedbackStore; clock: Clock },
): Promise<void> => feedback.applyBounce(eventId, clock.now());

import type { AudienceGroup, Candidate, Edition } from './edition.ts';

const HOUR_MS = 3_600_000;
const FIRST_WINDOW_MS = 24 * HOUR_MS;
/** A week lasts longer where clocks are set back or a reader moves west, and windows overlap. */
const LONGEST_WINDOW_MS = 8 * 24 * HOUR_MS;
/** An article stamped before an edition may be committed after it was planned: windows overlap by this much. */
const OVERLAP_MS = HOUR_MS;

/** What earlier editions considered, by the instant they served. */
export type Considered = Map<number, Set<number>>;

/** A new reader gets the last day; who wants one a week, the last week. */
export const firstWindowStart = (
  { asOf }: Pick<Edition, 'asOf'>,
  frequency: AudienceGroup['frequency'] = 'daily',
): Date => new Date(asOf.getTime() - FIRST_WINDOW_MS * (frequency === 'weekly' ? 7 : 1));

/** Nobody gets much more than a week. */
const earliestStart = ({ asOf }: Pick<Edition, 'asOf'>): Date => new Date(asOf.getTime() - LONGEST_WINDOW_MS);

/** The start of the window of readers served until `servedUntil`. */
export const windowStart = (edition: Pick<Edition, 'asOf'>, servedUntil: Date): Date =>
  new Date(Math.max(servedUntil.getTime() - OVERLAP_MS, earliestStart(edition).getTime()));

/** What these readers get, newest first: not considered for them before, of a chosen topic, not already sent as an alert. */
export function chooseArticles(
  edition: Pick<Edition, 'asOf'>,
  readers: AudienceGroup,
  candidates: Candidate[],
  considered: Considered,
): Candidate[] {
  const from = readers.servedUntil
    ? windowStart(edition, readers.servedUntil)
    : firstWindowStart(edition, readers.frequency);
  const had = considered.get(readers.servedUntil?.getTime() ?? Number.NaN) ?? new Set();
  const topics = new Set(readers.topicIds);
  const alerted = new Set(readers.alerted);
  return candidates.filter(
    (article) =>
      article.availableAt > from &&
      !had.has(article.id) &&
      !alerted.has(article.id) &&
      (topics.size === 0 || article.topicIds.some((id) => topics.has(id))),
  );
}

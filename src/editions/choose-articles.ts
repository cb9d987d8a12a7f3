import type { AudienceRow, Candidate, Edition } from './edition.ts';

const DAY_MS = 86_400_000;

/** The start of a reader's window; a new reader gets the last day. */
export const windowStart = (edition: Pick<Edition, 'asOf'>, servedUntil: Date | null): Date =>
  servedUntil ?? new Date(edition.asOf.getTime() - DAY_MS);

/** Readers with the same key get the same articles. */
export const audienceKey = ({ servedUntil, topicIds, alerted }: AudienceRow): string =>
  `${servedUntil?.getTime() ?? 'new'}|${topicIds.join()}|${alerted.join()}`;

/** What this reader gets, newest first: in the window, of a chosen topic, not already sent as an alert. */
export function chooseArticles(
  edition: Pick<Edition, 'asOf'>,
  reader: AudienceRow,
  candidates: Candidate[],
): Candidate[] {
  const from = windowStart(edition, reader.servedUntil);
  const topics = new Set(reader.topicIds);
  const alerted = new Set(reader.alerted);
  return candidates.filter(
    (article) =>
      article.availableAt > from &&
      !alerted.has(article.id) &&
      (topics.size === 0 || article.topicIds.some((id) => topics.has(id))),
  );
}

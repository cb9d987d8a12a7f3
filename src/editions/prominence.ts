import type { AlertTold, Candidate, StoryPart } from './edition.ts';

/** What makes an article stand above newer ones. */
export interface Prominence {
  /** Other articles on the same event. */
  further: number;
  /** An alert told of it. */
  alert: boolean;
  /** By how much newer it counts. */
  hours: number;
}

/** An article's place must be told in one sentence: each further article on the event counts an hour, an alert three. */
const MOST_FURTHER = 6;
const ALERT_HOURS = 3;
/** In a week an hour is nothing: it would be the newest day, told seven times. */
const WEEKLY = 7;
const HOUR_MS = 3_600_000;

interface Told {
  parts: Map<number, StoryPart[]>;
  alerts: Map<number, AlertTold>;
}

/** What was told of an event up to `asOf`: the same on every page of an edition. */
export function prominenceOf(
  { id, storyId }: Candidate,
  { parts, alerts }: Told,
  asOf: Date,
  alerted = alertedBy(asOf, alerts),
): Prominence {
  const others = (storyId !== null && parts.get(storyId)) || [];
  const further = others.filter((part) => part.id !== id && !part.withdrawn && part.availableAt <= asOf).length;
  const alert = alerted.has(id) || others.some((part) => alerted.has(part.id));
  return { further, alert, hours: Math.min(further, MOST_FURTHER) + (alert ? ALERT_HOURS : 0) };
}

/** Articles that alerts had told of. */
const alertedBy = (asOf: Date, alerts: Told['alerts']): Set<number> =>
  new Set([...alerts.values()].flatMap((one) => (one.out && one.asOf <= asOf ? one.articleId : [])));

/** The newest first, what is prominent counting as newer. */
export function byWeight<A extends Candidate>(
  articles: A[],
  told: Told,
  { asOf, frequency }: { asOf: Date; frequency: string },
): A[] {
  const hourMs = HOUR_MS * (frequency === 'weekly' ? WEEKLY : 1);
  const alerted = alertedBy(asOf, told.alerts);
  const weight = new Map(
    articles.map((article) => [
      article,
      +article.availableAt + hourMs * prominenceOf(article, told, asOf, alerted).hours,
    ]),
  );
  return articles.toSorted((a, b) => (weight.get(b) ?? 0) - (weight.get(a) ?? 0));
}

import { sameWords } from '../articles/text/same-words.ts';
import type { AlertTold, Candidate, Chosen, Contents, StoryPart } from './edition.ts';

/** What a reader who had an alert is told of what is new: of these the first that is. */
export interface Change {
  kind: 'correction' | 'headline' | 'standfirst';
  words: string;
}

/** What the source put right, the headline that is another now, else what it says below the headline; null where it is none. */
export function changedSince(article: Candidate, alert: AlertTold): Change | null {
  const { headline, standfirst, correctionNote, id } = article;
  // Another article of the event has another headline anyway, and its own corrections are no news of what the alert said.
  const same = alert.articleId === id && alert.headline !== null;
  if (same && correctionNote && !sameWords(correctionNote, alert.correctionNote))
    return { kind: 'correction', words: correctionNote };
  if (same && !sameWords(headline, alert.headline) && alert.said && !sameWords(headline, alert.said))
    return { kind: 'headline', words: alert.said };
  if (standfirst && !(same && sameWords(standfirst, alert.standfirst)))
    return { kind: 'standfirst', words: standfirst };
  return null;
}

/** The alert carried the article in the words it has now, whatever it said in between. */
export const saysTheSame = (alert: AlertTold, part: StoryPart): boolean =>
  alert.revision === part.revision ||
  (alert.headline !== null &&
    sameWords(alert.headline, part.headline) &&
    sameWords(alert.standfirst, part.standfirst) &&
    sameWords(alert.correctionNote, part.correctionNote));

/** The articles of a variant with its marks. @param alerts those its marks name, by edition */
export const marked = (
  articles: Candidate[],
  { updatedIds, sinceAlerts }: Pick<Contents, 'updatedIds' | 'sinceAlerts'>,
  alerts: Map<number, AlertTold>,
): Chosen[] =>
  articles.map((article) => {
    const at = updatedIds.indexOf(article.id);
    return { ...article, updated: at >= 0, since: alerts.get(sinceAlerts[at] ?? 0) };
  });

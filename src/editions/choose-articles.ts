import { sameWords } from '../articles/text/same-words.ts';
import { type Arrangement, inPlace, untouched, withoutDropped } from './digest-plan.ts';
import type { AlertTold, AudienceGroup, Candidate, Chosen, Edition, StoryPart } from './edition.ts';
import { byWeight } from './prominence.ts';
import { saysTheSame } from './since-alert.ts';

const HOUR_MS = 3_600_000;
const FIRST_WINDOW_MS = 24 * HOUR_MS;
/** A week lasts longer where clocks are set back or a reader moves west, and windows overlap. */
const LONGEST_WINDOW_MS = 8 * 24 * HOUR_MS;
/** An article stamped before an edition may be committed after it was planned: windows overlap by this much. */
const OVERLAP_MS = HOUR_MS;

/** What there is to choose from, and what earlier mails had of it. */
export interface News {
  /** Newest first. */
  candidates: Candidate[];
  /** All that was told of the candidates' stories, the candidates among them. */
  parts: Map<number, StoryPart[]>;
  /** Articles of earlier editions with their revisions, by the instant those editions served. */
  considered: Map<number, Map<number, number>>;
  /** By edition. */
  alerts: Map<number, AlertTold>;
}

export type Readers = Pick<AudienceGroup, 'servedUntil' | 'frequency' | 'topicIds' | 'alerted'>;

/** What readers had of an article: nothing, other words than it has now, or these. */
type Had = 'nothing' | 'older' | 'these';

/** A new reader gets the last day; who wants one a week, the last week. */
export const firstWindowStart = (
  { asOf }: Pick<Edition, 'asOf'>,
  frequency: AudienceGroup['frequency'] = 'daily',
): Date => new Date(asOf.getTime() - FIRST_WINDOW_MS * (frequency === 'weekly' ? 7 : 1));

/** Nobody gets much more than a week, and what is older is told no more, however it is revised. */
export const earliestStart = ({ asOf }: Pick<Edition, 'asOf'>): Date => new Date(asOf.getTime() - LONGEST_WINDOW_MS);

const overlapStart = (servedUntil: Date): Date => new Date(servedUntil.getTime() - OVERLAP_MS);

/** The start of the window of readers served until `servedUntil`. */
export const windowStart = (edition: Pick<Edition, 'asOf'>, servedUntil: Date): Date =>
  new Date(Math.max(overlapStart(servedUntil).getTime(), earliestStart(edition).getTime()));

/** The start of the window of these readers. */
export const windowOf = (edition: Pick<Edition, 'asOf'>, { servedUntil, frequency }: Readers): Date =>
  servedUntil ? windowStart(edition, servedUntil) : firstWindowStart(edition, frequency);

/**
 * What these readers get: of each story the newest that is of a chosen topic and that they have not had, unless they had
 * what is newer still, or the same words from elsewhere. What editors decided goes before that, but brings nobody the same
 * words twice. It stands as editors placed it; the rest by its weight.
 */
export function chooseArticles(
  edition: Pick<Edition, 'asOf'>,
  readers: Readers,
  news: News,
  desk: Arrangement = untouched,
): Chosen[] {
  const from = windowOf(edition, readers);
  const { hadOf, surelyHad, isWanted, alertBefore } = mindOf(readers, news);
  const pinned = new Set(desk.pinned);
  const fresh = withoutDropped(news.candidates, desk).filter((article) => {
    // What an editor wants in it may be as old as it likes, and be told a second time to who had it long ago.
    if (pinned.has(article.id)) return !surelyHad(article) && !before(article).some((part) => isEcho(part, article));
    if (toldAt(article) <= from || !isWanted(article)) return false;
    const had = hadOf(article);
    return (had === 'older' || (had === 'nothing' && article.availableAt > from)) && !isNeedless(article);
  });
  const newest = new Map<number, Candidate>();
  for (const article of fresh) {
    const { storyId } = article;
    const known = storyId === null ? undefined : newest.get(storyId);
    if (storyId !== null && (!known || goesBefore(article, known))) newest.set(storyId, article);
  }
  const chosen = fresh.flatMap((article) => {
    if (article.storyId !== null && newest.get(article.storyId) !== article) return [];
    const updated = before(article).some((part) => part.id !== article.id || hadOf(part) === 'older');
    return [{ ...article, updated, since: updated ? alertBefore(partsOf(article, news)) : undefined }];
  });
  return inPlace(byWeight(chosen, news, { asOf: edition.asOf, frequency: readers.frequency }), desk);

  function goesBefore(article: Candidate, known: Candidate): boolean {
    if (pinned.has(article.id) !== pinned.has(known.id)) return pinned.has(article.id);
    return toldAt(article) > toldAt(known);
  }

  function before(article: Candidate): StoryPart[] {
    return partsOf(article, news).filter((part) => hadOf(part) !== 'nothing');
  }

  function isNeedless(article: Candidate): boolean {
    return before(article).some((part) => part.id !== article.id && makesNeedless(part, article, hadOf(part)));
  }
}

/** When an article was last news. */
const toldAt = ({ availableAt, revisedAt }: StoryPart): Date =>
  revisedAt && revisedAt > availableAt ? revisedAt : availableAt;

const partsOf = (article: Candidate, { parts }: News): StoryPart[] =>
  (article.storyId !== null && parts.get(article.storyId)) || [article];

/** What was told later tells more, unless it was taken back; the same words from an agency tell nothing. */
const makesNeedless = (part: StoryPart, article: StoryPart, had: Had): boolean =>
  (had === 'these' && !part.withdrawn && toldAt(part) >= toldAt(article)) || isEcho(part, article);

const isEcho = (part: StoryPart, article: StoryPart): boolean =>
  part.id !== article.id &&
  sameWords(part.headline, article.headline) &&
  sameWords(part.standfirst, article.standfirst);

/** What readers want, and what they had. */
function mindOf({ servedUntil, topicIds, alerted }: Readers, { considered, alerts }: News) {
  const topics = new Set(topicIds);
  const isWanted = (part: StoryPart): boolean => topics.size === 0 || part.topicIds.some((id) => topics.has(id));
  const inLast = (servedUntil && considered.get(servedUntil.getTime())) ?? new Map<number, number>();
  const inAlerts = alerted
    .flatMap((edition) => alerts.get(edition) ?? [])
    .toSorted((a, b) => b.asOf.getTime() - a.asOf.getTime());
  // What is older than the last edition's window was considered by it or by one before.
  const certain = servedUntil ? overlapStart(servedUntil) : new Date(0);
  return { isWanted, hadOf, surelyHad, alertBefore };

  /** In an alert, or not longer ago than in their last digest. */
  function surelyHad(part: StoryPart): boolean {
    const inAlert = inAlerts.some((alert) => alert.articleId === part.id && saysTheSame(alert, part));
    return inAlert || (isWanted(part) && inLast.get(part.id) === part.revision);
  }

  /** The last alert they had of a story, unless a digest told them more since. */
  function alertBefore(parts: StoryPart[]): AlertTold | undefined {
    const alert = inAlerts.find(({ articleId }) => parts.some(({ id }) => id === articleId));
    const toldMore = (part: StoryPart, revision: number): boolean =>
      alert?.articleId === part.id ? revision > alert.revision : alert !== undefined && part.availableAt > alert.asOf;
    const isOld = parts.some((part) => isWanted(part) && inDigests(part).some((revision) => toldMore(part, revision)));
    return isOld ? undefined : alert;
  }

  function hadOf(part: StoryPart): Had {
    const ofIt = inAlerts.filter(({ articleId }) => articleId === part.id);
    const revisions = ofIt.map((alert) => (saysTheSame(alert, part) ? part.revision : alert.revision));
    if (isWanted(part)) revisions.push(...inDigests(part));
    if (revisions.includes(part.revision)) return 'these';
    return revisions.length > 0 ? 'older' : 'nothing';
  }

  function inDigests({ id, availableAt, revision, revisedAt }: StoryPart): number[] {
    const had = inLast.get(id);
    if (had !== undefined) return [had];
    if (availableAt > certain) return [];
    return [revisedAt && revisedAt > certain ? revision - 1 : revision];
  }
}

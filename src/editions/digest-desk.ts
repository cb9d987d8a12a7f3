import { NotFound } from '../kernel/errors.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { chooseArticles, type Readers } from './choose-articles.ts';
import type { ComingStore } from './coming-store.ts';
import { isSame, issueNamed, issueOf } from './digest-issue.ts';
import type { DigestPlan, Issue } from './digest-plan.ts';
import type { DigestPlanStore } from './digest-plan-store.ts';
import type { Candidate, Chosen } from './edition.ts';
import { newsFor } from './news.ts';
import { type Prominence, prominenceOf } from './prominence.ts';

export interface DeskNeeds {
  coming: ComingStore;
  digestPlans: DigestPlanStore;
  due: { nextSlots(most: number): Promise<{ newsletterId: number; at: Date }[]> };
  newsletters: { bySlug(slug: string): Promise<Newsletter | undefined> };
  clock: { now(): Date };
}

/** An issue on the desk: what was decided of it, and when it leaves. */
export interface OnDesk {
  newsletter: Newsletter;
  plan: DigestPlan;
  /** Its slots that are still to come, the first of them overdue where it is held; none when it is over. */
  slots: Date[];
  /** Those of them whose edition is paused, mostly because it was stopped before it left. */
  paused: { id: number; at: Date }[];
  /** The newsletter's other issues that are still to come, with the first slot of each. */
  others: { issue: Issue; at: Date }[];
}

/** More than a day has. */
const SLOTS = 150;
/** Articles of one story are one headline. */
const LOOKED_AT = 200;

/** @throws NotFound for what is no digest */
export async function digestNamed(slug: string, { newsletters }: Pick<DeskNeeds, 'newsletters'>): Promise<Newsletter> {
  const newsletter = await newsletters.bySlug(slug);
  if (newsletter?.kind !== 'digest') throw new NotFound('digest');
  return newsletter;
}

/** The issue that leaves next; undefined while nobody is due. */
export async function nextIssue(newsletter: Newsletter, needs: DeskNeeds): Promise<Issue | undefined> {
  return (await issuesOf(newsletter, needs))[0]?.issue;
}

/** @throws NotFound for what is no digest, or no date */
export async function readDesk(slug: string, name: string, needs: DeskNeeds): Promise<OnDesk> {
  const newsletter = await digestNamed(slug, needs);
  const issue = issueNamed(name);
  if (!issue) throw new NotFound('digest');
  const [plan, issues] = await Promise.all([
    needs.digestPlans.planOf(newsletter.id, issue),
    issuesOf(newsletter, needs),
  ]);
  const others = issues.filter(
    (one, n) => !isSame(one.issue, issue) && n === issues.findIndex((first) => isSame(first.issue, one.issue)),
  );
  const slots = issues.filter((one) => isSame(one.issue, issue)).map(({ at }) => at);
  return { newsletter, plan, slots, paused: await needs.digestPlans.pausedAt(newsletter.id, slots), others };
}

/** Each slot to come, and the issue that most likely all of its readers get: that of the first of them. */
async function issuesOf(
  newsletter: Newsletter,
  { due, digestPlans }: DeskNeeds,
): Promise<{ at: Date; issue: Issue }[]> {
  const slots = (await due.nextSlots(SLOTS)).filter(({ newsletterId }) => newsletterId === newsletter.id);
  const zones = await digestPlans.zoneOfEach(
    newsletter.id,
    slots.map(({ at }) => at),
  );
  return zones.map(({ at, timeZone }) => ({ at, issue: issueOf(newsletter, at, timeZone) }));
}

interface Content {
  articles: Chosen[];
  dropped: Candidate[];
  /** Pinned, but not in it: most readers have had it, or its story stands there by another pinned article. */
  absent: Candidate[];
  prominence(article: Candidate): Prominence | null;
}

/** What would be in it now for readers of every topic who have had what most of them had; and what is left out by hand. */
export async function contentOf(
  { newsletter, plan, slots: [slot] }: OnDesk,
  { coming, clock }: Pick<DeskNeeds, 'coming' | 'clock'>,
): Promise<Content> {
  const now = clock.now();
  const dropped = plan.dropped.length > 0 ? await coming.named(plan.dropped, now) : [];
  if (!slot) return { articles: [], dropped, absent: [], prominence: () => null };
  const servedUntil = await coming.servedUntil(newsletter.id, slot);
  const readers: Readers = { servedUntil, frequency: 'daily', topicIds: [], alerted: [] };
  const edition = { id: 0, newsletterId: newsletter.id, asOf: slot };
  const news = await newsFor(edition, readers, { until: now, most: LOOKED_AT, desk: plan }, coming);
  const articles = chooseArticles(edition, readers, news, plan);
  const shown = new Set(articles.map(({ id }) => id));
  const absent = news.candidates.filter(({ id }) => plan.pinned.includes(id) && !shown.has(id));
  return { articles, dropped, absent, prominence: (article) => prominenceOf(article, news, slot) };
}

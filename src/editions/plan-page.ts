import type { Newsletter } from '../newsletters/newsletter.ts';
import { nextSlot } from '../newsletters/next-slot.ts';
import { chooseArticles, windowStart } from './choose-articles.ts';
import {
  type AudienceGroup,
  type Candidate,
  type Chosen,
  contentsOf,
  type Edition,
  type PlannedGroup,
  type WrittenPage,
} from './edition.ts';
import type { PlanStore } from './plan-store.ts';
import { type LeftOut, renderFitting } from './render-fitting.ts';

type Needs = Parameters<typeof renderFitting>[3] & {
  newsletters: { byId(id: number): Promise<Newsletter | undefined> };
  clock: { now(): Date };
};

export interface Page {
  edition: Edition;
  plan: PlanStore;
  limit: number;
}

export type Planner = (
  page: Page,
  needs: Needs,
) => Promise<WrittenPage & { complete: boolean; subject: string | null }>;

/** Readers are grouped by what they have had, each group's content is rendered once, and its next slot computed. */
export const planDigest: Planner = async ({ edition, plan, limit }, needs) => {
  const candidates = await candidatesOf(edition, plan);
  const leftOut = new Set<number>();
  const usable = ({ id }: Candidate) => !leftOut.has(id);
  const subject = () => candidates.find(usable)?.headline ?? null;
  const parts = await plan.storyParts(candidates);
  const alerts = await plan.alertsOf([...candidates, ...[...parts.values()].flat()].map(({ id }) => id));
  const alertIds = [...alerts.keys()];
  const { groups, readers, last } = await plan.audience(edition, alertIds, limit);
  const complete = readers < limit;
  if (readers === 0) return { chunks: edition.chunks, complete, subject: subject() };
  const news = { candidates, parts, alerts, considered: await plan.considered(edition, servedUntil(groups)) };
  const next = await nextSlots(edition, needs);
  const planned: PlannedGroup[] = [];
  for (const group of groups) {
    const articles = chooseArticles(edition, group, news).filter(usable);
    const found = await variantOf(articles, group, { edition, plan, limit }, needs);
    for (const { articleId } of found.leftOut) leftOut.add(articleId);
    planned.push({ ...group, variantId: found.id, next: next(group) });
  }
  return { ...(await plan.writeDigestPage(edition, planned, alertIds, last)), complete, subject: subject() };
};

async function candidatesOf(edition: Edition, plan: PlanStore): Promise<Candidate[]> {
  if (edition.audience > 0) return plan.frozen(edition);
  const since = await plan.servedSince(edition);
  const candidates = await plan.candidates(windowStart(edition, since), edition.asOf);
  await plan.noteArticles(edition.id, candidates);
  return candidates;
}

/** Its id is null when there is nothing to read. A set of articles is rendered once, however many groups get it. */
async function variantOf(
  articles: Chosen[],
  group: AudienceGroup,
  { edition, plan }: Page,
  needs: Needs,
): Promise<{ id: number | null; leftOut: LeftOut[] }> {
  if (articles.length === 0) return { id: null, leftOut: [] };
  const known = await plan.findVariant(edition.id, contentsOf(articles));
  if (known) return { id: known, leftOut: [] };
  const { variant, leftOut } = await renderFitting(edition, articles, group.timeZone, needs);
  await plan.leaveOut(edition.id, leftOut);
  return { id: variant && (await plan.saveVariant(edition.id, variant, group.timeZone)), leftOut };
}

const servedUntil = (groups: AudienceGroup[]): Date[] => groups.flatMap((group) => group.servedUntil ?? []);

/** A digest by hand moves nobody's schedule; a slot moves each zone on to the next one of each rhythm. */
async function nextSlots(edition: Edition, { newsletters, clock }: Needs) {
  const newsletter = await newsletters.byId(edition.newsletterId);
  const { slot } = edition;
  if (!slot || !newsletter) return () => null;
  const known = new Map<string, { at: Date; date: string }>();
  // After a late edition, slots that went by meanwhile are passed over rather than sent one after the other.
  const after = new Date(Math.max(slot.getTime(), clock.now().getTime()));
  return ({ timeZone, rhythmId, ...rhythm }: AudienceGroup) => {
    if (!timeZone) return null;
    const key = `${rhythmId} ${timeZone}`;
    const date = localDate(slot, timeZone);
    const next = known.get(key) ?? {
      at: nextSlot(rhythm.ownTime ?? newsletter.sendAt, timeZone, after, date, rhythm).at,
      date,
    };
    known.set(key, next);
    return next;
  };
}

const localDate = (at: Date, timeZone: string): string => new Intl.DateTimeFormat('sv', { timeZone }).format(at);

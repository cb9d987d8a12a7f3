import type { Newsletter } from '../newsletters/newsletter.ts';
import { nextSlot } from '../newsletters/next-slot.ts';
import { type Rhythm, whenFor } from '../newsletters/timetable.ts';
import { chooseArticles, firstWindowStart, windowStart } from './choose-articles.ts';
import { issueOf, slotPlans } from './digest-issue.ts';
import type { DigestPlan } from './digest-plan.ts';
import type { AudienceGroup, Candidate, Edition, PlannedGroup, WrittenPage } from './edition.ts';
import { pageVariants } from './page-variants.ts';
import type { PlanStore } from './plan-store.ts';
import type { renderFitting } from './render-fitting.ts';

type Needs = Parameters<typeof renderFitting>[3] & {
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
export const planDigest: Planner = async ({ edition, plan, limit }, { newsletters, ...others }) => {
  const [newsletter, brand] = await Promise.all([newsletters.byId(edition.newsletterId), newsletters.brand()]);
  // Asked once a page, not by each of thousands of variants.
  const needs = { ...others, newsletters: { byId: async () => newsletter, brand: async () => brand } };
  const plans = edition.slot ? await plan.plansAround(edition.newsletterId, edition.slot) : [];
  const planOf = slotPlans(newsletter, edition.slot, plans);
  const candidates = await candidatesOf(edition, plans, plan);
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
  const next = nextSlots(edition, newsletter, needs);
  const variants = await pageVariants(edition, plan, needs);
  const planned: Planned[] = [];
  for (const group of groups) {
    const desk = planOf(group.timeZone);
    // They stay due for this slot, which is opened again for them.
    if (waits(edition, desk, needs.clock.now())) continue;
    const articles = chooseArticles(edition, group, news, desk).filter(usable);
    if (newsletter && articles.length > 0 && articles.length < newsletter.minArticles) {
      planned.push({ ...group, ...tooFew(edition, group), next: next(group) });
      continue;
    }
    const moved = { ...group, next: next(group), until: edition.asOf, refusal: 'nothing new' };
    const found = await variants.of({ ...edition, words: desk }, articles, group.timeZone);
    for (const { articleId } of found.leftOut) leftOut.add(articleId);
    planned.push({ ...moved, variantId: found.id });
  }
  await variants.stored();
  const written = await plan.writeDigestPage(edition, await Promise.all(planned.map(known)), alertIds, last);
  return { ...written, complete, subject: subject() };
};

type Planned = Omit<PlannedGroup, 'variantId'> & { variantId: Promise<number | null> | null };

async function known({ refusal, ...group }: Planned): Promise<PlannedGroup> {
  const variantId = await group.variantId;
  return { ...group, variantId, refusal: variantId === null ? refusal : null };
}

/** What they had no mail for is still to come. */
const tooFew = (edition: Edition, { servedUntil, frequency }: AudienceGroup) => ({
  ...{ variantId: null, refusal: 'too few articles' },
  until: servedUntil ?? firstWindowStart(edition, frequency),
});

/** Held by an editor; or, where the edition was sent before its time, of another date, whose time has not come. */
function waits({ slot }: Edition, desk: DigestPlan | undefined, now: Date): boolean {
  return slot !== null && (Boolean(desk?.heldAt) || (slot > now && !desk?.sentAt));
}

/** What an editor pins may be older, and may come after the first page. */
async function candidatesOf(edition: Edition, plans: DigestPlan[], plan: PlanStore): Promise<Candidate[]> {
  const found = edition.audience > 0 ? await plan.frozen(edition) : await plan.candidates(await since(), edition.asOf);
  const known = new Set(found.map(({ id }) => id));
  const missing = plans.flatMap(({ pinned }) => pinned.filter((id) => !known.has(id)));
  const pinned = missing.length > 0 ? await plan.named(missing, edition.asOf) : [];
  const candidates = [...found, ...pinned];
  if (edition.audience === 0 || pinned.length > 0) await plan.noteArticles(edition.id, candidates);
  return candidates;

  async function since(): Promise<Date> {
    return windowStart(edition, await plan.servedSince(edition));
  }
}

const servedUntil = (groups: AudienceGroup[]): Date[] => groups.flatMap((group) => group.servedUntil ?? []);

/** A digest by hand moves nobody's schedule; a slot moves each zone on to the next one of each rhythm. */
function nextSlots({ slot }: Edition, newsletter: Newsletter | undefined, { clock }: Needs) {
  if (!slot || !newsletter) return () => null;
  const known = new Map<string, NonNullable<PlannedGroup['next']>>();
  // After a late edition, slots that went by meanwhile are passed over rather than sent one after the other.
  const after = new Date(Math.max(slot.getTime(), clock.now().getTime()));
  return ({ timeZone, rhythmId, ...rhythm }: AudienceGroup) => {
    if (!timeZone) return null;
    const key = `${rhythmId} ${timeZone}`;
    const next = known.get(key) ?? nextFor(newsletter, slot, timeZone, after, rhythm);
    known.set(key, next);
    return next;
  };
}

function nextFor(newsletter: Newsletter, slot: Date, timeZone: string, after: Date, rhythm: Rhythm) {
  const served = issueOf(newsletter, slot, timeZone);
  const had = { servedOn: served.date, servedNth: served.nth };
  return { at: nextSlot(whenFor(newsletter, rhythm), timeZone, after, had).at, served };
}

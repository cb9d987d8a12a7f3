import { slotPlans } from './digest-issue.ts';
import type { DigestPlan } from './digest-plan.ts';
import type { Edition } from './edition.ts';
import { renderFitting } from './render-fitting.ts';
import { marked } from './since-alert.ts';
import type { VariantStore } from './variant-store.ts';

type Needs = Parameters<typeof renderFitting>[3] & {
  variants: Pick<VariantStore, 'laidOut' | 'standing' | 'alerts' | 'layOutAgain'>;
  editions: { byId(id: number): Promise<Edition | undefined> };
  digestPlans: { plansAround(newsletterId: number, slot: Date): Promise<DigestPlan[]> };
  clock: { now(): Date };
};

/** What became of a variant: it stands as it was, was laid out again, or has nothing left to tell. */
export type Mended = 'same' | 'anew' | 'nothing';

/**
 * Lays a variant out again when its articles are not any more what it says, for whoever has not got it yet: what was
 * withdrawn or is held back is gone, what was revised is told as it is now. Of several workers at once, whoever read the
 * articles before another had laid them out reads them again: an older text never goes over a newer one.
 */
export async function mendVariant(editionId: number, id: number, needs: Needs): Promise<Mended> {
  const { variants, editions, clock } = needs;
  const now = clock.now();
  const variant = await variants.laidOut(editionId, id, now);
  const edition = variant?.outdated ? await editions.byId(editionId) : undefined;
  if (!variant || !edition) return variant?.nothing ? 'nothing' : 'same';
  // An alert is about the one article that was taken away.
  const articles = edition.kind === 'digest' ? await variants.standing(variant.articleIds, now) : [];
  const alerts = variant.sinceAlerts.filter((id) => id > 0);
  const told = alerts.length > 0 ? await variants.alerts(alerts) : new Map();
  const chosen = marked(articles, variant, told);
  const words = await wordsOf(edition, variant.timeZone, needs);
  const { variant: again } = await renderFitting({ ...edition, words }, chosen, variant.timeZone, needs);
  if (!(await variants.layOutAgain(editionId, id, variant, again))) return mendVariant(editionId, id, needs);
  return again ? 'anew' : 'nothing';
}

/** What editors wrote over it. */
async function wordsOf({ newsletterId, slot }: Edition, timeZone: string | null, { digestPlans, newsletters }: Needs) {
  const plans = slot ? await digestPlans.plansAround(newsletterId, slot) : [];
  return slotPlans(await newsletters.byId(newsletterId), slot, plans)(timeZone);
}

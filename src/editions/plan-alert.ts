import type { Newsletter } from '../newsletters/newsletter.ts';
import { quietUntil } from '../newsletters/quiet-hours.ts';
import { type Edition, LEAST_FOR_CANARY, type Patience } from './edition.ts';
import type { Page, Planner } from './plan-page.ts';
import type { PlanStore } from './plan-store.ts';
import { openGate } from './preflight/gate.ts';
import { renderAlert } from './render-variant.ts';

type Needs = Parameters<Planner>[1];

const DAY_MS = 86_400_000;
/** A hundredth of many readers is more than it takes to see that something is wrong. */
const CANARY_MOST = 1000;

/** Everybody gets the same; nobody's schedule moves. */
export const planAlert: Planner = async (page, needs) => {
  const { plan } = page;
  const edition = await orWithoutCanary(page);
  const first = edition.canary === 'wanted';
  const limit = first ? CANARY_MOST : page.limit;
  const variantId = await variantOf(edition, plan, needs);
  const patience = await patienceOf({ edition, plan, limit }, needs);
  const { chunks, readers } = await plan.writeAlertPage(edition, variantId, patience, limit);
  if (first) await plan.setCanary(edition.id, 'out', needs.clock.now());
  return { chunks, complete: !first && readers < limit, subject: edition.subject };
};

async function orWithoutCanary({ edition, plan }: Page): Promise<Edition> {
  if (edition.canary !== 'wanted' || (await plan.hasReaders(edition.newsletterId, LEAST_FOR_CANARY))) return edition;
  await plan.setCanary(edition.id, null, edition.asOf);
  return { ...edition, canary: null };
}

async function patienceOf({ edition, plan, limit }: Page, { newsletters, clock }: Needs): Promise<Patience> {
  const newsletter = await newsletters.byId(edition.newsletterId);
  // What was wrong is put right for everybody who has it, at the latest when their night is over.
  const rule = edition.corrects === null ? (newsletter?.quietRule ?? 'after') : 'after';
  if (!newsletter) return { rule, quiet: [], cap: null };
  return { rule, quiet: await quietOf(newsletter), cap: await capOf(newsletter) };

  async function quietOf(hours: Newsletter): Promise<Patience['quiet']> {
    if (edition.overQuiet || !hours.quietFrom) return [];
    const zones = await plan.zonesOf(edition, limit);
    return zones.flatMap((timeZone) => {
      const until = quietUntil(hours, timeZone, clock.now());
      return until ? [{ timeZone, until }] : [];
    });
  }

  async function capOf({ alertsPerDay: most }: Newsletter): Promise<Patience['cap']> {
    if (edition.overCap || edition.corrects !== null || most === null) return null;
    const alertIds = await plan.alertsSince(edition, new Date(clock.now().getTime() - DAY_MS));
    return alertIds.length < most ? null : { alertIds, most };
  }
}

async function variantOf(edition: Edition, plan: PlanStore, needs: Needs): Promise<number> {
  const articleIds = edition.articleId ? [edition.articleId] : [];
  const known = await plan.findVariant(edition.id, { articleIds, updatedIds: [], sinceAlerts: [] });
  if (known) return known;
  const variant = await renderAlert(edition, needs);
  (await openGate(edition, plan, needs))(variant, []);
  return plan.saveVariant(edition.id, variant);
}

import type { Newsletter } from '../newsletters/newsletter.ts';
import { nextSlot } from '../newsletters/next-slot.ts';
import { audienceKey, chooseArticles, earliestStart, firstWindowStart, windowStart } from './choose-articles.ts';
import type { AudienceRow, Candidate, Edition, PlannedRow } from './edition.ts';
import type { PlanStore } from './plan-store.ts';
import { renderAlert, renderDigest } from './render-variant.ts';

type Needs = Parameters<typeof renderDigest>[3] & {
  newsletters: { byId(id: number): Promise<Newsletter | undefined> };
  clock: { now(): Date };
};

interface Page {
  edition: Edition;
  plan: PlanStore;
  limit: number;
}

export type Planner = (
  page: Page,
  needs: Needs,
) => Promise<{ rows: PlannedRow[]; chunks: number; subject: string | null }>;

/** Few enough that a chunk is over in a moment, many enough that its job costs nothing. */
const CHUNK = 250;

/** Everybody gets the same; nobody's schedule moves. */
export const planAlert: Planner = async ({ edition, plan, limit }, needs) => {
  const audience = await plan.audience(edition, [], limit);
  if (audience.length === 0) return { rows: [], chunks: edition.chunks, subject: edition.subject };
  const variantId = await plan.saveVariant(edition.id, await renderAlert(edition, needs));
  const choose = () => variantId;
  return { ...assign(audience, edition, choose, () => null), subject: edition.subject };
};

/** Readers are grouped by what they have had, each group is rendered once, and everybody's next slot is computed. */
export const planDigest: Planner = async ({ edition, plan, limit }, needs) => {
  const candidates = await candidatesOf(edition, plan);
  const alertIds = await plan.alertsOf(candidates.map(({ id }) => id));
  const audience = await plan.audience(edition, alertIds, limit);
  const considered = await plan.considered(edition, earliestStart(edition));
  const choose = (reader: AudienceRow) => chooseArticles(edition, reader, candidates, considered);
  const variants = await variantsFor(audience, choose, { edition, plan, limit }, needs);
  const next = await nextSlots(edition, needs);
  const variantOf = (reader: AudienceRow) => variants.get(audienceKey(reader)) ?? null;
  return { ...assign(audience, edition, variantOf, next), subject: candidates[0]?.headline ?? null };
};

async function candidatesOf(edition: Edition, plan: PlanStore): Promise<Candidate[]> {
  if (edition.audience > 0) return plan.frozen(edition.id);
  const since = await plan.servedSince(edition, firstWindowStart(edition));
  const candidates = await plan.candidates(windowStart(edition, since), edition.asOf);
  await plan.noteArticles(edition.id, candidates);
  return candidates;
}

async function variantsFor(
  audience: AudienceRow[],
  choose: (reader: AudienceRow) => Candidate[],
  { edition, plan }: Page,
  needs: Needs,
): Promise<Map<string, number | null>> {
  const variants = new Map<string, number | null>();
  for (const reader of audience) {
    const key = audienceKey(reader);
    if (variants.has(key)) continue;
    const articles = choose(reader);
    const ids = articles.map(({ id }) => id);
    const known = articles.length === 0 ? null : await plan.findVariant(edition.id, ids);
    const made = async () =>
      plan.saveVariant(edition.id, await renderDigest(edition, articles, reader.timeZone, needs));
    variants.set(key, known === undefined ? await made() : known);
  }
  return variants;
}

/** A digest by hand moves nobody's schedule; a slot moves each zone on to its next one. */
async function nextSlots(edition: Edition, { newsletters, clock }: Needs) {
  const newsletter = await newsletters.byId(edition.newsletterId);
  const { slot } = edition;
  if (!slot || !newsletter) return () => null;
  const byZone = new Map<string, { at: Date; date: string }>();
  // After a late edition, slots that went by meanwhile are passed over rather than sent one after the other.
  const after = new Date(Math.max(slot.getTime(), clock.now().getTime()));
  return ({ timeZone }: AudienceRow) => {
    const known = byZone.get(timeZone);
    if (known) return known;
    const date = localDate(slot, timeZone);
    const next = { at: nextSlot(newsletter.sendAt, timeZone, after, date).at, date };
    byZone.set(timeZone, next);
    return next;
  };
}

const localDate = (at: Date, timeZone: string): string => new Intl.DateTimeFormat('sv', { timeZone }).format(at);

/** Deals readers with something to read into chunks; the others are settled here and now. */
function assign(
  audience: AudienceRow[],
  edition: Edition,
  variantOf: (reader: AudienceRow) => number | null,
  nextOf: (reader: AudienceRow) => { at: Date; date: string } | null,
): { rows: PlannedRow[]; chunks: number } {
  let sendable = 0;
  const rows = audience.map((reader): PlannedRow => {
    const variantId = variantOf(reader);
    const { subscriptionId, subscriberId } = reader;
    const row = { subscriptionId, subscriberId, variantId, next: nextOf(reader) };
    if (variantId === null) return { ...row, chunk: 0, skipped: 'nothing new' };
    const chunk = edition.chunks + Math.floor(sendable / CHUNK);
    sendable += 1;
    return { ...row, chunk, skipped: null };
  });
  return { rows, chunks: edition.chunks + Math.ceil(sendable / CHUNK) };
}

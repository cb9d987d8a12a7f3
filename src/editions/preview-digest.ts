import type { Clock } from '../kernel/clock.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { withoutOwnLinks } from '../platform/view/emails.ts';
import { chooseArticles, type Readers } from './choose-articles.ts';
import { contentOf, type DeskNeeds, type OnDesk } from './digest-desk.ts';
import { issueOf } from './digest-issue.ts';
import type { DigestPlan } from './digest-plan.ts';
import { type Chosen, newEdition, type Variant } from './edition.ts';
import { newsFor } from './news.ts';
import { type LeftOut, renderFitting } from './render-fitting.ts';

type Needs = DeskNeeds & Parameters<typeof renderFitting>[3] & { clock: Clock };

/** Whoever a digest is made for: what they have had, when it is next due for them, and whose clock they live by. */
export interface Expecting extends Readers {
  timeZone: string;
  nextDueAt: Date | null;
}

/** A digest that has not left, as it stands now. */
export interface NextDigest {
  /** When it is due; null while nothing is. */
  at: Date | null;
  plan: DigestPlan;
  articles: Chosen[];
  /** Null while there is nothing in it. */
  variant: Variant | null;
  leftOut: LeftOut[];
}

/** What most readers would get now; links that are a reader's own lead nowhere. Undefined while there is nothing in it. */
export async function previewDigest(desk: OnDesk, needs: Needs): Promise<Variant | undefined> {
  const { variant } = await nextForMost(desk, needs);
  if (!variant) return undefined;
  return { ...variant, html: withoutOwnLinks(variant.html), text: withoutOwnLinks(variant.text) };
}

/** What readers of every topic who have had what most have had would get now. */
export async function nextForMost(desk: OnDesk, needs: Needs): Promise<NextDigest> {
  const { newsletter, plan, slots } = desk;
  const { articles } = await contentOf(desk, needs);
  const at = slots[0] ?? null;
  return { at, plan, articles, ...(await laidOut({ newsletter, plan, at, articles, zone: null }, needs)) };
}

/** What one reader would get now of the issue that is next due for them. */
export async function nextFor(reader: Expecting, newsletter: Newsletter, needs: Needs): Promise<NextDigest> {
  const { nextDueAt: at, timeZone: zone } = reader;
  const now = needs.clock.now();
  const asOf = at ?? now;
  const plan = await needs.digestPlans.planOf(newsletter.id, issueOf(newsletter, asOf, zone));
  const edition = { id: 0, newsletterId: newsletter.id, asOf };
  const news = await newsFor(edition, reader, { until: now, desk: plan }, needs.coming);
  const articles = chooseArticles(edition, reader, news, plan);
  return { at, plan, articles, ...(await laidOut({ newsletter, plan, at, articles, zone }, needs)) };
}

interface Made extends Pick<NextDigest, 'at' | 'plan' | 'articles'> {
  newsletter: Newsletter;
  /** Null for the newsroom's. */
  zone: string | null;
}

function laidOut({ newsletter, plan, at, articles, zone }: Made, needs: Needs) {
  const asOf = at ?? needs.clock.now();
  const edition = { ...newEdition({ newsletterId: newsletter.id, kind: 'digest', asOf }), words: plan };
  return renderFitting(edition, articles, zone, needs);
}

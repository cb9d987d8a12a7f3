import type { Log } from '../../kernel/log.ts';
import type { Newsletter } from '../../newsletters/newsletter.ts';
import { type OnDesk, readDesk } from '../digest-desk.ts';
import { issueOf, nameOf } from '../digest-issue.ts';
import { nextForMost } from '../preview-digest.ts';
import type { Check } from './check.ts';
import { type CheckNeeds, lookAtMail } from './check-edition.ts';

type Needs = Parameters<typeof nextForMost>[1] & CheckNeeds;

const NOTHING: Check = { what: 'Stories', state: 'unsure', says: 'Nothing new for it yet: nobody gets a mail.' };

/** A digest as it stands on the desk now, for readers of every topic. */
export async function checkDigest(desk: OnDesk, needs: Needs): Promise<Check[]> {
  const { newsletter, plan } = desk;
  const { articles, variant, leftOut } = await nextForMost(desk, needs);
  const checks = variant
    ? await lookAtMail(variant, { newsletterId: newsletter.id, leads: leadsOf(articles, variant.articleIds) }, needs)
    : [NOTHING];
  const left: Check[] = leftOut.map(({ reason }) => ({ what: 'Left out', state: 'unsure', says: reason }));
  await needs.preflights.noteDigest(newsletter.id, plan, [...left, ...checks], needs.clock.now());
  return [...left, ...checks];
}

const leadsOf = (articles: { id: number; url: string }[], [first]: number[]): string[] =>
  articles.flatMap(({ id, url }) => (id === first ? url : []));

/** What was found the last time. */
export async function lookedAt({ newsletter, plan }: OnDesk, { preflights }: Pick<Needs, 'preflights'>) {
  const looked = await preflights.ofDigest(newsletter.id, plan);
  return looked && { checks: looked.checks, checkedAt: looked.checkedAt.toISOString() };
}

const SLOTS = 150;
/** So long before a digest leaves, an editor can still do something about it. */
const AHEAD_MS = 15 * 60_000;
const AGAIN_MS = 10 * 60_000;

type ComingNeeds = Needs & { newsletters: { all(): Promise<Newsletter[]> }; log: Log };

/** Who is looking already. */
const looking = new WeakSet<object>();

/**
 * Digests that leave in a quarter of an hour: what is wrong with them is known before they do. While slow hosts take longer
 * than the minute after which it comes again, others are not asked twice, and polls keep their workers.
 */
export async function checkComing(needs: ComingNeeds): Promise<void> {
  const { preflights } = needs;
  if (looking.has(preflights)) return;
  looking.add(preflights);
  await lookAtComing(needs).finally(() => looking.delete(preflights));
}

async function lookAtComing(needs: ComingNeeds): Promise<void> {
  const { due, newsletters, digestPlans, preflights, clock, log } = needs;
  const now = clock.now().getTime();
  const all = await newsletters.all();
  const soon = (await due.nextSlots(SLOTS)).filter(({ at }) => at.getTime() <= now + AHEAD_MS);
  const seen = new Set<string>();
  for (const { newsletterId, at } of soon) {
    const newsletter = all.find(({ id, kind, active }) => id === newsletterId && kind === 'digest' && active);
    const [first] = newsletter ? await digestPlans.zoneOfEach(newsletterId, [at]) : [];
    if (!newsletter || !first) continue;
    const issue = issueOf(newsletter, at, first.timeZone);
    const looked = await preflights.ofDigest(newsletterId, issue);
    const key = `${newsletterId} ${nameOf(issue)}`;
    if (seen.has(key) || (looked && now - looked.checkedAt.getTime() < AGAIN_MS)) continue;
    seen.add(key);
    // One newsletter's trouble is no other's.
    await readDesk(newsletter.slug, nameOf(issue), needs)
      .then((desk) => checkDigest(desk, needs))
      .catch((err: unknown) => log.error({ err, newsletterId }, 'a digest could not be looked at before it leaves'));
  }
}

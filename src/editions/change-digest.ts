import { z } from 'zod';
import { DomainError, NotFound } from '../kernel/errors.ts';
import { prose } from '../kernel/one-line.ts';
import { tick } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import { addArticle } from './add-article.ts';
import { contentOf, type DeskNeeds, type OnDesk } from './digest-desk.ts';
import { slotPlans } from './digest-issue.ts';
import { type Arrangement, type DigestPlan, drop, move, pin, restore, unpin, type Words } from './digest-plan.ts';
import { NewsletterInactive } from './newsletter-inactive.ts';
import type { EditionStore } from './store.ts';

type Needs = DeskNeeds & { editions: Pick<EditionStore, 'zonesDue'>; jobs: Jobs };

/** A header, and what inboxes show beside it. */
const line = (most: number) => prose(most).refine((text) => !/[\n\t]/.test(text), 'must be one line');
const orNull = (text: string): string | null => text || null;

export const wordsInput = z.object({
  subject: line(200).transform(orNull),
  preheader: line(200).transform(orNull),
  intro: prose(2000).transform(orNull),
});

export const arrangements = ['pin', 'unpin', 'drop', 'restore', 'up', 'down'] as const;
export type ArrangementName = (typeof arrangements)[number];

/** More is no choice any more. */
const MOST = 200;

class DigestOver extends DomainError {
  constructor() {
    super('digest-over', 'conflict', 'This digest has left, or nobody is due for it. Open the next one.');
  }
}

class WordsSavedMeanwhile extends DomainError {
  constructor() {
    super(
      'saved-meanwhile',
      'conflict',
      'Other words have been saved since this page was opened: the mail shows them, yours stand here, unsaved. Save again to put yours in their place.',
    );
  }
}

class DigestPaused extends DomainError {
  constructor(id: number) {
    super('digest-paused', 'conflict', `It is paused: put it right, then resume edition no. ${id}.`);
  }
}

function mustBeOpen({ slots }: OnDesk): void {
  if (slots.length === 0) throw new DigestOver();
}

/** @throws NotFound */
async function mustBeNews(articleId: number, { coming, clock }: DeskNeeds): Promise<void> {
  const [article] = await coming.named([articleId], clock.now());
  if (!article) throw new NotFound('article, or it was withdrawn or is under embargo');
}

/** @throws DigestOver, NotFound */
export async function arrange(
  desk: OnDesk,
  name: ArrangementName,
  articleId: number,
  needs: DeskNeeds,
): Promise<Arrangement> {
  mustBeOpen(desk);
  if (name === 'pin' || name === 'drop') await mustBeNews(articleId, needs);
  const shown = name === 'up' || name === 'down' ? (await contentOf(desk, needs)).articles.map(({ id }) => id) : [];
  const changes: Record<ArrangementName, (plan: DigestPlan) => DigestPlan> = {
    pin: (plan) => pin(plan, articleId),
    unpin: (plan) => unpin(plan, articleId),
    drop: (plan) => drop(plan, articleId),
    restore: (plan) => restore(plan, articleId),
    up: (plan) => move(plan, articleId, -1, shown),
    down: (plan) => move(plan, articleId, 1, shown),
  };
  const { pinned, placed, dropped } = await change(
    desk,
    (plan) => {
      const changed = changes[name](plan);
      if (Math.max(changed.pinned.length, changed.dropped.length) > MOST)
        throw new DomainError('too-many-articles', 'invalid', `At most ${MOST} articles can be pinned or dropped.`);
      return changed;
    },
    needs,
  );
  return { pinned, placed, dropped };
}

/** Pins the article at an address, read from its page unless it is known. @throws DigestOver, NotFound, ArticleUnreadable */
export async function pinAddress(desk: OnDesk, url: string, needs: DeskNeeds & Parameters<typeof addArticle>[1]) {
  mustBeOpen(desk);
  const { id, headline } = await addArticle(url, needs);
  return { id, headline, ...(await arrange(desk, 'pin', id, needs)) };
}

/**
 * @param wording the version that was on the page
 * @throws DigestOver; WordsSavedMeanwhile when others have been saved since then
 */
export async function write(desk: OnDesk, words: Words, wording: number, needs: DeskNeeds): Promise<void> {
  mustBeOpen(desk);
  await change(
    desk,
    (plan) => {
      const same = plan.subject === words.subject && plan.preheader === words.preheader && plan.intro === words.intro;
      if (same) return plan;
      if (plan.wording !== wording) throw new WordsSavedMeanwhile();
      return { ...plan, ...words, wording: plan.wording + 1 };
    },
    needs,
  );
}

/** It does not leave until it is let go; its lateness limit counts all the same. @throws DigestOver */
export async function hold(desk: OnDesk, needs: DeskNeeds): Promise<void> {
  mustBeOpen(desk);
  await change(desk, (plan) => ({ ...plan, heldAt: plan.heldAt ?? needs.clock.now() }), needs);
}

/** What is due by now leaves at once. @throws DigestOver, so that nobody waits for what was held too long */
export async function letGo(desk: OnDesk, needs: Needs): Promise<void> {
  mustBeOpen(desk);
  await change(desk, (plan) => ({ ...plan, heldAt: null }), needs);
  await needs.jobs.wake(tick, {});
}

/**
 * Sends it to all of its readers without waiting for their slots: those are served by it, and go on from there.
 * @throws DigestOver, NewsletterInactive; DigestPaused when that is what all of it waits for
 */
export async function sendNow(desk: OnDesk, needs: Needs): Promise<void> {
  mustBeOpen(desk);
  const { newsletter, slots, paused } = desk;
  if (paused[0] && paused.length === slots.length) throw new DigestPaused(paused[0].id);
  const { digestPlans, editions, clock, jobs } = needs;
  if (!newsletter.active) throw new NewsletterInactive(newsletter.slug);
  const now = clock.now();
  const plan = await change(desk, (stands) => ({ ...stands, heldAt: null, sentAt: stands.sentAt ?? now }), needs);
  const early: Date[] = [];
  for (const slot of slots.filter((at) => at > now)) {
    const planOf = slotPlans(newsletter, slot, [plan]);
    const zones = await editions.zonesDue(newsletter.id, slot);
    if (zones.some(({ timeZone }) => planOf(timeZone))) early.push(slot);
  }
  await digestPlans.openEarly(newsletter.id, early, now);
  await jobs.wake(tick, {});
}

const change = (
  { newsletter, plan }: OnDesk,
  how: (plan: DigestPlan) => DigestPlan,
  { digestPlans, clock }: DeskNeeds,
): Promise<DigestPlan> => digestPlans.change(newsletter.id, plan, how, clock.now());

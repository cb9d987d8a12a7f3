import { wordingOf } from './digest-issue.ts';
import { type Chosen, contentsOf, type Edition } from './edition.ts';
import type { PlanStore } from './plan-store.ts';
import { openGate } from './preflight/gate.ts';
import { type LeftOut, renderFitting } from './render-fitting.ts';
import { variantKey } from './variant-store.ts';

type Needs = Parameters<typeof renderFitting>[3] & Parameters<typeof openGate>[2];

interface Found {
  /** Comes when it is stored; null when there is nothing to read. */
  id: Promise<number | null>;
  leftOut: LeftOut[];
}

const NOTHING = Promise.resolve(null);

/**
 * The variants of a page. Each set of articles is rendered once, however many groups get it, and stored while the next
 * one is rendered: half of the time goes into storing. One statement at a time, since a transaction has one connection.
 */
export async function pageVariants(edition: Edition, plan: PlanStore, needs: Needs) {
  const earlier = edition.audience === 0 ? [] : await plan.variantIds(edition.id);
  const known = new Map<string, Promise<number>>(earlier.map(({ key, id }) => [key, Promise.resolve(id)]));
  const look = await openGate(edition, plan, needs);
  let stored: Promise<unknown> = NOTHING;

  return {
    /** @param worded the edition, with what editors wrote for these readers */
    async of(worded: Edition, articles: Chosen[], timeZone: string | null): Promise<Found> {
      if (articles.length === 0) return { id: NOTHING, leftOut: [] };
      const wording = wordingOf(worded.words);
      const key = variantKey(contentsOf(articles), wording);
      const id = known.get(key);
      if (id) return { id, leftOut: [] };
      const { variant, leftOut } = await renderFitting(worded, articles, timeZone, needs).finally(() => stored);
      await plan.leaveOut(edition.id, leftOut);
      if (!variant) return { id: NOTHING, leftOut };
      look(variant, articles);
      const saved = plan.saveVariant(edition.id, variant, { timeZone, wording });
      known.set(variantKey(variant, wording), saved);
      stored = saved;
      // Until the next statement, where it is thrown, nobody listens.
      stored.catch(() => undefined);
      return { id: saved, leftOut };
    },

    /** Before any other statement of the transaction. */
    stored: () => stored,
  };
}

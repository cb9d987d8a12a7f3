import type { Clock } from '../kernel/clock.ts';
import { messageOf } from '../kernel/errors.ts';
import { checkEdition, fanOut as fanOutJob, priorities, sendChunk } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import type { Edition } from './edition.ts';
import { judgeCanary } from './judge-canary.ts';
import { planAlert } from './plan-alert.ts';
import { type Planner, planDigest } from './plan-page.ts';
import type { Plans } from './plan-store.ts';
import { stopUnfit } from './preflight/check-edition.ts';
import { Unfit } from './preflight/unfit.ts';
import type { EditionStore } from './store.ts';

type Needs = Parameters<typeof planDigest>[1] &
  Parameters<typeof judgeCanary>[1] &
  Parameters<typeof stopUnfit>[2] & {
    editions: EditionStore;
    plans: Plans;
    jobs: Jobs;
    clock: Clock;
  };

/** The first page is small, so that the first mails leave at once; later ones are written while those are sent. */
const PAGE = { first: 1000, later: 10_000 };
/** After this a fan-out gives its place to whatever has a higher priority. */
const TURN_MS = 400;
/** How often the slice that went first is looked at. */
const LOOK_MS = 500;

/**
 * Plans an edition page by page: each transaction writes ledger rows and moves their subscriptions on, and its chunks
 * are woken after the commit. Safe to run again or twice at once: an edition another worker is planning is left to it.
 */
export async function fanOut({ editionId, part }: { editionId: number; part: number }, needs: Needs): Promise<void> {
  const { editions, clock, jobs } = needs;
  const edition = await editions.byId(editionId);
  if (!edition) return;
  const priority = priorities[edition.kind];
  if (edition.status === 'scheduled' && !(await editions.release(editionId, clock.now()))) {
    const early = (edition.releaseAt?.getTime() ?? 0) - clock.now().getTime();
    if (early > 0) await jobs.wake(fanOutJob, { editionId }, { priority, delayMs: early });
    return;
  }
  if (edition.canary === 'out' && edition.status === 'sending') {
    const verdict = await judgeCanary(edition, needs);
    if (verdict === 'wait') await jobs.wake(fanOutJob, { editionId, part: part + 1 }, { priority, delayMs: LOOK_MS });
    if (verdict !== 'go') return;
  }
  const until = performance.now() + TURN_MS;
  try {
    while (await planPage(editionId, needs)) {
      if (performance.now() < until) continue;
      return await jobs.wake(fanOutJob, { editionId, part: part + 1 }, { priority });
    }
  } catch (error) {
    if (error instanceof Unfit) return await orStopped(error);
    await editions.noteProblem(editionId, messageOf(error));
    throw error;
  }

  async function orStopped(error: Unfit): Promise<void> {
    if (await stopUnfit(editionId, error, needs)) return;
    await jobs.wake(fanOutJob, { editionId, part: part + 1 }, { priority });
  }
}

/** False when there was nothing left to plan. */
async function planPage(editionId: number, needs: Needs): Promise<boolean> {
  const { plans, clock, jobs } = needs;
  const page = await plans.transact(async (plan) => {
    const edition = await plan.hold(editionId);
    if (!edition) return undefined;
    const planner: Planner = edition.kind === 'alert' ? planAlert : planDigest;
    const limit = edition.plannedAfter === 0 ? PAGE.first : PAGE.later;
    const { chunks, complete, subject } = await planner({ edition, plan, limit }, needs);
    if (complete) await plan.finish(editionId, subject, clock.now());
    return { edition, chunks, complete };
  });
  if (!page) return false;
  await wakeChunks(page.edition, page.chunks, jobs);
  if (page.edition.audience === 0) await jobs.wake(checkEdition, { editionId });
  if (page.edition.canary === 'wanted')
    await jobs.wake(fanOutJob, { editionId, part: 1 }, { priority: priorities.alert, delayMs: LOOK_MS });
  return !page.complete;
}

async function wakeChunks(edition: Edition, chunks: number, jobs: Jobs): Promise<void> {
  const fresh = Array.from({ length: chunks - edition.chunks }, (_, i) => edition.chunks + i);
  await jobs.wakeAll(
    sendChunk,
    fresh.map((chunk) => ({ editionId: edition.id, chunk })),
    { priority: priorities[edition.kind] },
  );
}

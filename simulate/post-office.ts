import type { Random } from '../fuzz/random.ts';
import type { Closing } from '../src/deliveries/delivery.ts';
import { fanOut } from '../src/editions/fan-out.ts';
import { openDueEditions } from '../src/editions/open-due-editions.ts';
import { fanOut as fanOutJob, sendChunk } from '../src/platform/queue/jobs.ts';
import type { Jobs } from '../src/platform/queue/producer.ts';
import type { Town } from './town.ts';

const ROOM = 500;
const RETRY_S = 300;
/** One in so many is told to come again, and one in so many has no mailbox. */
const DEFERRED = 150;
const REFUSED = 2000;

const answers = {
  accepted: { state: 'accepted', reason: 'accepted', reply: '250 OK', retryInSeconds: null },
  deferred: { state: 'deferred', reason: 'try later', reply: '450 try later', retryInSeconds: RETRY_S },
  failed: { state: 'failed', reason: 'mailbox full', reply: '552 mailbox full', retryInSeconds: null },
} as const;

export const RETRY_MS = (RETRY_S + 1) * 1000;

/**
 * The planner and the ledger as they are; only the mails themselves are not made, and a relay's answers are thrown. Rendering
 * is the same work for every edition, and would be most of it.
 */
export function createPostOffice({ context }: Town, random: Random) {
  let plans: number[] = [];
  const chunks: { editionId: number; chunk: number }[] = [];
  const jobs: Jobs = {
    wake: async (job, payload) => jobs.wakeAll(job, [payload]),
    wakeAll: async (job, payloads) => {
      if (job.name === fanOutJob.name) plans.push(...payloads.map((one) => fanOutJob.payload.parse(one).editionId));
      if (job.name === sendChunk.name) chunks.push(...payloads.map((one) => sendChunk.payload.parse(one)));
    },
  };
  const emails: typeof context.emails = {
    ...context.emails,
    render: async () => ({
      html: '<p>News</p><a href="%%unsubscribe_url%%">Leave</a>',
      text: 'News %%unsubscribe_url%%',
    }),
  };
  const needs = { ...context, jobs, emails };

  function answer(subscriberId: number, attempts: number): Closing {
    const state = random.chance(REFUSED) ? 'failed' : attempts < 3 && random.chance(DEFERRED) ? 'deferred' : 'accepted';
    return { subscriberId, ...answers[state], addressDead: false, counts: true };
  }

  /** @returns whether some were told to come again */
  async function send({ editionId, chunk }: { editionId: number; chunk: number }): Promise<boolean> {
    const now = context.clock.now();
    const claimant = { editionId, chunk, name: `simulation#${editionId}` };
    let deferred = false;
    let { claimed } = await context.claims.exchange(claimant, [], ROOM, now);
    while (claimed.length > 0) {
      const closings = claimed.map(({ subscriberId, attempts }) => answer(subscriberId, attempts));
      deferred ||= closings.some(({ state }) => state === 'deferred');
      ({ claimed } = await context.claims.exchange(claimant, closings, ROOM, now));
    }
    await context.ledger.finishIfDone(editionId, now);
    return deferred;
  }

  /** What the tick opens, all of it, to the end. @returns chunks in which some were told to come again */
  async function tick(): Promise<typeof chunks> {
    await openDueEditions(needs);
    for (let planned = take(); planned.size > 0; planned = take())
      for (const editionId of planned) await fanOut({ editionId, part: 0 }, needs);
    return sendAll(chunks.splice(0));
  }

  function take(): Set<number> {
    const taken = new Set(plans);
    plans = [];
    return taken;
  }

  async function sendAll(some: typeof chunks): Promise<typeof chunks> {
    const again: typeof chunks = [];
    for (const chunk of some) if (await send(chunk)) again.push(chunk);
    return again;
  }

  return { tick, sendAll };
}

import type { Known } from '../kernel/last-known.ts';
import { span } from '../kernel/span.ts';
import type { Standing } from '../platform/queue/producer.ts';
import type { Trouble } from './trouble.ts';

const MINUTE_MS = 60_000;
/** A large edition's chunks wait their turn; nothing else should wait at all. */
const PATIENCE_MS: Partial<Record<Standing['queue'], number>> = { deliveries: 30 * MINUTE_MS };
const USUAL_PATIENCE_MS = 5 * MINUTE_MS;

export function relayTroubles(relay: Known<unknown> | null): Trouble[] {
  if (!relay) return [unseen('Relay')];
  if (!relay.trouble) return [];
  const says = 'Nothing is lost: mail waits and goes out when it answers. See SMTP_URL, and what the relay’s log says.';
  return [{ level: 'wrong', what: 'The relay does not answer', says, quote: relay.trouble }];
}

export function queueTroubles(queue: Known<Standing[]> | null, workers: number, mayAdminister: boolean): Trouble[] {
  const idle: Trouble[] = workers > 0 ? [] : [noWorker];
  if (!queue) return [unseen('Queue'), ...idle];
  if (queue.trouble) return [silentQueue, ...idle];
  const look = mayAdminister ? { href: '/console/queues', link: 'Look into the queues' } : {};
  return [...idle, ...(queue.answer ?? []).flatMap((standing) => standingTroubles(standing, look))];
}

function standingTroubles({ queue, waiting, waitedMs, failed }: Standing, look: Partial<Trouble>): Trouble[] {
  const troubles: Trouble[] = [];
  if (waiting > 0 && waitedMs > (PATIENCE_MS[queue] ?? USUAL_PATIENCE_MS)) {
    const says = `The next job has waited for ${span(waitedMs)}. If this grows, start another worker.`;
    troubles.push({ level: 'look', what: `${waiting} waiting in ${queue}`, says, ...look });
  }
  if (failed > 0) {
    const says = 'What they were about is in the database, and the sweep takes it up again. The workers’ log says why.';
    troubles.push({ level: 'look', what: `${failed} failed in ${queue}`, says, ...look });
  }
  return troubles;
}

const noWorker: Trouble = {
  ...{ level: 'wrong', what: 'No worker is running' },
  says: 'Nothing is sent, confirmed or polled until one is. Start it with: npm run daybreak -- worker',
};

const silentQueue: Trouble = {
  ...{ level: 'wrong', what: 'The queue does not answer' },
  says: 'Nothing is lost: what is due waits in the database and goes out when the queue is back. See REDIS_URL, or the database.',
};

const unseen = (what: string): Trouble => ({
  ...{ level: 'look', what: `${what}: not looked at yet` },
  says: 'It has been asked and has not answered so far. Load this page again in a moment.',
});

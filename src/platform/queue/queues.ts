export type QueueName = 'transactional' | 'ingest' | 'editions' | 'deliveries' | 'feedback' | 'upkeep';

/** How many jobs of a queue one worker process takes at a time, and why. */
export const queues: Record<QueueName, { concurrency: number; why: string }> = {
  transactional: { concurrency: 4, why: 'A confirmation waits for nobody: own queue, own worker, own connections.' },
  ingest: {
    concurrency: 8,
    why: 'Polling is waiting for other people’s servers; of the slow ones so few are asked at a time that half stay free.',
  },
  editions: {
    concurrency: 2,
    why: 'Fan-out is one large statement a page; a second slot keeps an alert from waiting.',
  },
  deliveries: { concurrency: 2, why: 'Two chunks keep the connections busy while one of them waits for the ledger.' },
  feedback: { concurrency: 2, why: 'Bounces come in bursts after an edition and are never urgent.' },
  upkeep: {
    concurrency: 2,
    why: 'The report of a million deliveries takes seconds, and dead claims must not wait for it.',
  },
};

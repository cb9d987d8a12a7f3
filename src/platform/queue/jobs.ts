import { z } from 'zod';
import type { QueueName } from './queues.ts';

export interface Job<Payload extends z.ZodType = z.ZodType> {
  name: string;
  queue: QueueName;
  payload: Payload;
  attempts: number;
  /** First wait before a retry; each further one doubles, up to BullMQ's own growth. */
  backoffSeconds: number;
  keepFailedDays: number;
  /** Two jobs with the same key never wait at once; the later one is dropped, also while the first one runs. */
  key?: (payload: z.output<Payload>) => string;
  /** Wanted while it runs, it runs once more: it may have read its row before that was changed. */
  onceMore?: true;
  why: string;
}

const job = <P extends z.ZodType>(declaration: Job<P>): Job<P> => declaration;

const id = z.number().int().positive();
const nothing = z.object({});

export const sendConfirmation = job({
  name: 'send-confirmation',
  queue: 'transactional',
  payload: z.object({ subscriberId: id }),
  attempts: 8,
  backoffSeconds: 2,
  keepFailedDays: 7,
  key: ({ subscriberId }) => `confirmation.${subscriberId}`,
  onceMore: true,
  why: 'A reader is looking at the inbox right now; the row says whether a mail is still owed.',
});

export const sendInvitation = job({
  name: 'send-invitation',
  queue: 'transactional',
  payload: z.object({ staffId: id }),
  attempts: 8,
  backoffSeconds: 2,
  keepFailedDays: 7,
  key: ({ staffId }) => `invitation.${staffId}`,
  onceMore: true,
  why: 'Somebody is told on the telephone to look for it; the row says whether it is still owed.',
});

export const sendAccountMail = job({
  name: 'send-account-mail',
  queue: 'transactional',
  payload: z.object({ mailId: id }),
  attempts: 8,
  backoffSeconds: 2,
  keepFailedDays: 7,
  key: ({ mailId }) => `account-mail.${mailId}`,
  why: 'A welcome, a reminder, a link somebody waits for; the row says whether it is still owed.',
});

export const findReader = job({
  name: 'find-reader',
  queue: 'transactional',
  payload: z.object({ requestId: id }),
  attempts: 8,
  backoffSeconds: 2,
  keepFailedDays: 7,
  key: ({ requestId }) => `link.${requestId}`,
  why: 'Whether an address is a reader’s is looked up here, so that asking for a link takes the same time for everybody.',
});

export const pollSource = job({
  name: 'poll-source',
  queue: 'ingest',
  payload: z.object({ sourceId: id }),
  attempts: 1,
  backoffSeconds: 0,
  keepFailedDays: 1,
  key: ({ sourceId }) => `source.${sourceId}`,
  why: 'A failed poll is recorded on the source with its own backoff; retrying here would poll twice.',
});

export const pollDueSources = job({
  name: 'poll-due-sources',
  queue: 'ingest',
  payload: nothing,
  attempts: 1,
  backoffSeconds: 0,
  keepFailedDays: 1,
  why: 'The scheduler brings it again in seconds.',
});

export const tick = job({
  name: 'tick',
  queue: 'editions',
  payload: nothing,
  attempts: 1,
  backoffSeconds: 0,
  keepFailedDays: 1,
  why: 'Opens what is due under a unique key; the next tick finds what this one could not.',
});

export const fanOut = job({
  name: 'fan-out',
  queue: 'editions',
  payload: z.object({ editionId: id, part: z.number().int().min(0).default(0) }),
  attempts: 20,
  backoffSeconds: 1,
  keepFailedDays: 7,
  key: ({ editionId, part }) => `fan-out.${editionId}.${part}`,
  why: 'Also releases an alert when its countdown is over. Pages already written are not written again, so a retry is cheap.',
});

export const checkEdition = job({
  name: 'check-edition',
  queue: 'ingest',
  payload: z.object({ editionId: id }),
  attempts: 3,
  backoffSeconds: 5,
  keepFailedDays: 7,
  key: ({ editionId }) => `check.${editionId}`,
  why: 'Asks what an edition’s links answer while its first mails leave: other people’s servers never hold it up.',
});

export const checkComing = job({
  name: 'check-coming',
  queue: 'ingest',
  payload: nothing,
  attempts: 1,
  backoffSeconds: 0,
  keepFailedDays: 1,
  why: 'Looks at digests a quarter of an hour before they leave; the scheduler brings it again in a minute.',
});

export const sendChunk = job({
  name: 'send-chunk',
  queue: 'deliveries',
  payload: z.object({ editionId: id, chunk: z.number().int().min(0), part: z.number().int().min(0).default(0) }),
  attempts: 20,
  backoffSeconds: 1,
  keepFailedDays: 7,
  key: ({ editionId, chunk, part }) => `chunk.${editionId}.${chunk}.${part}`,
  why: 'Yields after a moment and re-queues itself, so that a breaking alert waits under a second behind a digest.',
});

export const handleInbound = job({
  name: 'handle-inbound',
  queue: 'feedback',
  payload: z.object({ eventId: id }),
  attempts: 10,
  backoffSeconds: 5,
  keepFailedDays: 7,
  key: ({ eventId }) => `event.${eventId}`,
  why: 'The event is stored before the sending server is told 250; applying it can wait and be repeated.',
});

export const sweep = job({
  name: 'sweep',
  queue: 'upkeep',
  payload: nothing,
  attempts: 1,
  backoffSeconds: 0,
  keepFailedDays: 1,
  why: 'Rebuilds from rows whatever the queue has lost; runs each minute anyway.',
});

export const reclaim = job({
  name: 'reclaim',
  queue: 'upkeep',
  payload: nothing,
  attempts: 1,
  backoffSeconds: 0,
  keepFailedDays: 1,
  why: 'A dead worker’s claims are settled half a minute after its death at the latest; the rest of the sweep can wait.',
});

export const upkeep = job({
  name: 'upkeep',
  queue: 'upkeep',
  payload: nothing,
  attempts: 5,
  backoffSeconds: 60,
  keepFailedDays: 7,
  why: 'Makes ledger partitions ahead of need and forgets old idempotency keys.',
});

/** In `editions` and `deliveries` lower goes first; whatever belongs to an edition has one, since jobs without overtake. */
export const priorities = { alert: 1, digest: 10 } as const;

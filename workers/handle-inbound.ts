import { applyEvent } from '../src/feedback/apply-event.ts';
import { handleInbound } from '../src/platform/queue/jobs.ts';
import { worker } from './worker.ts';

export default worker(handleInbound, ({ eventId }, context) => applyEvent(eventId, context));

import { sendGoodbye } from '../src/platform/queue/jobs.ts';
import { sayGoodbye } from '../src/subscribers/send-goodbye.ts';
import { worker } from './worker.ts';

export default worker(sendGoodbye, ({ eventId }, context) => sayGoodbye(eventId, context));

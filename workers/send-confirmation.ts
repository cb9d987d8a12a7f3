import { sendConfirmation } from '../src/platform/queue/jobs.ts';
import { confirmOrRemind } from '../src/subscribers/send-confirmation.ts';
import { worker } from './worker.ts';

export default worker(sendConfirmation, ({ subscriberId }, context) => confirmOrRemind(subscriberId, context));

import { findReader } from '../src/platform/queue/jobs.ts';
import { answerLinkRequest } from '../src/subscribers/ask-for-link.ts';
import { worker } from './worker.ts';

export default worker(findReader, ({ requestId }, context) => answerLinkRequest(requestId, context));

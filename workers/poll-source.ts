import { pollSource as poll } from '../src/articles/sources/poll-source.ts';
import { pollSource } from '../src/platform/queue/jobs.ts';
import { worker } from './worker.ts';

export default worker(pollSource, ({ sourceId }, context) => poll(sourceId, context));

import { wakeDueSources } from '../src/articles/sources/wake-due-sources.ts';
import { pollDueSources } from '../src/platform/queue/jobs.ts';
import { worker } from './worker.ts';

export default worker(pollDueSources, (_, context) => wakeDueSources(context));

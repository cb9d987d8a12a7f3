import { checkComing as check } from '../src/editions/preflight/check-digest.ts';
import { checkComing } from '../src/platform/queue/jobs.ts';
import { worker } from './worker.ts';

export default worker(checkComing, (_, context) => check({ ...context, leaving: context.signal }));

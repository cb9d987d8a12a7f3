import { openDueEditions } from '../src/editions/open-due-editions.ts';
import { tick } from '../src/platform/queue/jobs.ts';
import { worker } from './worker.ts';

export default worker(tick, (_, context) => openDueEditions(context));

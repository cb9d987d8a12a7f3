import { fanOut as fanOutEdition } from '../src/editions/fan-out.ts';
import { fanOut } from '../src/platform/queue/jobs.ts';
import { worker } from './worker.ts';

export default worker(fanOut, (edition, context) => fanOutEdition(edition, context));

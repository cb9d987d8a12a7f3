import { deliverChunk } from '../src/deliveries/deliver-chunk.ts';
import { sendChunk } from '../src/platform/queue/jobs.ts';
import { worker } from './worker.ts';

export default worker(sendChunk, (chunk, context) => deliverChunk(chunk, context));

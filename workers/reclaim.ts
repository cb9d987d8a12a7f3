import { reclaim as reclaimClaims } from '../src/deliveries/reclaim.ts';
import { takeStock } from '../src/deliveries/take-stock.ts';
import { reclaim } from '../src/platform/queue/jobs.ts';
import { worker } from './worker.ts';

export default worker(reclaim, (_, context) => Promise.all([reclaimClaims(context), takeStock(context)]));

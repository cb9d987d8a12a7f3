import { keepUp } from '../src/deliveries/keep-up.ts';
import { upkeep } from '../src/platform/queue/jobs.ts';
import { forgetAddresses } from '../src/subscribers/change-address.ts';
import { worker } from './worker.ts';

export default worker(upkeep, (_, context) =>
  Promise.all([keepUp(context), context.people.forgetExpired(context.clock.now()), forgetAddresses(context)]),
);

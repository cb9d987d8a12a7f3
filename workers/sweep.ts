import { sweepLost } from '../src/deliveries/sweep-lost.ts';
import { sweep } from '../src/platform/queue/jobs.ts';
import { wakeOwedInvitations } from '../src/staff/send-invitation.ts';
import { takeReaderStock } from '../src/subscribers/take-reader-stock.ts';
import { wakeOwedMails } from '../src/subscribers/wake-owed-mails.ts';
import { worker } from './worker.ts';

export default worker(sweep, (_, context) =>
  Promise.all([sweepLost(context), wakeOwedInvitations(context), wakeOwedMails(context), takeReaderStock(context)]),
);

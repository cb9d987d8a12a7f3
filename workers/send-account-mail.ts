import { sendAccountMail } from '../src/platform/queue/jobs.ts';
import { sendOwedMail } from '../src/subscribers/send-account-mail.ts';
import { worker } from './worker.ts';

export default worker(sendAccountMail, ({ mailId }, context) => sendOwedMail(mailId, context));

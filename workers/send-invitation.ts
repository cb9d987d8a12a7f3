import { sendInvitation } from '../src/platform/queue/jobs.ts';
import { inviteByMail } from '../src/staff/send-invitation.ts';
import { worker } from './worker.ts';

export default worker(sendInvitation, ({ staffId }, context) => inviteByMail(staffId, context));

import { type Response, Router } from 'express';
import { z } from 'zod';
import { DomainError, NotFound } from '../kernel/errors.ts';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { idFrom, parseInput } from '../platform/http/input.ts';
import { actorOf, requireRole, roles } from '../platform/http/staff.ts';
import type { AuditStore } from './audit-store.ts';
import type { Door } from './door.ts';
import { invite, inviteAgain, personInput } from './invite.ts';
import type { PeopleStore } from './people-store.ts';

type Needs = Parameters<typeof consolePage>[0] &
  Parameters<typeof invite>[1] & { people: PeopleStore; audit: AuditStore; door: Pick<Door, 'shutOut'> };

const changeInput = z.object({ role: z.enum(roles), disabled: z.literal('yes').optional() });

class LastAdmin extends DomainError {
  constructor() {
    super('last-admin', 'conflict', 'This is the last admin. Make somebody else an admin first.');
  }
}

/** Who may come in, and as what. */
export function peoplePages(context: Needs): Router {
  const { people, audit, door, clock } = context;
  const show = consolePage(context);
  const router = Router();
  router.use('/staff', requireRole('admin'));

  router.get('/staff', (req, res) => draw(res, { done: doneOf(req, res) }));

  router.post('/staff', async (req, res) => {
    const acts = async () => {
      const { id, email, role } = await invite(parseInput(personInput, req.body), context);
      await audit.note({ ...actorOf(req, res), act: 'staff.invite', subject: `staff ${id}`, after: { email, role } });
      done(res, '/console/staff', 'staff.invite');
    };
    const { name, email, role } = req.body ?? {};
    await orSay(res, acts, (said) => draw(res, { ...said, values: { name, email, role } }));
  });

  router.post('/staff/:id/invite', async (req, res) => {
    const { id, email } = await inviteAgain(idFrom(req.params.id, 'person'), context);
    await audit.note({ ...actorOf(req, res), act: 'staff.invite', subject: `staff ${id}`, after: { email } });
    done(res, '/console/staff', 'staff.invite');
  });

  router.post('/staff/:id', async (req, res) => {
    const { role, disabled } = parseInput(changeInput, req.body);
    const before = await people.byId(idFrom(req.params.id, 'person'));
    if (!before) throw new NotFound('person');
    const after = { role, disabled: disabled === 'yes' };
    if (!(await people.change(before.id, after, clock.now()))) throw new LastAdmin();
    if (after.disabled) await door.shutOut(before.id);
    await audit.note({
      ...{ ...actorOf(req, res), act: 'staff.change', subject: `staff ${before.id}` },
      ...{ before: { role: before.role, disabled: before.disabledAt !== null }, after },
    });
    done(res, '/console/staff', before.disabledAt && !after.disabled ? 'staff.back' : 'staff.change');
  });

  async function draw(res: Response, said: object): Promise<void> {
    const listed = (await people.list()).map(({ disabledAt, invitedAt, invitationSentAt, ...person }) => ({
      ...person,
      standing: disabledAt ? 'disabled' : invitedAt ? 'invited' : person.hasPassword ? 'active' : 'no password',
      invited: { at: invitedAt?.toISOString(), sent: invitationSentAt !== null },
    }));
    await show(res, 'staff', { title: 'Staff', at: 'staff', people: listed, roles, ...said });
  }

  return router;
}

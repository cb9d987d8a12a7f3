import { type Response, Router } from 'express';
import { DomainError } from '../kernel/errors.ts';
import { typed } from '../platform/http/input.ts';
import { limitPerNetwork, networkOf, truncatedIp } from '../platform/http/limits.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Pages } from '../platform/view/pages.ts';
import type { AuditStore } from './audit-store.ts';
import type { Door } from './door.ts';
import { keep, placeToGo } from './door-routes.ts';
import { acceptInvitation, readInvitation } from './invite.ts';
import { checkPassword } from './password.ts';
import type { PeopleStore } from './people-store.ts';
import type { SignInLimits } from './sign-in-limits.ts';

type Needs = Omit<Parameters<typeof acceptInvitation>[2], 'door'> & {
  door: Pick<Door, 'signIn' | 'enterCode' | 'setPassword'>;
  people: PeopleStore;
  signInLimits: SignInLimits;
  audit: AuditStore;
  newsletters: { brand(): Promise<Brand> };
  pages: Pages;
};

/** The way in: address and password, then a code where a second factor is on; or an invitation, then a password. */
export function signIn(context: Needs): Router {
  const { door, people, signInLimits, audit } = context;
  const router = Router();
  router.use(['/sign-in', '/invitation'], limitPerNetwork(120, 60));

  router.get('/sign-in', async (req, res) => {
    await show(res, 'sign-in', { title: 'Sign in', to: placeToGo(req.query.to), nobody: !(await people.any()) });
  });

  router.post('/sign-in', async (req, res) => {
    const email = typed(req.body?.email);
    const to = placeToGo(req.body?.to);
    await orShow('sign-in', { title: 'Sign in', to, email }, res, async () => {
      const person = await people.byEmail(email.trim().toLowerCase());
      const ofWhom = {
        staffId: person?.id ?? null,
        who: person?.email ?? 'nobody of ours',
        ipTruncated: truncatedIp(req),
      };
      try {
        await signInLimits.attempt(email, networkOf(req));
        const { value, cookies } = await door.signIn(email, typed(req.body?.password), req.headers);
        await signInLimits.succeeded(email, networkOf(req));
        keep(res, cookies);
        if (value === 'code') return res.redirect(303, `/console/sign-in/code?to=${encodeURIComponent(to)}`);
      } catch (error) {
        await audit.note({ ...ofWhom, act: 'sign-in.refused' });
        throw error;
      }
      await audit.note({ ...ofWhom, act: 'sign-in' });
      res.redirect(303, to);
    });
  });

  router.get('/sign-in/code', async (req, res) => {
    await show(res, 'sign-in-code', { title: 'Second step', to: placeToGo(req.query.to) });
  });

  router.post('/sign-in/code', async (req, res) => {
    const to = placeToGo(req.body?.to);
    await orShow('sign-in-code', { title: 'Second step', to }, res, async () => {
      const { value, cookies } = await door.enterCode(typed(req.body?.code).replaceAll(' ', ''), req.headers);
      keep(res, cookies);
      await audit.note({ staffId: value.id, who: value.email, act: 'sign-in', ipTruncated: truncatedIp(req) });
      res.redirect(303, to);
    });
  });

  router.get('/invitation/:token', async (req, res) => {
    const { name, email } = await readInvitation(req.params.token, context);
    await show(res, 'invitation', { title: 'Choose a password', name, email });
  });

  router.post('/invitation/:token', async (req, res) => {
    const { name, email } = await readInvitation(req.params.token, context);
    await orShow('invitation', { title: 'Choose a password', name, email }, res, async () => {
      const password = await checkPassword(req.body?.password, [name, email, (await context.newsletters.brand()).name]);
      const { id } = await acceptInvitation(req.params.token, password, context);
      await audit.note({ staffId: id, who: email, act: 'invitation.accept', ipTruncated: truncatedIp(req) });
      const { value, cookies } = await door.signIn(email, password, req.headers);
      keep(res, cookies);
      res.redirect(303, value === 'code' ? '/console/sign-in/code' : '/console');
    });
  });

  async function show(res: Response, page: string, data: object, status = 200): Promise<void> {
    const brand = await context.newsletters.brand();
    res
      .status(status)
      .set('Cache-Control', 'no-store')
      .send(await context.pages.render(page, { brand, ...data }));
  }

  /** The same page again, with what is wrong said on it. */
  async function orShow(page: string, data: object, res: Response, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const status = error.meaning === 'too-many' ? 429 : error.meaning === 'unauthorised' ? 401 : 400;
      await show(res, page, { ...data, error: error.fields[0]?.message ?? error.message }, status);
    }
  }

  return router;
}

import { type Request, type Response, Router } from 'express';
import { DomainError } from '../kernel/errors.ts';
import { typed } from '../platform/http/input.ts';
import { limitPerNetwork, networkOf, truncatedIp } from '../platform/http/limits.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Pages } from '../platform/view/pages.ts';
import type { AuditStore } from './audit-store.ts';
import type { Entered } from './auth-call.ts';
import type { Door } from './door.ts';
import { keep, placeToGo } from './door-routes.ts';
import { acceptInvitation, readInvitation } from './invite.ts';
import { passkeyOrigin } from './passkeys.ts';
import { checkPassword } from './password.ts';
import type { PeopleStore } from './people-store.ts';
import { type SignInLimits, tried } from './sign-in-limits.ts';

type Needs = Omit<Parameters<typeof acceptInvitation>[2], 'door'> & {
  door: Door;
  people: PeopleStore;
  signInLimits: SignInLimits;
  audit: AuditStore;
  newsletters: { brand(): Promise<Brand> };
  pages: Pages;
  baseUrl: string;
};

/** The ways in: address and password, then a code where a second factor is on; a passkey; an invitation, then a password. */
export function signIn(context: Needs): Router {
  const { door, people, signInLimits, audit } = context;
  const passkeysAt = passkeyOrigin(context.baseUrl) ?? '';
  const router = Router();
  // Nothing of the console is for anybody else's eyes, be it a page, a refusal or a way on.
  router.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });
  router.use(['/sign-in', '/invitation'], limitPerNetwork(120, 60));

  router.get('/sign-in', async (req, res) => {
    const nobody = !(await people.any());
    await show(res, 'sign-in', { title: 'Sign in', to: placeToGo(req.query.to), nobody, origin: passkeysAt });
  });

  router.post('/sign-in', async (req, res) => {
    const email = typed(req.body?.email);
    const to = placeToGo(req.body?.to);
    await orShow('sign-in', { title: 'Sign in', to, email, origin: passkeysAt }, res, async () => {
      const person = await people.byEmail(email.trim().toLowerCase());
      const trying = tried.password(email);
      const { value, cookies } = await orNote(req, person, async () => {
        await signInLimits.attempt(trying, networkOf(req));
        return door.signIn(email, typed(req.body?.password), req.headers);
      });
      keep(res, cookies);
      // Until the code is entered too it goes on counting, or the right password would buy any number of codes.
      if (value === 'code') return res.redirect(303, `/console/sign-in/code?to=${encodeURIComponent(to)}`);
      await signInLimits.succeeded(trying, networkOf(req));
      await noteEntry(req, person);
      res.redirect(303, to);
    });
  });

  router.post('/sign-in/passkey/begin', async (req, res) => {
    const { value, cookies } = await door.beginPasskeySignIn(req.headers);
    keep(res, cookies);
    res.json(value);
  });

  router.post('/sign-in/passkey', async (req, res) => {
    const to = placeToGo(req.body?.to);
    await orShow('sign-in', { title: 'Sign in', to, origin: passkeysAt }, res, async () => {
      const person = await door.ownerOfPasskey(req.body?.answer);
      const trying = tried.passkey(person?.id);
      const cookies = await orNote(req, person, async () => {
        await signInLimits.attempt(trying, networkOf(req));
        return door.signInByPasskey(req.body?.answer, req.headers);
      });
      await signInLimits.succeeded(trying, networkOf(req));
      keep(res, cookies);
      await noteEntry(req, person);
      res.redirect(303, to);
    });
  });

  router.get('/sign-in/code', async (req, res) => {
    await show(res, 'sign-in-code', { title: 'Second step', to: placeToGo(req.query.to) });
  });

  router.post('/sign-in/code', async (req, res) => {
    const to = placeToGo(req.body?.to);
    await orShow('sign-in-code', { title: 'Second step', to }, res, async () => {
      const code = typed(req.body?.code).replaceAll(' ', '');
      const person = await door.whoseCode(req.headers);
      const { value, cookies } = await orNote(req, person, () => door.enterCode(code, req.headers));
      await signInLimits.succeeded(tried.password(value.email), networkOf(req));
      keep(res, cookies);
      await noteEntry(req, value);
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

  /** Does it; a refusal is written down first. */
  async function orNote<T>(req: Request, person: Entered | undefined, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (await signInLimits.isNews(error, person !== undefined)) {
        await audit.note({ ...ofWhom(req, person), act: 'sign-in.refused' });
      }
      throw error;
    }
  }

  const noteEntry = (req: Request, person: Entered | undefined) =>
    audit.note({ ...ofWhom(req, person), act: 'sign-in' });

  async function show(res: Response, page: string, data: object, status = 200): Promise<void> {
    const brand = await context.newsletters.brand();
    res.status(status).send(await context.pages.render(page, { brand, ...data }));
  }

  /** The same page again, with what is wrong said on it. */
  async function orShow(page: string, data: object, res: Response, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      // A link of somebody who is gone by now, say: another page tells of that.
      if (!(error instanceof DomainError) || error.meaning === 'not-found') throw error;
      const status = error.meaning === 'too-many' ? 429 : error.meaning === 'unauthorised' ? 401 : 400;
      await show(res, page, { ...data, error: error.fields[0]?.message ?? error.message }, status);
    }
  }

  return router;
}

const ofWhom = (req: Request, person: Entered | undefined) => ({
  staffId: person?.id ?? null,
  who: person?.email ?? 'nobody of ours',
  ipTruncated: truncatedIp(req),
});

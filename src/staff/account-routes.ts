import { type Request, type Response, Router } from 'express';
import { renderSVG } from 'uqr';
import { DomainError, NotFound } from '../kernel/errors.ts';
import { browserName } from '../platform/http/browser-name.ts';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { typed } from '../platform/http/input.ts';
import { networkOf } from '../platform/http/limits.ts';
import { actorOf, staffOf } from '../platform/http/staff.ts';
import type { AuditStore } from './audit-store.ts';
import type { Door, NewSecondFactor } from './door.ts';
import { keep } from './door-routes.ts';
import type { SignInLimits } from './sign-in-limits.ts';

type Needs = Parameters<typeof consolePage>[0] & { door: Door; audit: AuditStore; signInLimits: SignInLimits };

/** What is one's own: the second factor, the sessions, the way out. */
export function account(context: Needs): Router {
  const { door, audit, signInLimits } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/account', (req, res) => draw(req, res, { done: req.query.done }));

  router.post('/account/second-factor', async (req, res) => {
    await orDraw(req, res, async () => {
      const begun = await withPassword(req, res, (password) => door.beginSecondFactor(password, req.headers));
      await showSecondFactor(res, begun, {});
    });
  });

  router.post('/account/second-factor/on', async (req, res) => {
    try {
      keep(res, await door.confirmSecondFactor(typed(req.body?.code).replaceAll(' ', ''), req.headers));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // The same picture and codes once more: they came from here, and are this person's own.
      const begun = { uri: typed(req.body?.uri), recoveryCodes: typed(req.body?.codes).split(' ') };
      return showSecondFactor(res.status(400), begun, { error: error.message });
    }
    await done(req, res, 'second-factor.on');
  });

  router.post('/account/second-factor/off', async (req, res) => {
    await orDraw(req, res, async () => {
      keep(res, await withPassword(req, res, (password) => door.endSecondFactor(password, req.headers)));
      await done(req, res, 'second-factor.off');
    });
  });

  router.post('/account/sessions/:id/end', async (req, res) => {
    const session = (await door.sessions(req.headers)).find(({ id }) => String(id) === req.params.id);
    if (!session) throw new NotFound('session');
    await door.endSession(session.token, req.headers);
    await done(req, res, 'session.end');
  });

  router.post('/sign-out', async (req, res) => {
    await audit.note({ ...actorOf(req, res), act: 'sign-out' });
    keep(res, await door.signOut(req.headers));
    res.redirect(303, '/console/sign-in');
  });

  async function done(req: Request, res: Response, act: string): Promise<void> {
    await audit.note({ ...actorOf(req, res), act });
    res.redirect(303, `/console/account?done=${act}`);
  }

  /** A session left open must not be a place to guess the password from. */
  async function withPassword<T>(req: Request, res: Response, act: (password: string) => Promise<T>): Promise<T> {
    const { email } = staffOf(res);
    try {
      await signInLimits.attempt(email, networkOf(req));
      const value = await act(typed(req.body?.password));
      await signInLimits.succeeded(email, networkOf(req));
      return value;
    } catch (error) {
      await audit.note({ ...actorOf(req, res), act: 'password.refused' });
      throw error;
    }
  }

  async function showSecondFactor(res: Response, { uri, recoveryCodes }: NewSecondFactor, said: object): Promise<void> {
    const secret = URL.canParse(uri) ? (new URL(uri).searchParams.get('secret') ?? '') : '';
    const data = { uri, qr: renderSVG(uri, { border: 2 }), secret: secret.match(/.{1,4}/g)?.join(' '), recoveryCodes };
    await show(res, 'second-factor', { title: 'Second step', at: 'account', ...data, ...said });
  }

  async function draw(req: Request, res: Response, said: object): Promise<void> {
    const person = staffOf(res);
    const sessions = (await door.sessions(req.headers)).map(({ id, token, browser, since }) => ({
      ...{ id, browser: browserName(browser), since: since.toISOString(), isThis: token === person.sessionToken },
    }));
    const { email, twoFactor } = person;
    await show(res, 'account', { title: 'Your account', at: 'account', email, twoFactor, sessions, ...said });
  }

  const orDraw = (req: Request, res: Response, act: () => Promise<void>) =>
    orSay(res, act, (said) => draw(req, res, said));

  return router;
}

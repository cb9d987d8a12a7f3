import { type Request, type Response, Router } from 'express';
import { renderSVG } from 'uqr';
import { DomainError, NotFound } from '../kernel/errors.ts';
import { browserName } from '../platform/http/browser-name.ts';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { parseInput, typed } from '../platform/http/input.ts';
import { actorOf, staffOf } from '../platform/http/staff.ts';
import type { Act, AuditStore } from './audit-store.ts';
import type { Door } from './door.ts';
import { keep } from './door-routes.ts';
import { passkeyInput, passkeyOrigin } from './passkeys.ts';
import type { createReauth } from './reauth-routes.ts';
import type { NewSecondFactor } from './second-factor.ts';

type Needs = Parameters<typeof consolePage>[0] & {
  door: Door;
  audit: AuditStore;
  reauth: ReturnType<typeof createReauth>;
  baseUrl: string;
};

/** What is one's own: the second factor, the passkeys, the sessions, the way out. */
export function account(context: Needs): Router {
  const { door, audit, reauth } = context;
  const { withPassword } = reauth;
  const show = consolePage(context);
  const router = Router();

  router.get('/account', (req, res) => draw(req, res, { done: doneOf(req, res) }));

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
    await noted(req, res, 'second-factor.on');
  });

  router.post('/account/second-factor/off', async (req, res) => {
    await orDraw(req, res, async () => {
      keep(res, await withPassword(req, res, (password) => door.endSecondFactor(password, req.headers)));
      await noted(req, res, 'second-factor.off');
    });
  });

  router.post('/account/passkeys/begin', async (req, res) => {
    await reauth.require(req, res);
    const { value, cookies } = await door.beginPasskey(req.headers);
    keep(res, cookies);
    res.json(value);
  });

  router.post('/account/passkeys', async (req, res) => {
    await orDraw(req, res, async () => {
      const { id, name } = await door.addPasskey(
        req.body?.answer,
        parseInput(passkeyInput, req.body).name,
        req.headers,
      );
      await noted(req, res, 'passkey.add', { subject: `passkey ${id}`, after: { name } });
    });
  });

  router.post('/account/passkeys/:id/remove', async (req, res) => {
    const passkey = (await door.passkeys(req.headers)).find(({ id }) => String(id) === req.params.id);
    if (!passkey) throw new NotFound('passkey');
    await door.removePasskey(String(passkey.id), req.headers);
    await noted(req, res, 'passkey.remove', { subject: `passkey ${passkey.id}`, before: { name: passkey.name } });
  });

  router.post('/account/sessions/:id/end', async (req, res) => {
    const session = (await door.sessions(req.headers)).find(({ id }) => String(id) === req.params.id);
    if (!session) throw new NotFound('session');
    await door.endSession(session.token, req.headers);
    await noted(req, res, 'session.end');
  });

  router.post('/sign-out', async (req, res) => {
    await audit.note({ ...actorOf(req, res), act: 'sign-out' });
    keep(res, await door.signOut(req.headers));
    res.redirect(303, '/console/sign-in');
  });

  async function noted(req: Request, res: Response, act: string, what: Partial<Act> = {}): Promise<void> {
    await audit.note({ ...actorOf(req, res), act, ...what });
    done(res, '/console/account', act);
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
    const passkeys = (await door.passkeys(req.headers)).map(({ made, ...row }) => ({
      ...row,
      made: made.toISOString(),
    }));
    const { email, twoFactor } = person;
    const data = { email, twoFactor, sessions, passkeys, isFresh: reauth.isFresh(res) };
    const here = { browser: browserName(req.get('User-Agent') ?? ''), origin: passkeyOrigin(context.baseUrl) ?? '' };
    await show(res, 'account', { title: 'Your account', at: 'account', ...data, ...here, ...said });
  }

  const orDraw = (req: Request, res: Response, act: () => Promise<void>) =>
    orSay(res, act, (said) => draw(req, res, said));

  return router;
}

import { type Request, type Response, Router } from 'express';
import { Invalid } from '../kernel/errors.ts';
import { parseInput } from '../platform/http/input.ts';
import { limitPerNetwork, proofOf } from '../platform/http/limits.ts';
import { type OwnPageNeeds, ownBody, showOwn, tokenOf } from '../platform/http/own-page.ts';
import { statusOf, wantsPage } from '../platform/http/problem.ts';
import { ConfirmationOver, confirm, readConfirmation } from './confirm.ts';
import { preferencesInput, readPreferences, savePreferences } from './save-preferences.ts';
import { sendNewLink } from './send-new-link.ts';
import { readUnsubscribe, undoUnsubscribe, unsubscribe } from './unsubscribe.ts';
import { confirmedView, confirmView, preferencesView, unsubscribedView, unsubscribeView } from './view.ts';

type Needs = Parameters<typeof confirm>[2] &
  Parameters<typeof sendNewLink>[1] &
  Parameters<typeof unsubscribe>[3] &
  Parameters<typeof savePreferences>[3] &
  OwnPageNeeds & { baseUrl: string; mailbox: { pageUrl: string } | undefined };

/** Links in mails are opened by scanners too: GET shows a button, POST acts. */
export function confirmations(context: Needs): Router {
  const router = Router();
  router.get('/sent', (_req, res) =>
    showOwn(res, context, 'new-link-sent', { title: 'Look into your inbox', mailboxUrl: context.mailbox?.pageUrl }),
  );
  router.get('/:token', async (req, res) => {
    const read = await orOver(req, res, () => readConfirmation(tokenOf(req), context));
    if (read?.standing === 'asked') await showOwn(res, context, 'confirm', confirmView(read.reader, req.originalUrl));
    if (read?.standing === 'done') await showOwn(res, context, 'confirmed', confirmedView(read.reader, context));
  });
  router.post('/:token', ownBody(), async (req, res) => {
    const reader = await orOver(req, res, () => confirm(tokenOf(req), proofOf(req), context));
    if (reader) await showOwn(res, context, 'confirmed', confirmedView(reader, context));
  });
  router.post('/:token/new-link', limitPerNetwork(10, 60), async (req, res) => {
    await sendNewLink(tokenOf(req), context);
    res.redirect(303, `${req.baseUrl}/sent`);
  });

  /** A link that is used up or too old still knows whom to send another. */
  async function orOver<T>(req: Request, res: Response, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ConfirmationOver) || !wantsPage(req)) throw error;
      const action = `${req.baseUrl}/${encodeURIComponent(tokenOf(req))}/new-link`;
      await showOwn(res.status(statusOf(error)), context, 'link-over', { title: 'This link has expired', action });
      return undefined;
    }
  }
  return router;
}

export function unsubscriptions(context: Needs): Router {
  const router = Router();
  router.get('/:token', async (req, res) => {
    const leaving = await readUnsubscribe(tokenOf(req), context);
    await showOwn(res, context, 'unsubscribe', unsubscribeView(leaving, req.originalUrl, context));
  });
  // RFC 8058: any POST to the link ends the subscription, whatever its body's media type; no cookie, no redirect.
  router.post('/:token', ownBody(), async (req, res) => {
    const token = tokenOf(req);
    const oneClick = /^multipart\//.test(req.get('Content-Type') ?? '') || 'List-Unsubscribe' in (req.body ?? {});
    const proof = { method: oneClick ? ('one-click' as const) : ('link' as const), ...proofOf(req) };
    const undone = req.body?.undo === '1';
    const scope = req.body?.scope === 'all' ? 'all' : 'this';
    const leaving = undone
      ? await undoUnsubscribe(token, proof, context)
      : await unsubscribe(token, scope, proof, context);
    if (oneClick) return void res.type('text').send('You are unsubscribed.\n');
    await showOwn(res, context, 'unsubscribed', unsubscribedView(leaving, req.originalUrl, { scope, undone }));
  });
  return router;
}

export function preferences(context: Needs): Router {
  const router = Router();
  router.get('/:token', async (req, res) => {
    const found = await readPreferences(tokenOf(req), context);
    await showOwn(res, context, 'preferences', preferencesView(found, req.originalUrl, req.query.saved === '1'));
  });
  router.post('/:token', ownBody(), async (req, res) => {
    if (!req.is('urlencoded')) throw new Invalid([{ field: 'body', message: 'Send the form as the page does.' }]);
    await savePreferences(tokenOf(req), parseInput(preferencesInput, req.body), proofOf(req), context);
    res.redirect(303, `${req.baseUrl}${req.path}?saved=1`);
  });
  return router;
}

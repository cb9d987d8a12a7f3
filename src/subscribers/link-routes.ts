import { type Request, type Response, Router, urlencoded } from 'express';
import { proofOf } from '../platform/http/limits.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Pages } from '../platform/view/pages.ts';
import { confirm, readConfirmation } from './confirm.ts';
import { readUnsubscribe, undoUnsubscribe, unsubscribe } from './unsubscribe.ts';
import { confirmedView, confirmView, unsubscribedView, unsubscribeView } from './view.ts';

type Needs = Parameters<typeof confirm>[2] &
  Parameters<typeof unsubscribe>[3] & {
    newsletters: { brand(): Promise<Brand> };
    pages: Pages;
    baseUrl: string;
  };

const body = () => urlencoded({ limit: '32kb', extended: false, parameterLimit: 50 });

/** Links in mails are opened by scanners too: GET shows a button, POST acts. */
export function confirmations(context: Needs): Router {
  const router = Router();
  router.get('/:token', async (req, res) => {
    const reader = await readConfirmation(tokenOf(req), context);
    const asked = reader.subscriptions.some(({ state }) => state === 'pending');
    if (asked) return show(res, context, 'confirm', confirmView(reader, req.originalUrl));
    await show(res, context, 'confirmed', confirmedView(reader, context));
  });
  router.post('/:token', body(), async (req, res) => {
    const reader = await confirm(tokenOf(req), proofOf(req), context);
    await show(res, context, 'confirmed', confirmedView(reader, context));
  });
  return router;
}

export function unsubscriptions(context: Needs): Router {
  const router = Router();
  router.get('/:token', async (req, res) => {
    const leaving = await readUnsubscribe(tokenOf(req), context);
    await show(res, context, 'unsubscribe', unsubscribeView(leaving, req.originalUrl, context));
  });
  // RFC 8058: any POST to the link ends the subscription, whatever its body's media type; no cookie, no redirect.
  router.post('/:token', body(), async (req, res) => {
    const token = tokenOf(req);
    const oneClick = /^multipart\//.test(req.get('Content-Type') ?? '') || 'List-Unsubscribe' in (req.body ?? {});
    const proof = { method: oneClick ? ('one-click' as const) : ('link' as const), ...proofOf(req) };
    const undone = req.body?.undo === '1';
    const scope = req.body?.scope === 'all' ? 'all' : 'this';
    const leaving = undone
      ? await undoUnsubscribe(token, proof, context)
      : await unsubscribe(token, scope, proof, context);
    if (oneClick) return void res.type('text').send('You are unsubscribed.\n');
    await show(res, context, 'unsubscribed', unsubscribedView(leaving, req.originalUrl, { scope, undone }));
  });
  return router;
}

const tokenOf = (req: Request): string => String(req.params.token);

async function show(res: Response, { pages, newsletters }: Needs, page: string, data: object): Promise<void> {
  // A link is a key: it must not leave by the Referer header, nor stay in a cache.
  res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex' });
  res.send(await pages.render(page, { brand: await newsletters.brand(), ...data }));
}

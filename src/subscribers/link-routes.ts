import { type Request, type Response, Router, urlencoded } from 'express';
import { proofOf } from '../platform/http/limits.ts';
import type { Brand } from '../platform/view/brand.ts';
import type { Pages } from '../platform/view/pages.ts';
import { confirm, readConfirmation } from './confirm.ts';
import { confirmedView, confirmView } from './view.ts';

type Needs = Parameters<typeof confirm>[2] & {
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

const tokenOf = (req: Request): string => String(req.params.token);

async function show(res: Response, { pages, newsletters }: Needs, page: string, data: object): Promise<void> {
  // A link is a key: it must not leave by the Referer header, nor stay in a cache.
  res.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex' });
  res.send(await pages.render(page, { brand: await newsletters.brand(), ...data }));
}

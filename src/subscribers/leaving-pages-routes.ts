import { Router } from 'express';
import { NotFound } from '../kernel/errors.ts';
import { consolePage } from '../platform/http/console-page.ts';
import type { LeavingStore } from './leaving-store.ts';
import { countsView, MONTHS } from './leaving-view.ts';

type Needs = Parameters<typeof consolePage>[0] & {
  newsletters: { bySlug(slug: string): Promise<{ id: number; slug: string; name: string } | undefined> };
  leavings: Pick<LeavingStore, 'counts'>;
};

/** What readers of a newsletter said when they left, as numbers that mean nobody. */
export function leavingPages(context: Needs): Router {
  const show = consolePage(context);
  const router = Router();

  router.get('/newsletters/:slug/leaving', async (req, res) => {
    const newsletter = await context.newsletters.bySlug(req.params.slug);
    if (!newsletter) throw new NotFound('newsletter');
    const counts = await context.leavings.counts(newsletter.id, MONTHS);
    await show(res, 'leaving', {
      title: `Leaving ${newsletter.name}`,
      at: 'newsletters',
      newsletter,
      ...countsView(counts),
    });
  });

  return router;
}

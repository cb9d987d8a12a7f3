import { type Response, Router } from 'express';
import { z } from 'zod';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { parseInput } from '../platform/http/input.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import type { NewsletterStore } from './store.ts';

type Needs = Parameters<typeof consolePage>[0] & {
  newsletters: Pick<NewsletterStore, 'brand' | 'changeSafety'>;
  audit: Audit;
};

const safetyInput = z.object({
  rehearsal: z
    .literal('yes')
    .optional()
    .transform((value) => value === 'yes'),
  confirm_above: z.coerce.number({ error: 'must be a number' }).int().min(0).max(1_000_000_000),
});

/** What keeps a slip of the hand from every reader. */
export function safetyPages(context: Needs): Router {
  const { newsletters, audit } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/safety', (req, res) => draw(res, { done: req.query.done }));

  router.post('/safety', requireRole('admin'), async (req, res) => {
    const acts = async () => {
      const { rehearsal, confirm_above: confirmAbove } = parseInput(safetyInput, req.body);
      const before = await newsletters.brand();
      await newsletters.changeSafety({ rehearsal, confirmAbove });
      await audit.note({
        ...{ ...actorOf(req, res), act: 'safety.change', after: { rehearsal, confirmAbove } },
        before: { rehearsal: before.rehearsal, confirmAbove: before.confirmAbove },
      });
      res.redirect(303, '/console/safety?done=yes');
    };
    await orSay(res, acts, (said) => draw(res, said));
  });

  const draw = (res: Response, said: object) => show(res, 'safety', { title: 'Safety', at: 'safety', ...said });

  return router;
}

import { type Response, Router } from 'express';
import { z } from 'zod';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { field, fromForm, keptFrom } from '../platform/http/form-fields.ts';
import { parseInput } from '../platform/http/input.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import type { NewsletterStore } from './store.ts';

type Needs = Parameters<typeof consolePage>[0] & {
  newsletters: Pick<NewsletterStore, 'brand' | 'changeSafety'>;
  audit: Audit;
};

const READERS = 'must be a whole number from 0 to 1,000,000,000';
const safetyInput = z.object({
  rehearsal: z.boolean(),
  confirm_above: z.number(READERS).int(READERS).min(0, READERS).max(1_000_000_000, READERS),
});
const fields = { rehearsal: field.ticked, confirm_above: field.number };

/** What keeps a slip of the hand from every reader. */
export function safetyPages(context: Needs): Router {
  const { newsletters, audit } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/safety', (req, res) => draw(res, { done: doneOf(req, res) }));

  router.post('/safety', requireRole('admin'), async (req, res) => {
    const acts = async () => {
      const { rehearsal, confirm_above: confirmAbove } = parseInput(safetyInput, fromForm(fields, req.body));
      const before = await newsletters.brand();
      await newsletters.changeSafety({ rehearsal, confirmAbove });
      await audit.note({
        ...{ ...actorOf(req, res), act: 'safety.change', after: { rehearsal, confirmAbove } },
        before: { rehearsal: before.rehearsal, confirmAbove: before.confirmAbove },
      });
      done(res, '/console/safety', 'saved');
    };
    await orSay(res, acts, (said) => draw(res, { ...said, values: keptFrom(fields, req.body) }));
  });

  async function draw(res: Response, said: object): Promise<void> {
    const { rehearsal, confirmAbove } = await newsletters.brand();
    const values = { rehearsal, confirm_above: confirmAbove };
    await show(res, 'safety', { title: 'Safety', at: 'safety', values, ...said });
  }

  return router;
}

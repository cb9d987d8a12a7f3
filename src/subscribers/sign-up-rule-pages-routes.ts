import { type Response, Router } from 'express';
import { z } from 'zod';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { field, fromForm, keptFrom } from '../platform/http/form-fields.ts';
import { parseInput } from '../platform/http/input.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import type { Screen } from './abuse/screen.ts';
import type { AbuseStore } from './abuse-store.ts';

type Needs = Parameters<typeof consolePage>[0] & {
  rules: Pick<AbuseStore, 'kept' | 'changeRules'>;
  screen: Pick<Screen, 'refused'>;
  audit: Audit;
};

const rulesInput = z.object({
  disposable: z.enum(['refuse', 'flag', 'allow'], 'must be one of these'),
  asks_dns: z.boolean(),
  one_gmail: z.boolean(),
});
const fields = { disposable: field.text, asks_dns: field.ticked, one_gmail: field.ticked };

/** What a sign-up must pass, and what was stopped. */
export function signUpRulePages(context: Needs): Router {
  const { rules, screen, audit } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/sign-ups', requireRole('admin'), (req, res) => draw(res, { done: doneOf(req, res) }));

  router.post('/sign-ups', requireRole('admin'), async (req, res) => {
    const acts = async () => {
      const given = parseInput(rulesInput, fromForm(fields, req.body));
      const after = { disposable: given.disposable, asksDns: given.asks_dns, oneGmail: given.one_gmail };
      const before = await rules.kept();
      await rules.changeRules(after);
      await audit.note({ ...actorOf(req, res), act: 'sign-ups.change', before, after });
      done(res, '/console/sign-ups', 'saved');
    };
    await orSay(res, acts, (said) => draw(res, { ...said, values: keptFrom(fields, req.body) }));
  });

  async function draw(res: Response, said: object): Promise<void> {
    const { disposable, asksDns, oneGmail } = await rules.kept();
    const values = { disposable, asks_dns: asksDns, one_gmail: oneGmail };
    const stopped = [...screen.refused].map(([rule, times]) => ({ rule, times }));
    await show(res, 'sign-up-rules', { title: 'Sign-ups', at: 'sign-ups', values, stopped, ...said });
  }

  return router;
}

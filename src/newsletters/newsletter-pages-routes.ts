import { type Request, type Response, Router } from 'express';
import { NotFound } from '../kernel/errors.ts';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { differing, fromForm, keptFrom } from '../platform/http/form-fields.ts';
import { parseInput } from '../platform/http/input.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import { type Newsletter, newNewsletter, newsletterChange, newsletterJson } from './newsletter.ts';
import { fieldsOf, newFields } from './newsletter-fields.ts';
import { changeNewsletter, makeNewsletter } from './save-newsletter.ts';
import type { NewsletterStore } from './store.ts';
import { languageChoices, newsletterRow } from './view.ts';

type Needs = Parameters<typeof consolePage>[0] &
  Parameters<typeof changeNewsletter>[2] & {
    newsletters: NewsletterStore;
    due: { nextSlots(most: number): Promise<{ newsletterId: number; at: Date }[]> };
    audit: Audit;
    identity: { domain: string };
  };

const SLOTS = 3;

/** What can be subscribed to, and how each of them is sent. */
export function newsletterPages(context: Needs): Router {
  const { newsletters, due, audit, identity } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/newsletters', async (_req, res) => {
    const [listed, slots] = await Promise.all([newsletters.all(), due.nextSlots(SLOTS)]);
    await show(res, 'newsletters', {
      ...{ title: 'Newsletters', at: 'newsletters' },
      newsletters: listed.map((one) => newsletterRow(one, slots)),
    });
  });

  router.get('/newsletters/new', requireRole('admin'), (_req, res) => drawNew(res, { values: { kind: 'digest' } }));

  router.post('/newsletters', requireRole('admin'), async (req, res) => {
    const acts = async () => {
      // Readers see an active one at once, so it begins switched off and is finished on its own page.
      const input = { ...parseInput(newNewsletter, fromForm(newFields, req.body)), active: false };
      const made = await makeNewsletter(input, context);
      await note(req, res, 'newsletter.create', made.slug, { after: newsletterJson(made) });
      done(res, `/console/newsletters/${made.slug}`, 'made');
    };
    await orSay(res, acts, (said) => drawNew(res, { ...said, values: keptFrom(newFields, req.body) }));
  });

  router.get('/newsletters/:slug', (req, res) => draw(req, res, { done: doneOf(req, res) }));

  router.post('/newsletters/:slug', requireRole('admin'), async (req, res) => {
    const stands = await found(req);
    const fields = fieldsOf(stands);
    const acts = async () => {
      const change = differing(newsletterJson(stands), parseInput(newsletterChange, fromForm(fields, req.body)));
      if (Object.keys(change.after).length > 0) {
        await changeNewsletter(stands.slug, change.after, context);
        await note(req, res, 'newsletter.change', stands.slug, change);
      }
      done(res, `/console/newsletters/${stands.slug}`, 'saved');
    };
    await orSay(res, acts, (said) => draw(req, res, { ...said, values: keptFrom(fields, req.body) }));
  });

  const note = (req: Request, res: Response, act: string, slug: string, change: object) =>
    audit.note({ ...actorOf(req, res), act, subject: `newsletter ${slug}`, ...change });

  async function found(req: Request): Promise<Newsletter> {
    const newsletter = await newsletters.bySlug(String(req.params.slug));
    if (!newsletter) throw new NotFound('newsletter');
    return newsletter;
  }

  async function draw(req: Request, res: Response, said: object): Promise<void> {
    const [newsletter, brand] = await Promise.all([found(req), newsletters.brand()]);
    await show(res, 'newsletter', {
      ...{ title: newsletter.name, at: 'newsletters', newsletter, values: newsletterJson(newsletter) },
      ...{ senderDomain: identity.domain, languages: languageChoices(brand), ...said },
    });
  }

  const drawNew = (res: Response, said: object) =>
    show(res, 'newsletter-new', { title: 'New newsletter', at: 'newsletters', ...said });

  return router;
}

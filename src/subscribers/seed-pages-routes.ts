import { type Request, type Response, Router } from 'express';
import { NotFound } from '../kernel/errors.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { field, fromForm, keptFrom } from '../platform/http/form-fields.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import { chooseSeeds } from './seeds.ts';

type Needs = Parameters<typeof consolePage>[0] &
  Parameters<typeof chooseSeeds>[2] & {
    newsletters: { bySlug(slug: string): Promise<Newsletter | undefined> };
    audit: Audit;
  };

const fields = { seeds: field.lines };

/** The newsroom's own inboxes. */
export function seedPages(context: Needs): Router {
  const { newsletters, imports, audit } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/newsletters/:slug/seeds', requireRole('admin'), (req, res) =>
    draw(req, res, { done: doneOf(req, res) }),
  );

  router.post('/newsletters/:slug/seeds', requireRole('admin'), async (req, res) => {
    const newsletter = await found(req);
    const acts = async () => {
      const before = await imports.seeds(newsletter.id);
      await chooseSeeds(newsletter, fromForm(fields, req.body).seeds as string[], context);
      await audit.note({
        ...{ ...actorOf(req, res), act: 'newsletter.seeds', subject: `newsletter ${newsletter.slug}` },
        ...{ before: { seeds: before }, after: { seeds: await imports.seeds(newsletter.id) } },
      });
      done(res, `/console/newsletters/${newsletter.slug}/seeds`, 'yes');
    };
    await orSay(res, acts, (said) => draw(req, res, { ...said, values: keptFrom(fields, req.body) }));
  });

  async function found(req: Request): Promise<Newsletter> {
    const newsletter = await newsletters.bySlug(String(req.params.slug));
    if (newsletter?.kind !== 'breaking') throw new NotFound('breaking newsletter');
    return newsletter;
  }

  async function draw(req: Request, res: Response, said: object): Promise<void> {
    const newsletter = await found(req);
    const values = { seeds: (await imports.seeds(newsletter.id)).join('\n') };
    await show(res, 'seeds', { title: 'The newsroom’s own inboxes', at: 'newsletters', newsletter, values, ...said });
  }

  return router;
}

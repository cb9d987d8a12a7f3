import { type Response, Router } from 'express';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { differing, field, fromForm, keptFrom } from '../platform/http/form-fields.ts';
import { parseInput } from '../platform/http/input.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import { brandInput } from './brand.ts';
import { brandJson, brandValues, colourOf } from './brand-view.ts';
import type { NewsletterStore } from './store.ts';

type Needs = Parameters<typeof consolePage>[0] & {
  newsletters: Pick<NewsletterStore, 'brand' | 'changeBrand'>;
  audit: Audit;
};

const fields = {
  name: field.text,
  accent: field.text,
  postal_address: field.text,
  time_zone: field.text,
  locale: field.text,
  logo_url: field.orNull,
  logo_width: field.number,
  logo_alt: field.text,
  social: field.lines,
  headlines: field.text,
};

/** How the newspaper presents itself. */
export function brandPages(context: Needs): Router {
  const { newsletters, audit } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/brand', (req, res) => draw(res, { done: doneOf(req, res) }));

  router.post('/brand', requireRole('admin'), async (req, res) => {
    const stands = brandJson(await newsletters.brand());
    const sent = { ...req.body, accent: colourSent(req.body, stands.accent) };
    const acts = async () => {
      const change = differing(stands, parseInput(brandInput, fromForm(fields, sent)));
      if (Object.keys(change.after).length > 0) {
        await newsletters.changeBrand(change.after);
        await audit.note({ ...actorOf(req, res), act: 'brand.change', subject: 'brand', ...change });
      }
      done(res, '/console/brand', 'saved');
    };
    await orSay(res, acts, (said) => draw(res, { ...said, values: keptFrom(fields, sent) }));
  });

  async function draw(res: Response, said: object): Promise<void> {
    const brand = await newsletters.brand();
    await show(res, 'brand', {
      ...{ title: 'Newsroom', at: 'brand', values: brandValues(brand), colour: colourOf(brand) },
      ...{ timeZones: Intl.supportedValuesOf('timeZone'), ...said },
    });
  }

  return router;
}

/** Of the picker and the text beside it, the one that was touched; the text when both were. */
function colourSent(body: Record<string, unknown> | undefined, stands: string): unknown {
  return body?.accent === stands && body?.picked !== undefined ? body.picked : body?.accent;
}

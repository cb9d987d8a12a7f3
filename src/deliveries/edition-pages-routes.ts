import { type Request, type RequestHandler, type Response, Router } from 'express';
import { addressKey, parseEmailAddress } from '../kernel/email-address.ts';
import { NotFound } from '../kernel/errors.ts';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { idFrom, pageOf, typed } from '../platform/http/input.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import { cancelEdition } from './cancel-edition.ts';
import type { EditionSummary } from './delivery.ts';
import { pauseEdition, resumeEdition } from './pause-edition.ts';
import type { ReportStore } from './report-store.ts';
import { editionRow } from './view.ts';

type Needs = Parameters<typeof consolePage>[0] &
  Parameters<typeof cancelEdition>[1] &
  Parameters<typeof resumeEdition>[1] & {
    reports: ReportStore;
    audit: Audit;
  };

const SHOWN = 50;
const underWay = ['scheduled', 'assembling', 'sending'];

/** One edition: its counts that add up, every delivery to be found, and what can still be stopped. */
export function editionPages(context: Needs): Router {
  const { reports, audit } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/editions/:id', (req, res) => draw(req, res, {}));

  router.post(
    '/editions/:id/pause',
    requireRole('editor'),
    act('edition.pause', (id) => pauseEdition(id, context)),
  );
  router.post(
    '/editions/:id/resume',
    requireRole('editor'),
    act('edition.resume', (id) => resumeEdition(id, context)),
  );
  router.post(
    '/editions/:id/cancel',
    requireRole('editor'),
    act('edition.cancel', (id) => cancelEdition(id, context)),
  );

  /** Does it, writes it down, and shows the edition again. */
  function act(name: string, does: (id: number) => Promise<EditionSummary>): RequestHandler {
    return async (req, res) => {
      const { id } = await found(req);
      const acts = async () => {
        await does(id);
        await audit.note({ ...actorOf(req, res), act: name, subject: `edition ${id}` });
        res.redirect(303, `/console/editions/${id}`);
      };
      await orSay(res, acts, (said) => draw(req, res, said));
    };
  }

  async function found(req: Request): Promise<EditionSummary> {
    const edition = await reports.edition(idFrom(req.params.id, 'edition'));
    if (!edition) throw new NotFound('edition');
    return edition;
  }

  async function draw(req: Request, res: Response, said: object): Promise<void> {
    const edition = await found(req);
    const [q, state] = [typed(req.query.q), typed(req.query.state)];
    const { after } = pageOf(req);
    const address = parseEmailAddress(q.trim());
    const rows =
      q.trim() && !address
        ? []
        : await reports.found(edition.id, { email: address && addressKey(address), state, after }, SHOWN);
    const { audience, pending, deferred } = edition.counts;
    await show(res, 'edition', {
      ...{ title: edition.subject ?? edition.newsletterName, at: 'editions', id: edition.id, q, state },
      edition: editionRow(edition),
      moving: underWay.includes(edition.status),
      done: audience === 0 ? 0 : Math.floor((100 * (audience - pending - deferred)) / audience),
      deliveries: rows.map((row) => ({ ...row, settledAt: row.settledAt?.toISOString() })),
      next: rows.length === SHOWN ? rows.at(-1)?.subscriberId : undefined,
      ...said,
    });
  }

  return router;
}

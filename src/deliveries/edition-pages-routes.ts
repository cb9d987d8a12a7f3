import { type Request, type RequestHandler, type Response, Router } from 'express';
import { isOver } from '../editions/edition.ts';
import { addressKey, parseEmailAddress } from '../kernel/email-address.ts';
import { NotFound } from '../kernel/errors.ts';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { stream } from '../platform/http/event-stream.ts';
import { sendFramed } from '../platform/http/framed-mail.ts';
import { idFrom, pageOf, typed } from '../platform/http/input.ts';
import { type Audit, actorOf, requireRole, staffOf } from '../platform/http/staff.ts';
import type { Live } from '../platform/queue/live.ts';
import { withoutOwnLinks } from '../platform/view/emails.ts';
import { cancelEdition } from './cancel-edition.ts';
import type { EditionSummary } from './delivery.ts';
import type { EditionPageStore } from './edition-page-store.ts';
import { movingView, reportView } from './moving-view.ts';
import { overruleEdition, pauseEdition, resumeEdition } from './pause-edition.ts';
import type { ReportStore } from './report-store.ts';
import { mayHaveBeenRead, startCorrection } from './start-correction.ts';
import type { StockStore } from './stock-store.ts';
import { backgroundView, editionRow } from './view.ts';
import { watchEdition } from './watch-edition.ts';

type Needs = Parameters<typeof consolePage>[0] &
  Parameters<typeof cancelEdition>[1] &
  Parameters<typeof overruleEdition>[1] &
  Parameters<typeof startCorrection>[2] & {
    reports: ReportStore;
    editionPages: EditionPageStore;
    stocks: Pick<StockStore, 'reportOf'>;
    audit: Audit;
    live: Live;
    leaving: AbortSignal;
  };

const SHOWN = 50;
const underWay = ['scheduled', 'assembling', 'sending'];
/** Each has other things on its page. */
const stageOf = ({ status, reported }: EditionSummary): string =>
  isOver(status) && !reported ? `${status}, not added up` : status;

/** One edition: its counts that add up, every delivery to be found, and what can still be stopped. */
export function editionPages(context: Needs): Router {
  const { reports, editionPages, stocks, audit, pages, newsletters, live, leaving } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/editions', async (req, res) => {
    const { after } = pageOf(req);
    const editions = await reports.latest(SHOWN, after || null);
    const next = editions.length === SHOWN ? editions.at(-1)?.id : undefined;
    await show(res, 'edition-list', { title: 'Editions', at: 'editions', editions: editions.map(editionRow), next });
  });

  router.get('/editions/:id', (req, res) => draw(req, res, {}));

  router.get('/editions/:id/mail', async (req, res) => {
    const html = await editionPages.mail((await found(req)).id);
    if (!html) throw new NotFound('mail');
    sendFramed(res, withoutOwnLinks(html));
  });

  router.get('/editions/:id/live', async (req, res) => {
    const { id } = await found(req);
    const [watch, brand] = await Promise.all([watchEdition(id, live), newsletters.brand()]);
    const frame = async () => {
      const edition = await found(req);
      const moves = movingView({ ...edition, moving: watch.look() });
      const [moving, counts] = await Promise.all([
        pages.render('edition-moving', { moves, brand }),
        pages.render('edition-counts', { brand, editions: [editionRow(edition)] }),
      ]);
      return { stage: stageOf(edition), parts: { moving, counts } };
    };
    await stream(req, res, { frame, leaving }).finally(watch.stop);
  });

  router.post('/editions/:id/correct', requireRole('editor'), async (req, res) => {
    const { id } = await found(req);
    const acts = async () => {
      const draftId = await startCorrection(id, staffOf(res).id, context);
      await audit.note({ ...actorOf(req, res), act: 'edition.correct', subject: `edition ${id}`, after: { draftId } });
      res.redirect(303, `/console/alerts/${draftId}`);
    };
    await orSay(res, acts, (said) => draw(req, res, said));
  });

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

  router.post(
    '/editions/:id/overrule',
    requireRole('editor'),
    act('edition.overrule', (id) => overruleEdition(id, context)),
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
    const edition = await reports.glance(idFrom(req.params.id, 'edition'));
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
    const [report, background] = await Promise.all([
      isOver(edition.status) ? stocks.reportOf(edition.id) : null,
      editionPages.background(edition.id),
    ]);
    await show(res, 'edition', {
      ...{ title: edition.subject ?? edition.newsletterName, at: 'editions', id: edition.id, q, state },
      edition: editionRow(edition),
      background: background && backgroundView(background, edition),
      moving: underWay.includes(edition.status),
      stage: stageOf(edition),
      adding: stageOf(edition) !== edition.status && edition.counts.audience > 0,
      moves: movingView({ ...edition, moving: null }),
      report: report && reportView(report),
      correctable: edition.kind === 'alert' && mayHaveBeenRead(edition),
      deliveries: rows.map((row) => ({ ...row, settledAt: row.settledAt?.toISOString() })),
      next: rows.length === SHOWN ? rows.at(-1)?.subscriberId : undefined,
      ...said,
    });
  }

  return router;
}

import { type Request, type RequestHandler, type Response, Router } from 'express';
import { DomainError } from '../kernel/errors.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { consolePage } from '../platform/http/console-page.ts';
import { idFrom, parseInput } from '../platform/http/input.ts';
import { type Audit, actorOf, requireRole, staffOf } from '../platform/http/staff.ts';
import type { Brand } from '../platform/view/brand.ts';
import {
  approve,
  changeDraft,
  draftInput,
  readDraft,
  releaseDraft,
  startDraft,
  undoRelease,
  wantApproval,
} from './draft-alert.ts';
import { previewOf } from './preview-alert.ts';

type Needs = Parameters<typeof consolePage>[0] &
  Parameters<typeof releaseDraft>[4] &
  Parameters<typeof previewOf>[1] & {
    audit: Audit;
    newsletters: { all(): Promise<Newsletter[]>; brand(): Promise<Brand> };
    undoSeconds: number;
  };

/** Writing an alert, showing it to somebody else, and letting it go. */
export function alertPages(context: Needs): Router {
  const { drafts, audit, newsletters, clock } = context;
  const show = consolePage(context);
  const router = Router();
  router.use('/alerts', requireRole('editor'));

  router.get('/alerts/new', (_req, res) => drawNew(res, {}));

  router.post('/alerts', async (req, res) => {
    const { url = '', newsletter = 'breaking' } = req.body ?? {};
    try {
      const id = await startDraft(String(url).trim() || null, String(newsletter), staffOf(res).id, context);
      await note(req, res, 'alert.draft', id);
      res.redirect(303, `/console/alerts/${id}`);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      res.status(400);
      await drawNew(res, { url, error: error.message });
    }
  });

  router.get('/alerts/:id', (req, res) => draw(req, res, {}));

  router.get('/alerts/:id/preview', async (req, res) => {
    const { html } = await previewOf(await readDraft(idOf(req), context), context);
    // A mail styles itself inline; nothing in it may run, and only our own page may frame it.
    res.set(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; frame-ancestors 'self'; sandbox",
    );
    res.removeHeader('X-Frame-Options');
    res.send(html);
  });

  router.post('/alerts/:id', async (req, res) => {
    const before = await readDraft(idOf(req), context);
    await orDraw(req, res, async () => {
      const input = parseInput(draftInput, req.body);
      await changeDraft(before, input, staffOf(res).id, context);
      await note(req, res, 'alert.change', before.id, {
        before: { newsletter: before.slug, headline: before.headline, text: before.body, url: before.url },
        after: { newsletter: input.newsletter, headline: input.headline, text: input.text, url: input.url ?? null },
      });
      res.redirect(303, `/console/alerts/${before.id}?done=alert.change`);
    });
  });

  router.post(
    '/alerts/:id/want-approval',
    act('alert.want-approval', (id) => wantApproval(id, context)),
  );
  router.post(
    '/alerts/:id/approve',
    act('alert.approve', (id, req, res) => approve(id, wordingOf(req), staffOf(res).id, context)),
  );
  router.post(
    '/alerts/:id/release',
    act('alert.release', (id, req, res) => {
      const { id: staffId, role } = staffOf(res);
      const unapproved = role === 'admin' && req.body?.break_glass === 'yes';
      return releaseDraft(id, wordingOf(req), staffId, unapproved, context);
    }),
  );
  router.post(
    '/alerts/:id/undo',
    act('alert.undo', (id) => undoRelease(id, context)),
  );

  /** Does it, writes it down with what came of it, and shows the alert again. */
  function act(name: string, does: (id: number, req: Request, res: Response) => Promise<unknown>): RequestHandler {
    return async (req, res) => {
      const { id, newsletter, headline } = await readDraft(idOf(req), context);
      await orDraw(req, res, async () => {
        const after = Object.assign({ newsletter, headline }, await does(id, req, res));
        await note(req, res, name, id, { after });
        res.redirect(303, `/console/alerts/${id}?done=${name}`);
      });
    };
  }

  async function drawNew(res: Response, said: object): Promise<void> {
    const breaking = (await newsletters.all()).filter(({ kind, active }) => kind === 'breaking' && active);
    await show(res, 'alert-new', { title: 'New alert', at: 'alert', newsletters: breaking, ...said });
  }

  async function draw(req: Request, res: Response, said: object): Promise<void> {
    const draft = await readDraft(idOf(req), context);
    if (!ON_DESK.includes(draft.status)) return res.redirect(303, `/console/editions/${draft.id}`);
    const [listed, readers] = await Promise.all([newsletters.all(), drafts.audienceOf(draft.newsletterId)]);
    const { id } = staffOf(res);
    const seconds = Math.max(0, Math.ceil(((draft.releaseAt?.getTime() ?? 0) - clock.now().getTime()) / 1000));
    await show(res, 'alert', {
      ...{ title: draft.headline || 'New alert', at: 'alert', draft, readers, seconds, done: req.query.done },
      newsletters: listed.filter(({ kind, active }) => kind === 'breaking' && active),
      values: { headline: draft.headline, text: draft.body, url: draft.url ?? '' },
      waiting: draft.approvalWantedAt !== null && draft.approvedBy === null,
      own: draft.authors.includes(id),
      undoSeconds: context.undoSeconds,
      ...said,
    });
  }

  /** The same page, with what was typed and what is wrong. */
  async function orDraw(req: Request, res: Response, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof DomainError) || !(await onDesk(req))) throw error;
      res.status(error.meaning === 'invalid' ? 400 : 409);
      const { headline, text, url } = req.body ?? {};
      await draw(req, res, {
        error: error.message,
        ...(headline !== undefined && { values: { headline, text, url } }),
      });
    }
  }

  /** While it can be written or called back, its page is where to say what is wrong. */
  const onDesk = async (req: Request) => ON_DESK.includes((await readDraft(idOf(req), context)).status);

  const note = (req: Request, res: Response, act: string, id: number, change: object = {}) =>
    audit.note({ ...actorOf(req, res), act, subject: `edition ${id}`, ...change });

  return router;
}

const ON_DESK = ['draft', 'scheduled'];
/** The version of its words that a page showed. */
const wordingOf = (req: Request): number => Number(req.body?.wording) || 0;
const idOf = (req: Request): number => idFrom(req.params.id, 'alert');

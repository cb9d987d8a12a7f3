import { type Request, type RequestHandler, type Response, Router } from 'express';
import { DomainError } from '../kernel/errors.ts';
import type { Newsletter } from '../newsletters/newsletter.ts';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { stream } from '../platform/http/event-stream.ts';
import { idFrom, LONGEST_URL, parseInput, typed } from '../platform/http/input.ts';
import { type Audit, actorOf, type Reauth, requireRole, staffOf } from '../platform/http/staff.ts';
import type { Brand } from '../platform/view/brand.ts';
import { deskOf, readersOf } from './desk.ts';
import { changeDraft, draftInput, mustBeSaved, readDraft, startDraft } from './draft-alert.ts';
import type { Draft } from './draft-store.ts';
import { preflight } from './preflight.ts';
import { approve, mannerInput, releaseDraft, undoRelease, wantApproval } from './release-draft.ts';
import { sendTest } from './send-test.ts';

type Needs = Parameters<typeof consolePage>[0] &
  Parameters<typeof startDraft>[3] &
  Parameters<typeof releaseDraft>[3] &
  Parameters<typeof deskOf>[1] &
  Parameters<typeof preflight>[1] &
  Parameters<typeof sendTest>[2] & {
    audit: Audit;
    newsletters: { all(): Promise<Newsletter[]>; brand(): Promise<Brand> };
    reauth: Reauth;
    leaving: AbortSignal;
  };

/** Writing an alert, showing it to somebody else, and letting it go. */
export function alertPages(context: Needs): Router {
  const { audit, newsletters, reauth, clock, pages, leaving } = context;
  const show = consolePage(context);
  const router = Router();
  router.use('/alerts', requireRole('editor'));

  router.get('/alerts/new', (req, res) => drawNew(res, { url: typed(req.query.url, LONGEST_URL) }));

  router.post('/alerts', async (req, res) => {
    const [url, newsletter] = [typed(req.body?.url, LONGEST_URL).trim(), typed(req.body?.newsletter) || 'breaking'];
    const acts = async () => {
      const id = await startDraft(url || null, newsletter, staffOf(res).id, context);
      await note(req, res, 'alert.draft', id);
      res.redirect(303, `/console/alerts/${id}`);
    };
    await orSay(res, acts, (said) => drawNew(res, { url, ...said }));
  });

  router.get('/alerts/:id', (req, res) => draw(req, res, {}));

  router.get('/alerts/:id/live', async (req, res) => {
    const { id } = await readDraft(idOf(req), context);
    const frame = async () => {
      const draft = await readDraft(id, context);
      return { stage: draft.status, parts: { ring: await pages.render('alert-ring', ringOf(draft)) } };
    };
    await stream(req, res, { frame, leaving });
  });

  router.post('/alerts/:id', async (req, res) => {
    const before = await readDraft(idOf(req), context);
    await orDraw(req, res, async () => {
      const input = parseInput(draftInput, req.body);
      await changeDraft(before, wordingOf(req), input, staffOf(res).id, context);
      await note(req, res, 'alert.change', before.id, {
        before: { newsletter: before.slug, ...wordsOf(before) },
        after: input,
      });
      done(res, `/console/alerts/${before.id}`, 'alert.change');
    });
  });

  router.post(
    '/alerts/:id/test',
    act('alert.test', async (draft, _req, res) => sendTest(draft, staffOf(res).email, context)),
  );
  router.post(
    '/alerts/:id/want-approval',
    act('alert.want-approval', ({ id }) => wantApproval(id, context)),
  );
  router.post(
    '/alerts/:id/approve',
    act('alert.approve', ({ id }, req, res) => approve(id, wordingOf(req), staffOf(res).id, context)),
  );
  router.post(
    '/alerts/:id/release',
    act('alert.release', async (draft, req, res) => {
      if (await isMany((await readersOf(draft, context)).readers)) await reauth.require(req, res);
      const { id } = draft;
      const { id: staffId, role } = staffOf(res);
      const unapproved = role === 'admin' && req.body?.break_glass === 'yes';
      const manner = parseInput(mannerInput, req.body);
      return releaseDraft(id, { staffId, wording: wordingOf(req), unapproved }, manner, context);
    }),
  );
  router.post(
    '/alerts/:id/undo',
    act('alert.undo', ({ id }) => undoRelease(id, context)),
  );

  /** Does it, writes it down with what came of it, and shows the alert again. */
  function act(name: string, does: (draft: Draft, req: Request, res: Response) => Promise<unknown>): RequestHandler {
    return async (req, res) => {
      const draft = await readDraft(idOf(req), context);
      const { id, newsletter, headline } = draft;
      await orDraw(req, res, async () => {
        if (req.body?.headline !== undefined && name !== 'alert.undo') mustBeSaved(draft, req.body);
        const after = Object.assign({ newsletter, headline }, await does(draft, req, res));
        await note(req, res, name, id, { after });
        done(res, `/console/alerts/${id}`, name);
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
    const [listed, desk, checks] = await Promise.all([
      newsletters.all(),
      deskOf(draft, context),
      req.query.checks === 'run' ? preflight(draft, context) : null,
    ]);
    await show(res, 'alert', {
      ...{ title: draft.headline || 'New alert', at: 'alert', draft, desk, checks, done: doneOf(req, res) },
      newsletters: listed.filter(
        ({ id, kind, active }) => kind === 'breaking' && (active || id === draft.newsletterId),
      ),
      values: wordsOf(draft),
      waiting: draft.approvalWantedAt !== null && draft.approvedBy === null,
      own: draft.authors.includes(staffOf(res).id),
      look: looks.find((name) => name === req.query.look) ?? looks[0],
      looks,
      confirm: (await isMany(desk.readers)) && !reauth.isFresh(res),
      undoSeconds: context.undoSeconds,
      ...ringOf(draft),
      ...said,
    });
  }

  const isMany = async (readers: number): Promise<boolean> => readers > (await newsletters.brand()).confirmAbove;

  const ringOf = ({ releaseAt }: Draft) => {
    const seconds = Math.max(0, Math.ceil(((releaseAt?.getTime() ?? 0) - clock.now().getTime()) / 1000));
    return { seconds, part: context.undoSeconds > 0 ? Math.min(1, seconds / context.undoSeconds) : 0 };
  };

  /** The same page, with what was typed and what is wrong; once it is gone, the edition's page says what became of it. */
  async function orDraw(req: Request, res: Response, act: () => Promise<void>): Promise<void> {
    await orSay(res, act, async (said) => {
      if (!ON_DESK.includes((await readDraft(idOf(req), context)).status))
        throw new DomainError('no-draft', 'conflict', said.error);
      const { headline, text, url, wrong } = req.body ?? {};
      await draw(req, res, { ...said, ...(headline !== undefined && { values: { headline, text, url, wrong } }) });
    });
  }

  const note = (req: Request, res: Response, act: string, id: number, change: object = {}) =>
    audit.note({ ...actorOf(req, res), act, subject: `edition ${id}`, ...change });

  return router;
}

const ON_DESK = ['draft', 'scheduled'];
const looks = ['phone', 'desktop', 'dark', 'text'];
const wordsOf = ({ headline, body, url, wrong }: Draft) => ({ headline, text: body, url: url ?? '', wrong });
/** The version of its words that a page showed. */
const wordingOf = (req: Request): number => (/^\d{1,9}$/.test(typed(req.body?.wording)) ? Number(req.body.wording) : 0);
const idOf = (req: Request): number => idFrom(req.params.id, 'alert');

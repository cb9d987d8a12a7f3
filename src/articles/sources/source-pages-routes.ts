import { type Request, type Response, Router } from 'express';
import { consolePage, orSay } from '../../platform/http/console-page.ts';
import { done, doneOf } from '../../platform/http/done.ts';
import { idFrom, LONGEST_URL, pageOf, parseInput, typed } from '../../platform/http/input.ts';
import { type Audit, actorOf, requireRole } from '../../platform/http/staff.ts';
import { changeSource, pollNow, readSource, sourceChangeForm, sourceForm } from './change-source.ts';
import { type LookNeeds, lookAtSource } from './look-at-source.ts';
import { offerSource } from './offer-source.ts';
import type { SourcePageStore } from './source-page-store.ts';
import { sourceRow } from './source-view.ts';

type Needs = Parameters<typeof consolePage>[0] &
  Parameters<typeof offerSource>[1] &
  Parameters<typeof changeSource>[2] &
  LookNeeds & { sourcePages: SourcePageStore; audit: Audit };

const SHOWN = 50;

/** Where articles come from: how each source is doing, and what can be done about it. */
export function sourcePages(context: Needs): Router {
  const { sourcePages: sources, audit, clock } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/sources', (req, res) => drawAll(req, res, {}));

  router.post('/sources', requireRole('admin'), async (req, res) => {
    const values = typedOf(req);
    const acts = async () => {
      const input = parseInput(sourceForm, { ...values, name: values.name || undefined });
      const { added, offer } = await offerSource({ ...input, asIs: req.body?.as_is === 'yes' }, context);
      if (!added) return drawAll(req, res, { values, offer });
      await note(req, res, 'source.add', added.id, { after: { url: added.url, kind: added.kind } });
      done(res, `/console/sources/${added.id}`, 'source.add');
    };
    await orSay(res, acts, (said) => drawAll(req, res, { ...said, values }));
  });

  router.get('/sources/:id', async (req, res) => {
    await drawOne(req, res, idFrom(req.params.id, 'source'), {});
  });

  router.post('/sources/:id', requireRole('admin'), async (req, res) => {
    const before = await readSource(idFrom(req.params.id, 'source'), context);
    const { name, active, pollSeconds } = before;
    const acts = async () => {
      const after = await changeSource(before, parseInput(sourceChangeForm, req.body), context);
      await note(req, res, 'source.change', before.id, { before: { name, active, pollSeconds }, after });
      done(res, `/console/sources/${before.id}`, 'source.change');
    };
    const kept = { name: typed(req.body?.name), pollSeconds: typed(req.body?.poll_seconds) };
    const values = { ...kept, active: req.body?.active === 'yes' };
    await orSay(res, acts, (said) => drawOne(req, res, before.id, { ...said, values }));
  });

  router.post('/sources/:id/poll', requireRole('editor'), async (req, res) => {
    const { id } = await readSource(idFrom(req.params.id, 'source'), context);
    const acts = async () => {
      await pollNow(id, context);
      await note(req, res, 'source.poll', id, {});
      done(res, `/console/sources/${id}`, 'source.poll');
    };
    await orSay(res, acts, ({ error }) => drawOne(req, res, id, { refused: error }));
  });

  const note = (req: Request, res: Response, act: string, id: number, change: object) =>
    audit.note({ ...actorOf(req, res), act, subject: `source ${id}`, ...change });

  async function drawAll(req: Request, res: Response, said: object): Promise<void> {
    const now = clock.now();
    const rows = await sources.page(pageOf(req).after, SHOWN, now);
    await show(res, 'sources', {
      ...{ title: 'Sources', at: 'sources' },
      sources: rows.map((row) => sourceRow(row, now)),
      next: rows.length === SHOWN ? rows.at(-1)?.id : undefined,
      ...said,
    });
  }

  async function drawOne(req: Request, res: Response, id: number, said: object): Promise<void> {
    const seen = await lookAtSource(id, context);
    const title = seen.source.name ?? seen.source.url;
    await show(res, 'source', { title, at: 'sources', done: doneOf(req, res), ...seen, ...said });
  }

  return router;
}

/** One of what was found is chosen as `feed https://…`. */
function typedOf({ body }: Request) {
  const [kind = '', url = ''] = typed(body?.choice, LONGEST_URL + 20).split(/ (.*)/s);
  const chosen = kind && url ? { kind, url } : { url: typed(body?.url, LONGEST_URL) };
  return { ...chosen, name: typed(body?.name), poll_seconds: typed(body?.poll_seconds) || undefined };
}

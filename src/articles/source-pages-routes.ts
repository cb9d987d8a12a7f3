import { type Request, type Response, Router } from 'express';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { idFrom, pageOf, parseInput, typed } from '../platform/http/input.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import { addSource } from './add-source.ts';
import { changeSource, pollNow, readSource, sourceChangeForm, sourceForm } from './change-source.ts';
import type { SourcePageStore } from './source-page-store.ts';
import { sourceRow } from './source-view.ts';

type Needs = Parameters<typeof consolePage>[0] &
  Parameters<typeof addSource>[1] &
  Parameters<typeof changeSource>[2] & { sourcePages: SourcePageStore; audit: Audit };

const SHOWN = 50;

/** The feeds articles come from: how each is doing, and what can be done about it. */
export function sourcePages(context: Needs): Router {
  const { sourcePages: sources, audit, clock } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/sources', (req, res) => draw(req, res, {}));

  router.post('/sources', requireRole('admin'), async (req, res) => {
    const values = { url: typed(req.body?.url, LONGEST_URL), name: typed(req.body?.name) };
    const poll_seconds = typed(req.body?.poll_seconds) || undefined;
    const acts = async () => {
      const input = parseInput(sourceForm, { ...values, name: values.name || undefined, poll_seconds });
      const { id, url } = await addSource(input, context);
      await note(req, res, 'source.add', id, { after: { url } });
      done(res, '/console/sources', 'source.add');
    };
    await orSay(res, acts, (said) => draw(req, res, { ...said, values: { ...values, poll_seconds } }));
  });

  router.post('/sources/:id', requireRole('admin'), async (req, res) => {
    const before = await readSource(idFrom(req.params.id, 'source'), context);
    const { name, active, pollSeconds } = before;
    const acts = async () => {
      const after = await changeSource(before, parseInput(sourceChangeForm, req.body), context);
      await note(req, res, 'source.change', before.id, { before: { name, active, pollSeconds }, after });
      done(res, '/console/sources', 'source.change');
    };
    const kept = { name: typed(req.body?.name), pollSeconds: typed(req.body?.poll_seconds) };
    const wrong = { id: before.id, ...kept, active: req.body?.active === 'yes' };
    await orSay(res, acts, (said) => draw(req, res, { wrong: { ...wrong, ...said } }));
  });

  router.post('/sources/:id/poll', requireRole('editor'), async (req, res) => {
    const { id } = await readSource(idFrom(req.params.id, 'source'), context);
    const acts = async () => {
      await pollNow(id, context);
      await note(req, res, 'source.poll', id, {});
      done(res, '/console/sources', 'source.poll');
    };
    await orSay(res, acts, ({ error }) => draw(req, res, { refused: error }));
  });

  const note = (req: Request, res: Response, act: string, id: number, change: object) =>
    audit.note({ ...actorOf(req, res), act, subject: `source ${id}`, ...change });

  async function draw(req: Request, res: Response, said: object): Promise<void> {
    const now = clock.now();
    const rows = await sources.page(pageOf(req).after, SHOWN, now);
    await show(res, 'sources', {
      ...{ title: 'Sources', at: 'sources', done: doneOf(req, res) },
      sources: rows.map((row) => sourceRow(row, now)),
      next: rows.length === SHOWN ? rows.at(-1)?.id : undefined,
      ...said,
    });
  }

  return router;
}

const LONGEST_URL = 2000;

import { type Request, type Response, Router } from 'express';
import { consolePage } from '../platform/http/console-page.ts';
import { doneOf } from '../platform/http/done.ts';
import { pageOf, typed } from '../platform/http/input.ts';
import { findReaders } from './find-readers.ts';
import type { ReaderListed } from './reader-store.ts';

type Needs = Parameters<typeof consolePage>[0] & Parameters<typeof findReaders>[3];

const SHOWN = 50;

/** Finding a reader: by address, by how it begins, or among the newest. */
export function readerPages(context: Needs): Router {
  const show = consolePage(context);
  const router = Router();

  router.get('/readers', async (req, res) => {
    const q = typed(req.query.q).trim();
    return q ? search(q, req, res) : newest(req, res);
  });

  async function search(q: string, req: Request, res: Response): Promise<void> {
    const { only, rows, whole, suppression } = await findReaders(q, typed(req.query.after), SHOWN, context);
    if (only) return res.redirect(303, `/console/readers/${only}`);
    const last = rows.length === SHOWN ? rows.at(-1) : undefined;
    const more = last && new URLSearchParams({ q, after: last.emailKey });
    const suppressed = suppression && { ...suppression, at: suppression.at.toISOString() };
    await draw(res, rows, more, { q, whole, suppression: suppressed });
  }

  async function newest(req: Request, res: Response): Promise<void> {
    const { after: before } = pageOf(req);
    const rows = await context.readers.newest(before || null, SHOWN);
    const last = rows.length === SHOWN ? rows.at(-1) : undefined;
    const more = last && new URLSearchParams({ cursor: String(last.id) });
    await draw(res, rows, more, { q: '', erased: doneOf(req, res) === 'reader.erase' });
  }

  const draw = (res: Response, rows: ReaderListed[], more: URLSearchParams | undefined, said: object) =>
    show(res, 'readers', {
      ...{ title: 'Readers', at: 'readers', more: more?.toString() },
      readers: rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() })),
      ...said,
    });

  return router;
}

import { type Request, Router } from 'express';
import { sendFramed } from '../platform/http/framed-mail.ts';
import { idFrom, LONGEST_URL, typed } from '../platform/http/input.ts';
import { requireRole } from '../platform/http/staff.ts';
import { readDraft } from './draft-alert.ts';
import type { DraftStore } from './draft-store.ts';
import { previewOf } from './preview-alert.ts';

type Needs = Parameters<typeof previewOf>[1] & { drafts: DraftStore };

/** What readers would get, as it is saved and as it is being typed. */
export function alertProofs(context: Needs): Router {
  const router = Router();

  router.get('/alerts/:id/preview', requireRole('editor'), async (req, res) => {
    const mail = await previewOf(await readDraft(idOf(req), context), context);
    if (req.query.look === 'text') return sendFramed(res, mail.text, 'text/plain');
    sendFramed(res, req.query.look === 'dark' ? inTheDark(mail.html) : mail.html);
  });

  router.post('/alerts/:id/preview', requireRole('editor'), async (req, res) => {
    const draft = await readDraft(idOf(req), context);
    const [headline, url] = [typed(req.body?.headline), typed(req.body?.url, LONGEST_URL) || null];
    const [body, wrong] = [typed(req.body?.text, LONGEST_TEXT), typed(req.body?.wrong, LONGEST_TEXT)];
    sendFramed(res, (await previewOf({ ...draft, headline, body, wrong, url }, context)).html);
  });

  return router;
}

/** As it looks where the night is on, wherever one looks at it. */
const inTheDark = (html: string): string => html.replaceAll(/@media\s*\(prefers-color-scheme:\s*dark\)/g, '@media all');

const LONGEST_TEXT = 5000;
const idOf = (req: Request): number => idFrom(req.params.id, 'alert');

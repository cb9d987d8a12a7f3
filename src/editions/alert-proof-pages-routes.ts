import { type Request, type Response, Router } from 'express';
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
    if (req.query.look === 'text') return void res.type('text/plain').set(framed).send(mail.text);
    sendMail(res, req.query.look === 'dark' ? inTheDark(mail.html) : mail.html);
  });

  router.post('/alerts/:id/preview', requireRole('editor'), async (req, res) => {
    const draft = await readDraft(idOf(req), context);
    const [headline, body, wrong] = [typed(req.body?.headline), longer(req.body?.text), longer(req.body?.wrong)];
    sendMail(
      res,
      (await previewOf({ ...draft, headline, body, wrong, url: typed(req.body?.url, LONGEST_URL) || null }, context))
        .html,
    );
  });

  return router;
}

// A mail styles itself inline; nothing in it may run, and only our own page may frame it.
const framed = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; frame-ancestors 'self'; sandbox",
};

function sendMail(res: Response, html: string): void {
  res.removeHeader('X-Frame-Options');
  res.set(framed).send(html);
}

/** As it looks where the night is on, wherever one looks at it. */
const inTheDark = (html: string): string => html.replaceAll(/@media\s*\(prefers-color-scheme:\s*dark\)/g, '@media all');

const LONGEST_TEXT = 5000;
const longer = (value: unknown): string => (typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : '');
const idOf = (req: Request): number => idFrom(req.params.id, 'alert');

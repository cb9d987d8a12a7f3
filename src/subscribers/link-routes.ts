import { type Request, type Response, Router } from 'express';
import { isLanguage, type Language } from '../kernel/language.ts';
import { typed } from '../platform/http/input.ts';
import { limitPerNetwork, proofOf } from '../platform/http/limits.ts';
import { type OwnPageNeeds, ownBody, showOwn, tokenOf } from '../platform/http/own-page.ts';
import { statusOf, wantsPage } from '../platform/http/problem.ts';
import { type Confirmation, ConfirmationOver, confirm, readConfirmation } from './confirm.ts';
import { sendNewLink } from './send-new-link.ts';
import { confirmedView, confirmView } from './view.ts';

type Needs = Parameters<typeof confirm>[3] &
  Parameters<typeof sendNewLink>[1] &
  OwnPageNeeds & { baseUrl: string; mailbox: { pageUrl: string } | undefined };

/** Links in mails are opened by scanners too: GET shows a button, POST acts. */
export function confirmations(context: Needs): Router {
  const router = Router();
  router.get('/sent', (req, res) =>
    showOwn(res, context, 'new-link-sent', { language: languageAsked(req), mailboxUrl: context.mailbox?.pageUrl }),
  );
  router.get('/:token', async (req, res) => {
    const read = await orOver(req, res, () => readConfirmation(tokenOf(req), context));
    if (read) await show(req, res, read);
  });
  router.post('/:token', ownBody(), async (req, res) => {
    const shown = req.body?.newsletters === undefined ? undefined : [req.body.newsletters].flat().map(String);
    const confirmed = await orOver(req, res, () => confirm(tokenOf(req), shown, proofOf(req), context));
    if (confirmed) await show(req, res, confirmed);
  });
  router.post('/:token/new-link', limitPerNetwork(10, 60), async (req, res) => {
    await sendNewLink(tokenOf(req), context);
    res.redirect(303, `${req.baseUrl}/sent${inLanguage(languageAsked(req))}`);
  });

  const show = (req: Request, res: Response, { reader, standing }: Confirmation) =>
    standing === 'asked'
      ? showOwn(res, context, 'confirm', confirmView(reader, req.originalUrl))
      : showOwn(res, context, 'confirmed', confirmedView(reader, context));

  /** A link that is used up or too old still knows whom to send another. */
  async function orOver<T>(req: Request, res: Response, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ConfirmationOver) || !wantsPage(req)) throw error;
      const { language } = error;
      const action = `${req.baseUrl}/${encodeURIComponent(tokenOf(req))}/new-link${inLanguage(language)}`;
      await showOwn(res.status(statusOf(error)), context, 'link-over', { language, action });
      return undefined;
    }
  }
  return router;
}

/** The way from the old link to the page after it asks nothing of the reader's row, so the language goes along. */
const inLanguage = (language: Language | null): string => (language ? `?language=${language}` : '');

function languageAsked({ query }: Request): Language | null {
  const asked = typed(query.language);
  return isLanguage(asked) ? asked : null;
}

import { json, type Request, type Response, Router } from 'express';
import { Invalid } from '../kernel/errors.ts';
import { accepts, parseInput, typed } from '../platform/http/input.ts';
import { limitPerNetwork } from '../platform/http/limits.ts';
import { type OwnPageNeeds, ownBody, showOwn } from '../platform/http/own-page.ts';
import { wantsPage } from '../platform/http/problem.ts';
import { askForLink, linkInput } from './ask-for-link.ts';

type Needs = OwnPageNeeds & Parameters<typeof askForLink>[1] & { mailbox: { pageUrl: string } | undefined };

/** For readers who have lost the way to their preferences. The answer is the same whoever asks. */
export function myLink(context: Needs): Router {
  const router = Router();
  const draw = (res: Response, said: object) => showOwn(res, context, 'my-link', { ...said });

  router.get('/', (_req, res) => draw(res, {}));
  router.get('/sent', (_req, res) => showOwn(res, context, 'my-link-sent', { mailboxUrl: context.mailbox?.pageUrl }));

  router.post(
    '/',
    limitPerNetwork(10, 60),
    accepts('application/json', 'application/x-www-form-urlencoded'),
    json({ limit: '4kb' }),
    ownBody(),
    async (req, res) => {
      try {
        await askForLink(parseInput(linkInput, req.body).email, context);
      } catch (error) {
        if (error instanceof Invalid && wantsPage(req)) return redraw(req, res, error);
        throw error;
      }
      if (wantsPage(req)) return res.redirect(303, '/my-link/sent');
      res.status(202).json({ status: 'check-your-inbox' });
    },
  );

  const redraw = (req: Request, res: Response, { fields }: Invalid) =>
    draw(res.status(400), { email: typed(req.body?.email), error: fields[0]?.message });

  return router;
}

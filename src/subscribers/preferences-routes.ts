import { type Request, type Response, Router, urlencoded } from 'express';
import { Invalid } from '../kernel/errors.ts';
import { typed } from '../platform/http/input.ts';
import { proofOf } from '../platform/http/limits.ts';
import { type OwnPageNeeds, showOwn, tokenOf } from '../platform/http/own-page.ts';
import { wantsPage } from '../platform/http/problem.ts';
import { endPause, pauseUntil } from './ease.ts';
import { readPreferences } from './preferences.ts';
import { preferencesView, type Refused } from './preferences-view.ts';
import { type SaveNeeds, savePreferences } from './save-preferences.ts';

type Needs = SaveNeeds & OwnPageNeeds;

/** A box for each newsletter and for each topic of each of them. */
const body = () => urlencoded({ limit: '64kb', extended: false, parameterLimit: 2000 });

/** What a reader gets and when, by the link in each mail. GET shows it, POST acts. */
export function preferences(context: Needs): Router {
  const router = Router();

  router.get('/:token', (req, res) => draw(req, res));

  router.post('/:token', body(), async (req, res) => {
    if (!req.is('urlencoded')) throw new Invalid([{ field: 'body', message: 'preferences.as-page' }]);
    try {
      const done = await act(req);
      res.redirect(303, `${req.baseUrl}${req.path}?saved=${done}`);
    } catch (error) {
      if (!(error instanceof Invalid && wantsPage(req))) throw error;
      await draw(req, res.status(400), { body: req.body ?? {}, fields: error.fields });
    }
  });

  /** @returns what the next page says was done */
  async function act(req: Request): Promise<'1' | 'paused' | 'resumed'> {
    const { act: wish, pause_until: date } = req.body ?? {};
    const proof = proofOf(req);
    if (wish === undefined) {
      await savePreferences(tokenOf(req), req.body, proof, context);
      return '1';
    }
    const { reader } = await readPreferences(tokenOf(req), context);
    if (wish === 'pause') {
      await pauseUntil(reader.id, typed(date), proof, context);
      return 'paused';
    }
    if (wish !== 'resume') throw new Invalid([{ field: 'act', message: 'preferences.as-page' }]);
    await endPause(reader.id, proof, context);
    return 'resumed';
  }

  async function draw(req: Request, res: Response, refused?: Refused): Promise<void> {
    const found = await readPreferences(tokenOf(req), context);
    const view = preferencesView(found, { now: context.clock.now(), less: typed(req.query.less), refused });
    const saved = refused ? '' : typed(req.query.saved);
    await showOwn(res, context, 'preferences', { ...view, action: `${req.baseUrl}${req.path}`, saved });
  }

  return router;
}

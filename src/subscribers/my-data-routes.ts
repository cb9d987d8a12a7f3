import { type Request, type Response, Router } from 'express';
import { DomainError } from '../kernel/errors.ts';
import { parseInput, typed } from '../platform/http/input.ts';
import { limitPerNetwork } from '../platform/http/limits.ts';
import { keepPrivate, type OwnPageNeeds, ownBody, showOwn, tokenOf } from '../platform/http/own-page.ts';
import { statusOf } from '../platform/http/problem.ts';
import { linkInput } from './ask-for-link.ts';
import { askForNewAddress } from './change-address.ts';
import { eraseReader } from './erase-reader.ts';
import { myData } from './my-data.ts';
import { readerBehind } from './preferences-token.ts';
import type { SubscriberStore } from './store.ts';
import { activeOf, languageFor, type Subscriber } from './subscriber.ts';

type Needs = OwnPageNeeds &
  Parameters<typeof askForNewAddress>[2] &
  Parameters<typeof myData>[1] & { subscribers: Pick<SubscriberStore, 'byId' | 'erase'> };

/** What readers do with what we know of them, behind the link to their preferences. */
export function myDataPages(context: Needs): Router {
  const router = Router();

  router.get('/erased', (_req, res) => showOwn(res, context, 'erased', {}));

  router.get('/:token/my-data.json', limitPerNetwork(20, 60), async (req, res) => {
    const data = await myData(await readerOf(req), context);
    keepPrivate(res)
      .attachment('my-data.json')
      .send(`${JSON.stringify(data, null, 2)}\n`);
  });

  router.get('/:token/address', (req, res) => drawAddress(req, res, { asked: req.query.asked === '1' }));

  router.post('/:token/address', limitPerNetwork(10, 60), ownBody(), async (req, res) => {
    const reader = await readerOf(req);
    try {
      await askForNewAddress(reader, parseInput(linkInput, req.body).email, context);
      res.redirect(303, `${req.baseUrl}${req.path}?asked=1`);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const said = error.fields[0] ?? error;
      await drawAddress(req, res.status(statusOf(error)), { email: typed(req.body?.email), error: said });
    }
  });

  router.get('/:token/erase', async (req, res) => {
    const reader = await readerOf(req);
    const data = { language: languageFor(reader, activeOf(reader)), email: reader.email };
    await showOwn(res, context, 'erase', { ...data, action: pathOf(req), preferencesUrl: back(req) });
  });

  router.post('/:token/erase', ownBody(), async (req, res) => {
    const { id, email } = await readerOf(req);
    await eraseReader(id, email, context);
    res.redirect(303, `${req.baseUrl}/erased`);
  });

  async function drawAddress(req: Request, res: Response, said: object): Promise<void> {
    const reader = await readerOf(req);
    const language = languageFor(reader, activeOf(reader));
    const data = { language, current: reader.email, action: pathOf(req), preferencesUrl: back(req) };
    await showOwn(res, context, 'address', { ...data, ...said });
  }

  const readerOf = (req: Request): Promise<Subscriber> => readerBehind(tokenOf(req), context.clock.now(), context);

  return router;
}

const pathOf = (req: Request): string => `${req.baseUrl}${req.path}`;
const back = (req: Request): string => `${req.baseUrl}/${encodeURIComponent(tokenOf(req))}`;

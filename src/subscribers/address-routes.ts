import { Router } from 'express';
import { type OwnPageNeeds, ownBody, showOwn, tokenOf } from '../platform/http/own-page.ts';
import { keepAddress, moveAddress, readKeep, readMove } from './change-address.ts';

type Needs = OwnPageNeeds & Parameters<typeof moveAddress>[1];

/** The link that was sent to a new address: GET shows a button, POST moves the reader there. */
export function newAddresses(context: Needs): Router {
  const router = Router();
  router.get('/:token', async (req, res) => {
    const { newEmail, movedAt } = await readMove(tokenOf(req), context);
    const title = movedAt ? 'Your address is changed' : 'Confirm your new address';
    await showOwn(res, context, 'new-address', { title, newEmail, moved: Boolean(movedAt), action: req.originalUrl });
  });
  router.post('/:token', ownBody(), async (req, res) => {
    const { newEmail } = await moveAddress(tokenOf(req), context);
    await showOwn(res, context, 'new-address', { title: 'Your address is changed', newEmail, moved: true });
  });
  return router;
}

/** The link that was sent to the old one: GET shows a button, POST stops the change or undoes it. */
export function keptAddresses(context: Needs): Router {
  const router = Router();
  router.get('/:token', async (req, res) => {
    const { oldEmail, movedAt, stoppedAt } = await readKeep(tokenOf(req), context);
    const data = { oldEmail, moved: Boolean(movedAt), kept: Boolean(stoppedAt), action: req.originalUrl };
    await showOwn(res, context, 'old-address', { title: 'Keep your address', ...data });
  });
  router.post('/:token', ownBody(), async (req, res) => {
    const { oldEmail } = await keepAddress(tokenOf(req), context);
    await showOwn(res, context, 'old-address', { title: 'Your address stays', oldEmail, kept: true });
  });
  return router;
}

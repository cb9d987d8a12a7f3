import { type Response, Router } from 'express';
import { type OwnPageNeeds, ownBody, showOwn, tokenOf } from '../platform/http/own-page.ts';
import { KEEP_DAYS } from './account-mail.ts';
import type { AddressChange } from './address-store.ts';
import { keepAddress, moveAddress, readKeep, readMove } from './change-address.ts';

type Needs = OwnPageNeeds & Parameters<typeof moveAddress>[1];

/** The link that was sent to a new address: GET shows a button, POST moves the reader there. */
export function newAddresses(context: Needs): Router {
  const router = Router();
  router.get('/:token', async (req, res) => {
    const change = await readMove(tokenOf(req), context);
    const moved = Boolean(change.movedAt);
    await showNew(res, change, { moved, action: req.originalUrl });
  });
  router.post('/:token', ownBody(), async (req, res) => {
    await showNew(res, await moveAddress(tokenOf(req), context), { moved: true });
  });

  const showNew = (res: Response, { language, newEmail }: AddressChange, said: { moved: boolean; action?: string }) => {
    const titled = said.moved ? 'address.moved-title' : 'address.move-title';
    return showOwn(res, context, 'new-address', { language, titled, newEmail, ...said });
  };
  return router;
}

/** The link that was sent to the old one: GET shows a button, POST stops the change or undoes it. */
export function keptAddresses(context: Needs): Router {
  const router = Router();
  router.get('/:token', async (req, res) => {
    const change = await readKeep(tokenOf(req), context);
    const { movedAt, stoppedAt } = change;
    await showOld(res, change, { moved: Boolean(movedAt), kept: Boolean(stoppedAt), action: req.originalUrl });
  });
  router.post('/:token', ownBody(), async (req, res) => {
    await showOld(res, await keepAddress(tokenOf(req), context), { kept: true });
  });

  const showOld = (
    res: Response,
    { language, oldEmail }: AddressChange,
    said: { kept: boolean; [name: string]: unknown },
  ) => {
    const titled = said.kept ? 'address.kept-title' : 'address.keep-title';
    return showOwn(res, context, 'old-address', { language, titled, oldEmail, keepDays: KEEP_DAYS, ...said });
  };
  return router;
}

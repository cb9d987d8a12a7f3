import { type Response, Router } from 'express';
import { parseInput } from '../platform/http/input.ts';
import { requireScope } from '../platform/http/scopes.ts';
import { alertInput, startAlert } from './start-alert.ts';
import { digestInput, startDigest } from './start-digest.ts';

type Needs = Parameters<typeof startAlert>[2] & Parameters<typeof startDigest>[2];

export function editionsApi(context: Needs): Router {
  const router = Router();

  router.post('/alerts', requireScope('alerts:write'), async (req, res) => {
    const id = await startAlert(parseInput(alertInput, req.body), res.locals.requestKey ?? null, context);
    accepted(res, id);
  });

  router.post('/editions', requireScope('editions:write'), async (req, res) => {
    const id = await startDigest(parseInput(digestInput, req.body), res.locals.requestKey ?? null, context);
    accepted(res, id);
  });

  return router;
}

const accepted = (res: Response, id: number): void => {
  res.status(202).location(`/api/v1/editions/${id}`).json({ id });
};

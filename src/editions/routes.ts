import { type Response, Router } from 'express';
import { parseInput } from '../platform/http/input.ts';
import { requireScope } from '../platform/http/scopes.ts';
import { alertInput, startAlert } from './start-alert.ts';
import { digestInput, startDigest } from './start-digest.ts';

type Needs = Parameters<typeof startAlert>[2] & Parameters<typeof startDigest>[2];

export function editionsApi(context: Needs): Router {
  const router = Router();

  router.post('/alerts', requireScope('alerts:write', 'alert.release'), async (req, res) => {
    const input = parseInput(alertInput, req.body);
    const id = await startAlert(input, res.locals.requestKey ?? null, context);
    res.locals.noted = { after: input };
    accepted(res, id);
  });

  router.post('/editions', requireScope('editions:write', 'edition.start'), async (req, res) => {
    const input = parseInput(digestInput, req.body);
    const id = await startDigest(input, res.locals.requestKey ?? null, context);
    res.locals.noted = { after: input };
    accepted(res, id);
  });

  return router;
}

const accepted = (res: Response, id: number): void => {
  res.status(202).location(`/api/v1/editions/${id}`).json({ id });
};

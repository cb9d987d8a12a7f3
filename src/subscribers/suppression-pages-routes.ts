import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { oneLine } from '../kernel/one-line.ts';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { pageOf, parseInput, typed } from '../platform/http/input.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import { liftSuppression, suppressAddress, suppressionOf } from './suppress-address.ts';
import type { Suppression } from './suppression-store.ts';

type Needs = Parameters<typeof consolePage>[0] & Parameters<typeof suppressAddress>[2] & { audit: Audit };

const SHOWN = 50;
const why = z.object({ reason: oneLine(200) });

/** Addresses that are never mailed: one can be checked, added or lifted by whoever knows it, and none can be read. */
export function suppressionPages(context: Needs): Router {
  const { suppressions, audit } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/suppressions', async (req, res) => {
    const address = typed(req.query.address).trim();
    const check = async () => {
      const found = address ? await suppressionOf(address, context) : undefined;
      await draw(req, res, { address, checked: address !== '', found: found && row(found), done: doneOf(req, res) });
    };
    await orSay(res, check, ({ error }) => draw(req, res, { address, checkError: error }));
  });

  router.post('/suppressions', requireRole('admin'), async (req, res) => {
    const [address, reason] = [typed(req.body?.address), typed(req.body?.reason)];
    const acts = async () => {
      const { id, ...after } = await suppressAddress(address, parseInput(why, { reason }).reason, context);
      await audit.note({ ...actorOf(req, res), act: 'suppression.add', subject: `suppression ${id}`, after });
      done(res, '/console/suppressions', 'suppression.add');
    };
    await orSay(res, acts, ({ error, errors }) =>
      draw(req, res, { addError: error, errors, adding: { address, reason } }),
    );
  });

  router.post('/suppressions/lift', requireRole('admin'), async (req, res) => {
    const address = typed(req.body?.address);
    const acts = async () => {
      const { id, ...before } = await liftSuppression(address, context);
      await audit.note({ ...actorOf(req, res), act: 'suppression.lift', subject: `suppression ${id}`, before });
      done(res, '/console/suppressions', 'suppression.lift');
    };
    await orSay(res, acts, ({ error }) => draw(req, res, { liftError: error, lifting: { address } }));
  });

  async function draw(req: Request, res: Response, said: object): Promise<void> {
    const { after: before } = pageOf(req);
    const listed = await suppressions.list(before || null, SHOWN);
    const next = listed.length === SHOWN ? listed.at(-1)?.id : undefined;
    await show(res, 'suppressions', {
      ...{ title: 'Suppressions', at: 'suppressions', suppressions: listed.map(row), next },
      ...said,
    });
  }

  return router;
}

const row = ({ id, reason, at }: Suppression) => ({ id, reason, at: at.toISOString() });

import { Router } from 'express';
import { done } from '../platform/http/done.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import { readDesk } from './digest-desk.ts';
import { nameOf } from './digest-issue.ts';
import { isWrong } from './preflight/check.ts';
import { checkDigest } from './preflight/check-digest.ts';

type Needs = Parameters<typeof checkDigest>[1] & { audit: Audit };

/** A digest looked at before its time, because an editor wants to know. */
export function preflightPages(context: Needs): Router {
  const router = Router();

  router.post('/digests/:newsletter/:issue/checks', requireRole('editor'), async (req, res) => {
    const desk = await readDesk(String(req.params.newsletter), String(req.params.issue), context);
    const checks = await checkDigest(desk, context);
    const subject = `digest ${desk.newsletter.slug} ${nameOf(desk.plan)}`;
    const wrong = checks.filter(isWrong).map(({ what }) => what);
    await context.audit.note({ ...actorOf(req, res), act: 'digest.check', subject, after: { wrong } });
    done(res, `/console/digests/${desk.newsletter.slug}/${nameOf(desk.plan)}`, 'digest.check');
  });

  return router;
}

import { type Request, type RequestHandler, type Response, Router, raw } from 'express';
import { Invalid } from '../kernel/errors.ts';
import { proofOf } from '../platform/http/limits.ts';
import { type OwnPageNeeds, showOwn, tokenOf } from '../platform/http/own-page.ts';
import { wantsPage } from '../platform/http/problem.ts';
import { sendAccountMail } from '../platform/queue/jobs.ts';
import type { Jobs } from '../platform/queue/producer.ts';
import { type LeavingInput, readLeaving } from './leaving-input.ts';
import type { LeavingStore } from './leaving-store.ts';
import { goneView, leftView, stayedView, unsubscribeView } from './leaving-view.ts';
import { stayPaused, stayWeekly, undoStay } from './stay.ts';
import type { ConsentProof } from './subscriber.ts';
import { type Gone, type Leaving, readUnsubscribe, undoUnsubscribe, unsubscribe } from './unsubscribe.ts';

type Needs = Parameters<typeof unsubscribe>[3] &
  Parameters<typeof undoStay>[3] &
  OwnPageNeeds & {
    leavings: Pick<LeavingStore, 'sayWhy' | 'wantGoodbye'>;
    jobs: Jobs;
    baseUrl: string;
  };

/** Links in mails are opened by scanners too: GET shows a button, POST acts. */
export function unsubscriptions(context: Needs): Router {
  const { leavings, jobs, clock } = context;
  const router = Router();

  router.get('/:token', async (req, res) => {
    const leaving = await readUnsubscribe(tokenOf(req), context);
    if (!leaving) return showOwn(res, context, 'unsubscribed', goneView());
    await showOwn(res, context, 'unsubscribe', unsubscribeView(leaving, req.originalUrl, context));
  });

  // RFC 8058: any POST to the link ends the subscription, whatever its body is; no cookie, no redirect.
  router.post('/:token', anyBody(), async (req, res) => {
    const input = readLeaving(req.get('Content-Type'), Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0));
    if (stays.includes(input.choice)) return stay(req, res, input);
    const leaving = await act(tokenOf(req), input, proofFor(req, input));
    if (input.oneClick && !asksForPage(req, input)) return void res.type('text').send('You are unsubscribed.\n');
    if (!leaving) return showOwn(res, context, 'unsubscribed', goneView());
    await showOwn(res, context, 'unsubscribed', leftView(leaving, req.originalUrl, input, context));
  });

  function act(token: string, input: LeavingInput, proof: ConsentProof): Promise<Leaving | Gone> {
    if (input.choice === 'undo') return undoUnsubscribe(token, input.scope, proof, context);
    if (input.choice === 'why') return hear(token, input);
    return unsubscribe(token, input.choice === 'all' ? 'all' : 'this', proof, context);
  }

  /** On other terms, and back again; a date that will not do is said beside its field. */
  async function stay(req: Request, res: Response, input: LeavingInput): Promise<void> {
    const leaving = await readUnsubscribe(tokenOf(req), context);
    if (!leaving) return showOwn(res, context, 'unsubscribed', goneView());
    const { method: _, ...proof } = proofFor(req, input);
    try {
      const stayed = await change(leaving, input, proof);
      const now = (await readUnsubscribe(tokenOf(req), context)) ?? leaving;
      if (stayed) return showOwn(res, context, 'stayed', stayedView(now, req.originalUrl, stayed));
      if (input.choice === 'undo-stay')
        return showOwn(res, context, 'unsubscribed', leftView(now, req.originalUrl, input, context));
      await showOwn(res, context, 'unsubscribe', unsubscribeView(now, req.originalUrl, context));
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      res.status(400);
      await showOwn(res, context, 'unsubscribe', {
        ...unsubscribeView(leaving, req.originalUrl, context),
        ...{ error: error.fields[0]?.message, date: input.until },
      });
    }
  }

  async function change(leaving: Leaving, input: LeavingInput, proof: Omit<ConsentProof, 'method'>) {
    if (input.choice === 'less') return stayWeekly(leaving, proof, context);
    if (input.choice === 'pause') return stayPaused(leaving, input, proof, context);
    await undoStay(leaving, input.was, proof, context);
    return undefined;
  }

  /** What they say on the way out; nothing of it is asked for twice. */
  async function hear(token: string, { reason, remark, goodbye }: LeavingInput): Promise<Leaving | Gone> {
    const leaving = await readUnsubscribe(token, context);
    if (!leaving) return null;
    if (reason || remark) await leavings.sayWhy(leaving.reader.id, reason, remark, clock.now());
    const now = clock.now();
    const since = new Date(now.getTime() - ONE_A_DAY_MS);
    const mailId = goodbye ? await leavings.wantGoodbye(leaving.reader.id, since, now) : undefined;
    if (mailId) await jobs.wake(sendAccountMail, { mailId });
    return leaving;
  }

  const proofFor = (req: Request, { oneClick }: LeavingInput): ConsentProof => ({
    ...proofOf(req),
    // Without the token: a record is read by others, and the link is a key.
    ...(oneClick ? { wording: 'List-Unsubscribe=One-Click' } : { pageUrl: `${context.baseUrl}/unsubscribe` }),
    method: oneClick ? 'one-click' : 'link',
  });

  return router;
}

const stays: LeavingInput['choice'][] = ['less', 'pause', 'undo-stay'];

const LARGEST = '1mb';
const ONE_A_DAY_MS = 86_400_000;

/** The body as it came. One that cannot be read does not keep anybody from leaving: it says nothing. */
function anyBody(): RequestHandler {
  const read = raw({ type: () => true, limit: LARGEST });
  return (req, res, next) => read(req, res, () => next());
}

/** A browser that sent an empty form is shown the page; a mailbox, whatever it accepts, is told in a line. */
const asksForPage = (req: Request, { mailbox }: LeavingInput): boolean => !mailbox && wantsPage(req);

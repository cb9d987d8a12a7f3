import { type Request, type RequestHandler, type Response, Router } from 'express';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { idFrom, pageOf, typed } from '../platform/http/input.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import { askAgain } from '../subscribers/ask-again.ts';
import { endSubscription } from '../subscribers/end-subscription.ts';
import { eraseReader } from '../subscribers/erase-reader.ts';
import { readTrace } from './read-trace.ts';
import { traceView } from './view.ts';

type Needs = Parameters<typeof consolePage>[0] &
  Parameters<typeof readTrace>[2] &
  Parameters<typeof endSubscription>[2] &
  Parameters<typeof askAgain>[1] &
  Parameters<typeof eraseReader>[2] & { audit: Audit };

/** One reader: what they agreed to, what they were sent, and why not; and what staff may do for them. */
export function tracePages(context: Needs): Router {
  const { audit, newsletters } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/readers/:id', (req, res) => draw(req, res, { done: doneOf(req, res) }));

  router.post(
    '/readers/:id/unsubscribe',
    requireRole('editor'),
    act('reader.unsubscribe', async (id, req) => {
      const newsletterId = idFrom(typed(req.body?.newsletter), 'newsletter');
      const { slug, state } = await endSubscription(id, newsletterId, context);
      return { before: { newsletter: slug, state }, after: { newsletter: slug, state: 'unsubscribed' } };
    }),
  );
  router.post(
    '/readers/:id/confirmation',
    requireRole('editor'),
    act('reader.ask-again', async (id) => {
      await askAgain(id, context);
      return {};
    }),
  );
  router.post(
    '/readers/:id/erase',
    requireRole('admin'),
    act(
      'reader.erase',
      async (id, req) => ({ before: { address: await eraseReader(id, typed(req.body?.address), context) } }),
      () => '/console/readers',
    ),
  );

  /** Does it, writes it down, and shows the reader again; what is refused is said there. */
  function act(
    name: string,
    does: (id: number, req: Request) => Promise<{ before?: object; after?: object }>,
    then = (id: number) => `/console/readers/${id}`,
  ): RequestHandler {
    return async (req, res) => {
      const id = idOf(req);
      const acts = async () => {
        const change = await does(id, req);
        await audit.note({ ...actorOf(req, res), act: name, subject: `reader ${id}`, ...change });
        done(res, then(id), name);
      };
      await orSay(res, acts, (said) => draw(req, res, { ...said, refused: name, typed: typed(req.body?.address) }));
    };
  }

  async function draw(req: Request, res: Response, said: object): Promise<void> {
    const { after: before } = pageOf(req);
    const q = typed(req.query.edition).trim();
    const asked = { before: before || null, editionId: numberIn(q) };
    const [trace, brand] = await Promise.all([readTrace(idOf(req), asked, context), newsletters.brand()]);
    const view = traceView(trace, brand, context.clock.now());
    await show(res, 'reader', { ...view, title: trace.reader.email, at: 'readers', q, before, ...said });
  }

  return router;
}

const idOf = (req: Request): number => idFrom(req.params.id, 'reader');

const LONGEST_NUMBER = 9;

/** `41`, `no. 41` or `#41`; null where no edition is named. */
function numberIn(text: string): number | null {
  const digits = /^(?:no\.?\s*|#)?(\d+)$/i.exec(text)?.[1];
  return digits && digits.length <= LONGEST_NUMBER ? Number(digits) : null;
}

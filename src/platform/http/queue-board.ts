import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Queue } from 'bullmq';
import { type RequestHandler, Router } from 'express';
import { queues as declared, type QueueName } from '../queue/queues.ts';
import { type Audit, actorOf, requireRole } from './staff.ts';

interface Needs {
  producer: { queues: Map<QueueName, Queue> };
  audit: Audit;
}

const AT = '/console/queues';

/** It styles itself from scripts. Nothing of it may come from, or go, anywhere else. */
const POLICY = [
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self';",
  "connect-src 'self'; worker-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
].join(' ');

/** bull-board for admins: what waits, what failed and why, and trying it again. Jobs carry ids, so it shows no reader. */
export function queueBoard({ producer, audit }: Needs): Router {
  const adapter = new HomelyAdapter();
  adapter.setBasePath(AT);
  createBullBoard({
    queues: [...producer.queues].map(([name, queue]) => new BullMQAdapter(queue, { description: declared[name].why })),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        ...{ boardTitle: 'Queues', hideDocsLink: true, miscLinks: [{ text: 'Back to the console', url: '/console' }] },
        favIcon: { default: '/assets/icon.svg', alternative: '/assets/icon.svg' },
      },
    },
  });
  const router = Router();
  router.use('/queues', requireRole('admin'), policy, writtenDown(audit), adapter.getRouter());
  return router;
}

const policy: RequestHandler = (_req, res, next) => {
  res.set('Content-Security-Policy', POLICY);
  next();
};

/** Before it is done, since the board answers by itself. */
const writtenDown =
  (audit: Audit): RequestHandler =>
  async (req, res, next) => {
    if (['GET', 'HEAD'].includes(req.method)) return next();
    const [, queue] = /^\/api\/queues\/([a-z]+)\//.exec(req.path) ?? [];
    const after = { method: req.method, path: req.path.slice(0, 200) };
    await audit.note({ ...actorOf(req, res), act: 'queue.change', ...(queue && { subject: `queue ${queue}` }), after });
    next();
  };

/** Its page asks a font service for letters; ours come from the reader's own machine. */
class HomelyAdapter extends ExpressAdapter {
  constructor() {
    super();
    this.app.disable('x-powered-by');
  }

  override setEntryRoute({ route, handler }: Parameters<ExpressAdapter['setEntryRoute']>[0]): ExpressAdapter {
    this.app.get(route, (_req, res, next) => {
      const { name, params } = handler({ basePath: this.basePath, uiConfig: this.uiConfig });
      res.render(name, params, (error, html) => {
        if (error) return next(error);
        res.send(html.replace(/<link[^>]*\shref="https?:[^>]*>/g, ''));
      });
    });
    return this;
  }
}

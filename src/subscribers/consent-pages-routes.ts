import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { type Request, type RequestHandler, Router } from 'express';
import { NotFound } from '../kernel/errors.ts';
import { idFrom } from '../platform/http/input.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import { consentColumns, consentJson } from './consent-record.ts';
import type { ConsentStore } from './consent-store.ts';
import type { SubscriberStore } from './store.ts';

interface Needs {
  consents: Pick<ConsentStore, 'ofReader'>;
  subscribers: Pick<SubscriberStore, 'byId'>;
  audit: Audit;
}

const BATCH = 1000;

/** One reader's consents, whole, to be taken away: by who must prove them, or for the reader who asks. */
export function consentPages({ consents, subscribers, audit }: Needs): Router {
  const router = Router();

  router.get(
    '/readers/:id/consents.json',
    requireRole('editor'),
    exported('json', (id) => Readable.from(asJson(id))),
  );
  router.get(
    '/readers/:id/consents.csv',
    requireRole('editor'),
    exported('csv', (id) => {
      const rows = stringify({ header: true, columns: consentColumns, escape_formulas: true });
      return Readable.from(recordOf(id)).pipe(rows);
    }),
  );

  function exported(type: 'json' | 'csv', write: (id: number) => Readable): RequestHandler {
    return async (req, res) => {
      const id = idFrom((req as Request<{ id: string }>).params.id, 'reader');
      if (!(await subscribers.byId(id))) throw new NotFound('reader');
      res.set('Cache-Control', 'no-store').type(type).attachment(`consents-of-reader-${id}.${type}`);
      // Only what is taken away is written down; a HEAD takes nothing.
      if (req.method === 'HEAD') return void res.end();
      await audit.note({ ...actorOf(req, res), act: 'reader.export-consents', subject: `reader ${id}` });
      // No faster than it is taken away: anybody may fill a reader's record by typing the address into a form.
      await pipeline(write(id), res).catch((error) => {
        if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
      });
    };
  }

  async function* recordOf(id: number) {
    for (let after = 0; ; ) {
      const page = await consents.ofReader(id, after, BATCH);
      yield* page.map(consentJson);
      after = page.at(-1)?.id ?? 0;
      if (page.length < BATCH) return;
    }
  }

  async function* asJson(id: number) {
    let before = '[\n';
    for await (const consent of recordOf(id)) {
      yield before + JSON.stringify(consent);
      before = ',\n';
    }
    yield before === '[\n' ? '[]\n' : '\n]\n';
  }

  return router;
}

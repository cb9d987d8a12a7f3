import { Router } from 'express';
import { NotFound } from '../kernel/errors.ts';
import { idFrom, paged, pageOf } from '../platform/http/input.ts';
import { requireScope } from '../platform/http/scopes.ts';
import { cancelEdition } from './cancel-edition.ts';
import { pauseEdition, resumeEdition } from './pause-edition.ts';
import { deliveryJson, editionJson } from './view.ts';

type Needs = Parameters<typeof cancelEdition>[1] & Parameters<typeof resumeEdition>[1];

export function deliveriesApi(context: Needs): Router {
  const router = Router();

  router.get('/editions/:id', requireScope('editions:read'), async (req, res) => {
    const edition = await context.reports.edition(idFrom(req.params.id, 'edition'));
    if (!edition) throw new NotFound('edition');
    res.json(editionJson(edition));
  });

  router.get('/editions/:id/deliveries', requireScope('editions:read'), async (req, res) => {
    const id = idFrom(req.params.id, 'edition');
    const { after, limit } = pageOf(req);
    if (!(await context.reports.edition(id))) throw new NotFound('edition');
    const rows = await context.reports.deliveries(id, after, limit);
    res.json(paged(rows.map(deliveryJson), limit, (last) => last.subscriber_id));
  });

  router.post('/alerts/:id/cancel', requireScope('alerts:write', 'edition.cancel'), async (req, res) => {
    const id = idFrom(req.params.id, 'alert');
    if ((await context.reports.edition(id))?.kind !== 'alert') throw new NotFound('alert');
    res.json(editionJson(await cancelEdition(id, context)));
  });

  const acts = { cancel: cancelEdition, pause: pauseEdition, resume: resumeEdition };
  for (const [name, act] of Object.entries(acts)) {
    router.post(`/editions/:id/${name}`, requireScope('editions:write', `edition.${name}`), async (req, res) => {
      res.json(editionJson(await act(idFrom(req.params.id, 'edition'), context)));
    });
  }

  return router;
}

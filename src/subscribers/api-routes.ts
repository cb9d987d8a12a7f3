import { Router } from 'express';
import { z } from 'zod';
import { NotFound } from '../kernel/errors.ts';
import { accepts, idFrom, paged, pageOf, parseInput } from '../platform/http/input.ts';
import { requireScope } from '../platform/http/scopes.ts';
import { consentJson } from './consent-record.ts';
import type { ConsentStore } from './consent-store.ts';
import { importSubscribers } from './import-subscribers.ts';
import type { SubscriberStore } from './store.ts';
import type { Subscriber } from './subscriber.ts';

type Needs = Parameters<typeof importSubscribers>[2] & {
  subscribers: SubscriberStore;
  consents: Pick<ConsentStore, 'ofReader'>;
};

const importQuery = z.object({
  newsletter: z.string({ error: 'name the newsletter: ?newsletter=daily&consent=…' }),
  consent: z.string({ error: 'say where the consent came from: ?consent=…' }).trim().min(3).max(1000),
});

export function subscribersApi(context: Needs): Router {
  const router = Router();

  const mayImport = requireScope('subscribers:write', 'reader.import');
  router.post('/subscribers/import', mayImport, accepts('text/csv'), async (req, res) => {
    const input = parseInput(importQuery, req.query);
    const { errors, ...counts } = await importSubscribers(req, input, context);
    // A file that brings nobody has changed nothing.
    const after = counts.imported > 0 ? { consent: input.consent, ...counts } : {};
    res.locals.noted = { subject: `newsletter ${input.newsletter}`, after };
    res.json({ ...counts, errors });
  });

  router.get('/subscribers/:id', requireScope('subscribers:read'), async (req, res) => {
    const reader = await context.subscribers.byId(idFrom(req.params.id, 'subscriber'));
    if (!reader) throw new NotFound('subscriber');
    res.json(subscriberJson(reader));
  });

  router.get('/subscribers/:id/consents', requireScope('subscribers:read'), async (req, res) => {
    const id = idFrom(req.params.id, 'subscriber');
    const { after, limit } = pageOf(req);
    if (!(await context.subscribers.byId(id))) throw new NotFound('subscriber');
    res.json(paged((await context.consents.ofReader(id, after, limit)).map(consentJson), limit, (last) => last.id));
  });

  router.delete('/subscribers/:id', requireScope('subscribers:write', 'reader.erase'), async (req, res) => {
    if (!(await context.subscribers.erase(idFrom(req.params.id, 'subscriber')))) throw new NotFound('subscriber');
    res.sendStatus(204);
  });

  return router;
}

const subscriberJson = (reader: Subscriber) => ({
  id: reader.id,
  email: reader.email,
  time_zone: reader.timeZone,
  language: reader.language,
  subscriptions: reader.subscriptions.map(({ slug, state, nextDueAt }) => ({
    newsletter: slug,
    state,
    next_due_at: nextDueAt?.toISOString() ?? null,
  })),
});

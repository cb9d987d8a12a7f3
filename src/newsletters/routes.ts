import { Router } from 'express';
import { NotFound } from '../kernel/errors.ts';
import { idFrom, paged, pageOf, parseInput } from '../platform/http/input.ts';
import { requireScope } from '../platform/http/scopes.ts';
import { type Form, formChange, formJson, newForm } from './form.ts';
import { newNewsletter, newsletterChange, newsletterJson } from './newsletter.ts';
import { changeForm, makeForm, readForm } from './save-form.ts';
import { changeNewsletter, makeNewsletter } from './save-newsletter.ts';
import type { NewsletterStore } from './store.ts';

type Needs = Parameters<typeof changeNewsletter>[2] & { newsletters: NewsletterStore };

export function newslettersApi(context: Needs): Router {
  const { newsletters } = context;
  const router = Router();

  router.get('/newsletters', requireScope('newsletters:read'), async (req, res) => {
    const { after, limit } = pageOf(req);
    const found = await newsletters.all(after, limit);
    res.json(paged(found.map(newsletterJson), limit, (last) => last.id));
  });

  router.post('/newsletters', requireScope('newsletters:write'), async (req, res) => {
    res.status(201).json(newsletterJson(await makeNewsletter(parseInput(newNewsletter, req.body), context)));
  });

  router.get('/newsletters/:slug', requireScope('newsletters:read'), async (req, res) => {
    const found = await newsletters.bySlug(String(req.params.slug));
    if (!found) throw new NotFound('newsletter');
    res.json(newsletterJson(found));
  });

  router.patch('/newsletters/:slug', requireScope('newsletters:write'), async (req, res) => {
    const change = parseInput(newsletterChange, req.body);
    res.json(newsletterJson(await changeNewsletter(String(req.params.slug), change, context)));
  });

  router.get('/forms', requireScope('forms:read'), async (req, res) => {
    const { after, limit } = pageOf(req);
    res.json(paged((await newsletters.forms(after, limit)).map(fullJson), limit, (last) => last.id));
  });

  router.post('/forms', requireScope('forms:write'), async (req, res) => {
    res.status(201).json(fullJson(await makeForm(parseInput(newForm, req.body), context)));
  });

  router.get('/forms/:id', requireScope('forms:read'), async (req, res) => {
    res.json(fullJson(await readForm(idFrom(req.params.id, 'form'), context)));
  });

  router.patch('/forms/:id', requireScope('forms:write'), async (req, res) => {
    const id = idFrom(req.params.id, 'form');
    res.json(fullJson(await changeForm(id, parseInput(formChange, req.body), context)));
  });

  return router;
}

const fullJson = (form: Form) => ({ ...formJson(form), version: form.version, allowed_origins: form.allowedOrigins });

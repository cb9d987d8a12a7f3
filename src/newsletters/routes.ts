import { type Request, Router } from 'express';
import { NotFound } from '../kernel/errors.ts';
import { differing } from '../platform/http/form-fields.ts';
import { idFrom, paged, pageOf, parseInput } from '../platform/http/input.ts';
import { requireScope } from '../platform/http/scopes.ts';
import { type Form, formChange, formJson, formWords, newForm } from './form.ts';
import { type Newsletter, newNewsletter, newsletterChange, newsletterJson } from './newsletter.ts';
import { changeForm, makeForm, readForm } from './save-form.ts';
import { changeNewsletter, makeNewsletter } from './save-newsletter.ts';
import type { NewsletterStore } from './store.ts';

type Needs = Parameters<typeof changeNewsletter>[2] & { newsletters: NewsletterStore };

export function newslettersApi(context: Needs): Router {
  const { newsletters } = context;
  const router = Router();

  router.get('/newsletters', requireScope('newsletters:read'), async (req, res) => {
    const { after, limit } = pageOf(req);
    const listed = await newsletters.all(after, limit);
    res.json(paged(listed.map(newsletterJson), limit, (last) => last.id));
  });

  router.post('/newsletters', requireScope('newsletters:write', 'newsletter.create'), async (req, res) => {
    const after = newsletterJson(await makeNewsletter(parseInput(newNewsletter, req.body), context));
    res.locals.noted = { after };
    res.status(201).json(after);
  });

  router.get('/newsletters/:slug', requireScope('newsletters:read'), async (req, res) => {
    res.json(newsletterJson(await found(req)));
  });

  router.patch('/newsletters/:slug', requireScope('newsletters:write', 'newsletter.change'), async (req, res) => {
    const change = parseInput(newsletterChange, req.body);
    const stands = await found(req);
    const changed = newsletterJson(await changeNewsletter(stands.slug, change, context));
    res.locals.noted = differing(newsletterJson(stands), changed);
    res.json(changed);
  });

  router.get('/forms', requireScope('forms:read'), async (req, res) => {
    const { after, limit } = pageOf(req);
    res.json(paged((await newsletters.forms(after, limit)).map(fullJson), limit, (last) => last.id));
  });

  router.post('/forms', requireScope('forms:write', 'form.create'), async (req, res) => {
    const made = await makeForm(parseInput(newForm, req.body), context);
    res.locals.noted = { after: formWords(made) };
    res.status(201).json(fullJson(made));
  });

  router.get('/forms/:id', requireScope('forms:read'), async (req, res) => {
    res.json(fullJson(await readForm(idFrom(req.params.id, 'form'), context)));
  });

  router.patch('/forms/:id', requireScope('forms:write', 'form.change'), async (req, res) => {
    const change = parseInput(formChange, req.body);
    const stands = await readForm(idFrom(req.params.id, 'form'), context);
    const changed = await changeForm(stands.id, change, context);
    res.locals.noted = differing(formWords(stands), formWords(changed));
    res.json(fullJson(changed));
  });

  async function found(req: Request): Promise<Newsletter> {
    const newsletter = await newsletters.bySlug(String(req.params.slug));
    if (!newsletter) throw new NotFound('newsletter');
    return newsletter;
  }

  return router;
}

const fullJson = (form: Form) => ({
  ...formJson(form),
  ...{ version: form.version, proof_of_work: form.proofOfWork, allowed_origins: form.allowedOrigins },
});

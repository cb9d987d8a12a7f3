import { Router } from 'express';
import { DomainError, Invalid, NotFound } from '../kernel/errors.ts';
import { idFrom, paged, pageOf, parseInput } from '../platform/http/input.ts';
import { requireScope } from '../platform/http/scopes.ts';
import { type Form, formChange, formJson, newForm } from './form.ts';
import { type Newsletter, newNewsletter, newsletterChange, newsletterJson } from './newsletter.ts';
import type { NewsletterStore } from './store.ts';

interface Needs {
  newsletters: NewsletterStore;
  /** Moves readers' next slots to a changed time of day. */
  reschedule(newsletter: Newsletter): Promise<void>;
}

export function newslettersApi({ newsletters, reschedule }: Needs): Router {
  const router = Router();

  router.get('/newsletters', requireScope('newsletters:read'), async (req, res) => {
    const { after, limit } = pageOf(req);
    const found = await newsletters.all(after, limit);
    res.json(paged(found.map(newsletterJson), limit, (last) => last.id));
  });

  router.post('/newsletters', requireScope('newsletters:write'), async (req, res) => {
    const made = await newsletters.create(parseInput(newNewsletter, req.body));
    if (!made) throw new DomainError('slug-taken', 'conflict', 'There is already a newsletter with that slug.');
    res.status(201).json(newsletterJson(made));
  });

  router.get('/newsletters/:slug', requireScope('newsletters:read'), async (req, res) => {
    const found = await newsletters.bySlug(String(req.params.slug));
    if (!found) throw new NotFound('newsletter');
    res.json(newsletterJson(found));
  });

  router.patch('/newsletters/:slug', requireScope('newsletters:write'), async (req, res) => {
    const change = parseInput(newsletterChange, req.body);
    const changed = await newsletters.change(String(req.params.slug), change);
    if (!changed) throw new NotFound('newsletter');
    if (change.send_at) await reschedule(changed);
    res.json(newsletterJson(changed));
  });

  router.get('/forms', requireScope('forms:read'), async (req, res) => {
    const { after, limit } = pageOf(req);
    res.json(paged((await newsletters.forms(after, limit)).map(fullJson), limit, (last) => last.id));
  });

  router.post('/forms', requireScope('forms:write'), async (req, res) => {
    const input = parseInput(newForm, req.body);
    await mustExist(input.newsletters);
    res.status(201).json(await shown(await newsletters.createForm(input)));
  });

  router.get('/forms/:id', requireScope('forms:read'), async (req, res) => {
    res.json(await shown(idFrom(req.params.id, 'form')));
  });

  router.patch('/forms/:id', requireScope('forms:write'), async (req, res) => {
    const id = idFrom(req.params.id, 'form');
    const input = parseInput(formChange, req.body);
    await mustExist(input.newsletters ?? []);
    if (!(await newsletters.changeForm(id, input))) throw new NotFound('form');
    res.json(await shown(id));
  });

  async function shown(id: number) {
    const form = await newsletters.form(id);
    if (!form) throw new NotFound('form');
    return fullJson(form);
  }

  async function mustExist(slugs: string[]): Promise<void> {
    const known = new Set((await newsletters.all()).map(({ slug }) => slug));
    const unknown = slugs.filter((slug) => !known.has(slug));
    if (unknown.length === 0) return;
    throw new Invalid(unknown.map((slug) => ({ field: 'newsletters', message: `there is no newsletter "${slug}"` })));
  }

  return router;
}

const fullJson = (form: Form) => ({ ...formJson(form), version: form.version, allowed_origins: form.allowedOrigins });

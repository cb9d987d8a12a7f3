import { type Request, type Response, Router } from 'express';
import { consolePage, orSay } from '../platform/http/console-page.ts';
import { done, doneOf } from '../platform/http/done.ts';
import { differing, field, fromForm, keptFrom } from '../platform/http/form-fields.ts';
import { idFrom, pageOf, parseInput } from '../platform/http/input.ts';
import { type Audit, actorOf, requireRole } from '../platform/http/staff.ts';
import { brandIn } from '../platform/view/brand.ts';
import { type Form, formChange, formWords, languageOfForm, newForm } from './form.ts';
import { changeForm, makeForm, readForm } from './save-form.ts';
import type { NewsletterStore } from './store.ts';
import { embedOf, formRow, offers, versionRow } from './view.ts';

type Needs = Parameters<typeof consolePage>[0] & { newsletters: NewsletterStore; audit: Audit; baseUrl: string };

const fields = {
  title: field.text,
  button: field.text,
  consent_text: field.text,
  consent_link_text: field.orNull,
  consent_link_url: field.orNull,
  name_field: field.text,
  success_title: field.text,
  success_text: field.text,
  proof_of_work: field.text,
  newsletters: field.several,
  topics: field.lines,
  allowed_origins: field.lines,
};

const SHOWN = 50;
const TOPICS_NAMED = 12;

/** The sign-up forms: what they say, what they offer, where they may stand, and how they get there. */
export function formPages(context: Needs): Router {
  const { newsletters, pages, audit, baseUrl } = context;
  const show = consolePage(context);
  const router = Router();

  router.get('/forms', async (req, res) => {
    const listed = await newsletters.forms(pageOf(req).after, SHOWN);
    const next = listed.length === SHOWN ? listed.at(-1)?.id : undefined;
    await show(res, 'forms', { title: 'Forms', at: 'forms', forms: listed.map(formRow), next });
  });

  router.get('/forms/new', requireRole('admin'), (_req, res) => drawNew(res, { values: newForm.partial().parse({}) }));

  router.post('/forms', requireRole('admin'), async (req, res) => {
    const acts = async () => {
      const made = await makeForm(parseInput(newForm, fromForm(fields, req.body)), context);
      await note(req, res, 'form.create', made.id, { after: formWords(made) });
      done(res, `/console/forms/${made.id}`, 'made');
    };
    await orSay(res, acts, (said) => drawNew(res, { ...said, values: keptFrom(fields, req.body) }));
  });

  router.get('/forms/:id', (req, res) => draw(req, res, { done: doneOf(req, res) }));

  router.post('/forms/:id', requireRole('admin'), async (req, res) => {
    const stands = await readForm(idOf(req), context);
    const acts = async () => {
      const change = differing(formWords(stands), parseInput(formChange, fromForm(fields, req.body)));
      if (Object.keys(change.after).length > 0) {
        const { version } = await changeForm(stands.id, change.after, context);
        const { before, after } = change;
        await note(req, res, 'form.change', stands.id, {
          ...{ before: { version: stands.version, ...before }, after: { version, ...after } },
        });
      }
      done(res, `/console/forms/${stands.id}`, 'saved');
    };
    await orSay(res, acts, (said) => draw(req, res, { ...said, values: keptFrom(fields, req.body) }));
  });

  const note = (req: Request, res: Response, act: string, id: number, change: object) =>
    audit.note({ ...actorOf(req, res), act, subject: `form ${id}`, ...change });

  async function draw(req: Request, res: Response, said: object): Promise<void> {
    const form = await readForm(idOf(req), context);
    const { allowed_origins, topics, ...words } = formWords(form);
    const values = { ...words, allowed_origins: allowed_origins.join('\n'), topics: topics.join('\n') };
    const versions = (await newsletters.formVersions(form.id, SHOWN)).map(versionRow);
    const embed = embedOf(form, baseUrl);
    const plain = await plainForm(form, `${embed.url}/sign-ups`);
    await drawForm(res, { title: form.title, form, versions, embed, plain, values, ...said });
  }

  /** On its own, for it speaks the form's language, and the page around it does not. */
  const plainForm = async (form: Form, action: string): Promise<string> =>
    pages.render('plain-form', { brand: brandIn(await newsletters.brand(), languageOfForm(form)), form, action });

  const drawNew = (res: Response, said: { values: object }) => drawForm(res, { title: 'New form', ...said });

  async function drawForm(
    res: Response,
    data: { title: string; values: { newsletters?: unknown }; [name: string]: unknown },
  ): Promise<void> {
    const [all, topics] = await Promise.all([newsletters.all(), newsletters.firstTopics(TOPICS_NAMED)]);
    const places = offers(all, data.values);
    await show(res, 'form-settings', { at: 'forms', newsletters: all, places, topics: topics.join(', '), ...data });
  }

  return router;
}

const idOf = (req: Request): number => idFrom(req.params.id, 'form');

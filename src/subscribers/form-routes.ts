import { json, type Request, type RequestHandler, type Response, Router, urlencoded } from 'express';
import { DomainError, Invalid, NotFound } from '../kernel/errors.ts';
import { formJson } from '../newsletters/form.ts';
import { accepts, idFrom, parseInput, typed } from '../platform/http/input.ts';
import { limitPerNetwork, proofOf } from '../platform/http/limits.ts';
import { asksForJson, wantsPage } from '../platform/http/problem.ts';
import type { Pages } from '../platform/view/pages.ts';
import { signUp, signUpInput } from './sign-up.ts';
import { formView } from './view.ts';

type Needs = Parameters<typeof signUp>[3] & {
  pages: Pages;
  baseUrl: string;
  mailbox: { pageUrl: string } | undefined;
};

const BODY = '32kb';

/** The hosted form, its JSON for embed.js, and the sign-up itself. */
export function forms(context: Needs): Router {
  const router = Router();
  router.use('/:id', crossOrigin(context));

  router.get('/:id', async (req, res) => {
    const form = await found(req);
    if (asksForJson(req)) return void res.json(formJson(form));
    const brand = await context.newsletters.brand();
    res.send(await context.pages.render('form', { brand, title: form.title, form: formView(form) }));
  });

  router.get('/:id/check-your-inbox', async (req, res) => {
    const { successTitle: title, successText: text } = await found(req);
    const data = { brand: await context.newsletters.brand(), title, text, mailboxUrl: context.mailbox?.pageUrl };
    res.send(await context.pages.render('check-your-inbox', data));
  });

  router.post(
    '/:id/sign-ups',
    limitPerNetwork(60, 60),
    accepts('application/json', 'application/x-www-form-urlencoded'),
    json({ limit: BODY }),
    urlencoded({ limit: BODY, extended: false, parameterLimit: 50 }),
    async (req, res) => {
      const formId = idFrom(req.params.id, 'form');
      try {
        const input = parseInput(signUpInput, req.body);
        await signUp(formId, input, { pageUrl: input.page_url ?? req.get('Referer'), ...proofOf(req) }, context);
      } catch (error) {
        if (error instanceof Invalid && wantsPage(req)) return redraw(req, res, error);
        throw error;
      }
      if (wantsPage(req)) return res.redirect(303, `/forms/${formId}/check-your-inbox`);
      res.status(202).json({ status: 'check-your-inbox' });
    },
  );

  async function found(req: Request) {
    const form = await context.newsletters.form(idFrom(req.params.id, 'form'));
    if (!form) throw new NotFound('form');
    return form;
  }

  /** The form again, with what was typed and what is wrong beside its field. */
  async function redraw(req: Request, res: Response, error: Invalid): Promise<void> {
    const shown = await found(req);
    const errors = Object.fromEntries(error.fields.map(({ field, message }) => [field.split('.')[0], message]));
    const { email, name, time_zone } = req.body ?? {};
    const values = { email: typed(email), name: typed(name), timeZone: typed(time_zone) };
    const data = { brand: await context.newsletters.brand(), title: shown.title, values, errors };
    const picked = (name: string) => [req.body?.[name] ?? []].flat().map(String);
    const form = formView(shown, picked('newsletters'), picked('topics'));
    res.status(400).send(await context.pages.render('form', { ...data, form }));
  }

  return router;
}

/** The embedded form lives on other origins; the form says which. Nothing here depends on cookies. */
function crossOrigin({ newsletters, baseUrl }: Needs): RequestHandler {
  return async (req, res, next) => {
    const origin = req.get('Origin');
    const form = origin ? await newsletters.form(idFrom(req.params.id, 'form')) : undefined;
    const allowed = form && (form.allowedOrigins.length === 0 || form.allowedOrigins.includes(origin ?? ''));
    res.vary('Origin');
    if (origin && allowed) {
      res.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Headers': 'Content-Type, Accept' });
    }
    const ours = [new URL(baseUrl).origin, `${req.protocol}://${req.headers.host}`];
    if (req.method === 'POST' && origin && form && !allowed && !ours.includes(origin)) {
      throw new DomainError('origin-not-allowed', 'forbidden', 'This form may not be used on that site.');
    }
    if (req.method !== 'OPTIONS') return next();
    res.set({ 'Access-Control-Allow-Methods': 'GET, POST', 'Access-Control-Max-Age': '600' }).sendStatus(204);
  };
}

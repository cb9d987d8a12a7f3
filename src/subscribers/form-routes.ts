import { setTimeout } from 'node:timers/promises';
import {
  type ErrorRequestHandler,
  json,
  type Request,
  type RequestHandler,
  type Response,
  Router,
  urlencoded,
} from 'express';
import { DomainError, Invalid, NotFound } from '../kernel/errors.ts';
import { embeddedForm } from '../newsletters/embedded-form.ts';
import { type Form, languageOfForm } from '../newsletters/form.ts';
import { accepts, idFrom, parseInput, typed } from '../platform/http/input.ts';
import { limitPerAddress, limitPerNetwork, outerNetworkOf, proofOf } from '../platform/http/limits.ts';
import { asksForJson, speakIn, statusOf, wantsPage } from '../platform/http/problem.ts';
import { type Brand, brandIn } from '../platform/view/brand.ts';
import type { Messages } from '../platform/view/messages.ts';
import type { Pages } from '../platform/view/pages.ts';
import { ProofWanted } from './abuse/proof-of-work.ts';
import type { Screen } from './abuse/screen.ts';
import { pageUrl, signUp, signUpInput } from './sign-up.ts';
import { formView } from './view.ts';

type Needs = Parameters<typeof signUp>[3] & {
  screen: Pick<Screen, 'token'>;
  pages: Pages;
  messages: Messages;
  baseUrl: string;
  mailbox: { pageUrl: string } | undefined;
};

/**
 * No sign-up is answered sooner: without it a thousand of them tell 0.03 ms between an address that is new and one that
 * is not. With many at once each takes longer than this anyway.
 */
const SOONEST_MS = 20;
const BODY = '32kb';
const ANSWER = JSON.stringify({ status: 'check-your-inbox' });

/** The hosted form, its JSON for embed.js, and the sign-up itself. */
export function forms(context: Needs): Router {
  const router = Router();
  router.use('/:id', crossOrigin(context));

  router.get('/:id', async (req, res) => {
    const form = await found(req);
    const token = context.screen.token(form.id);
    // The token says when it was handed out, so nobody shall be handed another's.
    res.set('Cache-Control', 'no-store');
    const brand = await brandOf(form, context);
    if (asksForJson(req)) return void res.json({ ...embeddedForm(form, brand.locale, context.messages), token });
    res.send(await context.pages.render('form', { brand, title: form.title, token, form: formView(form) }));
  });

  router.get('/:id/check-your-inbox', async (req, res) => {
    const form = await found(req);
    const { successTitle: title, successText: text } = form;
    const data = { brand: await brandOf(form, context), title, text, mailboxUrl: context.mailbox?.pageUrl };
    res.send(await context.pages.render('check-your-inbox', data));
  });

  router.post(
    '/:id/sign-ups',
    limitPerAddress(30, 60),
    limitPerNetwork(60, 60),
    accepts('application/json', 'application/x-www-form-urlencoded'),
    json({ limit: BODY }),
    urlencoded({ limit: BODY, extended: false, parameterLimit: 50 }),
    async (req, res) => {
      const formId = idOf(req);
      try {
        const input = parseInput(signUpInput, asSent(req));
        const proof = { pageUrl: input.page_url ?? pageUrl.parse(req.get('Referer')), ...proofOf(req) };
        const done = signUp(formId, input, { network: outerNetworkOf(req), ...proof }, context);
        await Promise.all([done, setTimeout(SOONEST_MS)]);
      } catch (error) {
        if ((error instanceof Invalid || error instanceof ProofWanted) && wantsPage(req))
          return redraw(req, res, error);
        throw error;
      }
      if (wantsPage(req)) return res.redirect(303, `/forms/${formId}/check-your-inbox`);
      // Always the same, so it is not written, hashed and compared anew each time.
      res.status(202).set('Content-Type', 'application/json; charset=utf-8').end(ANSWER);
    },
  );

  async function found(req: Request) {
    const form = await context.kept.form(idOf(req));
    if (!form) throw new NotFound('sign-up form');
    return form;
  }

  /** The form again, with what was typed and what is wrong beside its field, or the puzzle that is to be solved. */
  async function redraw(req: Request, res: Response, error: Invalid | ProofWanted): Promise<void> {
    const shown = await found(req);
    const sent = asSent(req);
    const brand = await brandOf(shown, context);
    const wrong = context.messages.wordedFields(brand.locale, error.fields);
    const errors = Object.fromEntries(wrong.map(({ field, message }) => [field.split('.')[0], message]));
    const values = {
      email: typed(sent.email),
      name: typed(sent.name),
      timeZone: typed(sent.time_zone),
      sure: typed(sent.sure),
    };
    const { suggestion, challenge } = error.members;
    const asked = { suggestion, challenge: challenge && JSON.stringify(challenge) };
    const token = typed(sent.token) || context.screen.token(shown.id);
    const data = { brand, title: shown.title, values, errors, token, ...asked };
    const picked = (name: string) => [sent[name] ?? []].flat().map((slug) => typed(slug));
    const form = formView(shown, picked('newsletters'), picked('topics'));
    res.status(statusOf(error));
    res.send(await context.pages.render('form', { ...data, form }));
  }

  router.use('/:id', inItsLanguage(context));
  return router;
}

const idOf = ({ params }: Request): number => idFrom(params.id, 'sign-up form');

const brandOf = async (form: Form | undefined, { kept }: Pick<Needs, 'kept'>): Promise<Brand> =>
  brandIn(await kept.brand(), languageOfForm(form));

/** What goes wrong is said in the form's language, to programs too: embed.js shows what it is told. */
function inItsLanguage(context: Needs): ErrorRequestHandler {
  return async (error, req, res, next) => {
    try {
      const form = await context.kept.form(idOf(req)).catch(() => undefined);
      speakIn(res, (await brandOf(form, context)).locale);
    } catch {
      // Without the database nobody knows the language, and what went wrong is to be told all the same.
    }
    next(error);
  };
}

/** The page's button “Use ann@gmail.com” says so in a field of its own, beside the one that was typed in. */
function asSent({ body }: Request): Record<string, unknown> {
  const { instead, ...sent } = (body ?? {}) as Record<string, unknown>;
  return instead === undefined ? sent : { ...sent, email: instead };
}

/** The embedded form lives on other origins; the form says which. Nothing here depends on cookies. */
function crossOrigin({ kept, baseUrl }: Needs): RequestHandler {
  return async (req, res, next) => {
    const origin = req.get('Origin');
    const form = origin ? await kept.form(idOf(req)) : undefined;
    // That there is no such form may be read anywhere: embed.js says so.
    const allowed = !form?.allowedOrigins.length || form.allowedOrigins.includes(origin ?? '');
    res.vary('Origin');
    if (origin && allowed) {
      res.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Headers': 'Content-Type, Accept' });
    }
    const ours = [new URL(baseUrl).origin, `${req.protocol}://${req.headers.host}`];
    if (req.method === 'POST' && origin && !allowed && !ours.includes(origin)) {
      throw new DomainError('origin-not-allowed', 'forbidden', 'form.other-site');
    }
    if (req.method !== 'OPTIONS') return next();
    res.set({ 'Access-Control-Allow-Methods': 'GET, POST', 'Access-Control-Max-Age': '600' }).sendStatus(204);
  };
}

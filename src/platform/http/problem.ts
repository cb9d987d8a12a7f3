import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import {
  DomainError,
  type FieldError,
  Invalid,
  inOneLine,
  type Meaning,
  NotFound,
  type Values,
} from '../../kernel/errors.ts';
import { FALLBACK } from '../../kernel/language.ts';
import type { Log } from '../../kernel/log.ts';
import { type Brand, brandIn } from '../view/brand.ts';
import type { Messages } from '../view/messages.ts';
import type { Pages } from '../view/pages.ts';

/** The one place where what an error means becomes a status code. */
const statuses: Record<Meaning, number> = {
  invalid: 400,
  unauthorised: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  unsupported: 415,
  'too-many': 429,
  unavailable: 503,
};

export const statusOf = ({ meaning }: DomainError): number => statuses[meaning];

const titles: Record<number, string> = {
  400: 'problem.invalid',
  401: 'An API key is needed',
  403: 'problem.forbidden',
  404: 'problem.not-found',
  409: 'problem.conflict',
  410: 'problem.gone',
  413: 'problem.too-large',
  415: 'problem.unsupported',
  429: 'problem.too-many',
  500: 'problem.ours',
  503: 'problem.unavailable',
};

/** RFC 9457 problem details. */
interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: FieldError[];
}

/** Titles and details are keys or words, as those of errors. */
interface Found {
  status: number;
  detail: string;
  code: string;
  values?: Values;
}

interface Needs {
  pages: Pages;
  messages: Messages;
  brand(): Promise<Brand>;
  log: Log;
}

export const notFound: RequestHandler = () => {
  throw new NotFound('page');
};

/** Answers every error: problem+json for programs, a page that says what to do for browsers. */
export function problem({ pages, messages, brand, log }: Needs): ErrorRequestHandler {
  return async (error, req, res, _next) => {
    const found = translate(error);
    if (found.status >= 500)
      log.error({ err: error, method: req.method, path: withoutSeal(req.path) }, 'request failed');
    if (res.headersSent) return void res.destroy();
    res.status(found.status);
    const say = (locale: string) => describe(error, found, { inside: isInside(req), locale, messages });
    if (!wantsPage(req)) return void res.type('application/problem+json').json(say(spokenBy(res) ?? FALLBACK));
    const spoken = brandIn(await brand(), isInside(req) ? FALLBACK : spokenBy(res));
    await sendPage(res, say(spoken.locale), spoken, isInside(req), pages);
  };
}

/** What goes wrong from here on is said in this language: to readers their newsroom speaks, to programs English. */
export const speakIn = (res: Response, locale: string): void => {
  res.locals.spoken = locale;
};

const spokenBy = (res: Response): string | undefined => res.locals.spoken;

/** A link is a key: what makes it one stays out of logs. */
const withoutSeal = (path: string): string => path.replace(/~[\w-]{22}(?![\w-])/g, '~…');

/** For an answer to a deed: programs that do not say what they want get JSON. */
export const wantsPage = (req: Request): boolean =>
  !req.originalUrl.startsWith('/api/') && req.accepts(['json', 'html']) === 'html';

/** For something to look at: JSON only when asked for. */
export const asksForJson = (req: Request): boolean => req.accepts(['html', 'json']) === 'json';

/** In the console nobody signs up, and nobody needs a key. */
const isInside = (req: Request): boolean => /^\/console(?=[/?]|$)/.test(req.originalUrl);

const wayBack = ({ status }: Problem) => ({
  href: '/console',
  label: status === 401 ? 'Sign in' : 'Back to the console',
});

/** Whoever comes by a link that does not work may have one that does sent to them. */
const LINK_CODES = ['token-forged', 'token-expired', 'change-over', 'link-left-behind'];

async function sendPage(res: Response, shown: Problem, brand: Brand, inside: boolean, pages: Pages): Promise<void> {
  const { title, status, detail: message, errors: fields = [] } = shown;
  const back = inside ? wayBack(shown) : undefined;
  const mayAsk = !inside && LINK_CODES.includes(shown.code);
  res.type('html').send(await pages.render('problem', { brand, title, status, message, fields, back, mayAsk }));
}

interface Telling {
  inside: boolean;
  locale: string;
  messages: Pick<Messages, 'worded' | 'wordedFields'>;
}

function describe(error: unknown, found: Found, { inside, locale, messages }: Telling): Problem {
  const { status, detail, code, values } = found;
  const { fields, members } = error instanceof DomainError ? error : { fields: [], members: {} };
  const errors = messages.wordedFields(locale, fields);
  const title = inside && status === 401 ? 'Sign in first' : (titles[status] ?? 'problem.other');
  return {
    type: 'about:blank',
    title: messages.worded(locale, title),
    status,
    detail: error instanceof Invalid ? inOneLine(errors) : messages.worded(locale, detail, values),
    code,
    ...(errors.length > 0 && { errors }),
    ...members,
  };
}

function translate(error: unknown): Found {
  if (error instanceof DomainError) {
    return { status: statusOf(error), detail: error.message, code: error.code, values: error.values };
  }
  return fromBodyParser(error) ?? fromPostgres(error) ?? { status: 500, detail: 'problem.again', code: 'internal' };
}

/** body-parser's errors carry a `type`; its own words are for programmers, so ours replace them. */
function fromBodyParser(error: unknown): Found | undefined {
  const type = (error as { type?: unknown } | null)?.type;
  const known: Record<string, { status: number; detail: string }> = {
    'entity.parse.failed': { status: 400, detail: 'The body is not valid JSON.' },
    'entity.too.large': { status: 413, detail: 'problem.large-body' },
    'encoding.unsupported': { status: 415, detail: 'Send the body without that content encoding.' },
    'charset.unsupported': { status: 415, detail: 'Send the body as UTF-8.' },
    'parameters.too.many': { status: 413, detail: 'problem.many-fields' },
    'request.aborted': { status: 400, detail: 'The request ended before its body did.' },
    'request.size.invalid': { status: 400, detail: 'The body is not as long as Content-Length says.' },
  };
  const found = typeof type === 'string' ? known[type] : undefined;
  if (found) return { ...found, code: String(type) };
  if (error instanceof URIError) return { status: 400, detail: 'problem.bad-address', code: 'bad-uri' };
  // What unpacking a body throws carries zlib's code and no type.
  if ((error as { status?: unknown } | null)?.status === 400)
    return { status: 400, detail: 'The body cannot be read.', code: 'bad-body' };
  return undefined;
}

// character_not_in_repertoire and untranslatable_character: text from outside that no column can hold.
const UNSTORABLE = ['22021', '22P05'];

function fromPostgres(error: unknown): Found | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code !== 'string' || !UNSTORABLE.includes(code)) return undefined;
  return { status: 400, detail: 'problem.null-characters', code: 'bad-text' };
}

import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { DomainError, type FieldError, type Meaning, NotFound } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Brand } from '../view/brand.ts';
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
  400: 'That does not look right',
  401: 'An API key is needed',
  403: 'That is not allowed',
  404: 'Not found',
  409: 'That no longer fits',
  410: 'This link has expired',
  413: 'That is too much',
  415: 'That kind of content is not understood',
  429: 'Too many requests',
  500: 'Something went wrong on our side',
  503: 'Not available right now',
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

interface Needs {
  pages: Pages;
  brand(): Promise<Brand>;
  log: Log;
}

export const notFound: RequestHandler = () => {
  throw new NotFound('page');
};

/** Answers every error: problem+json for programs, a page that says what to do for browsers. */
export function problem({ pages, brand, log }: Needs): ErrorRequestHandler {
  return async (error, req, res, _next) => {
    const shown = describe(error, isInside(req));
    if (shown.status >= 500)
      log.error({ err: error, method: req.method, path: withoutSeal(req.path) }, 'request failed');
    if (res.headersSent) return void res.destroy();
    res.status(shown.status);
    if (wantsPage(req)) return sendPage(res, shown, isInside(req), { pages, brand });
    res.type('application/problem+json').json(shown);
  };
}

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
const LINK_CODES = ['token-forged', 'token-expired', 'change-over'];

async function sendPage(res: Response, shown: Problem, inside: boolean, { pages, brand }: Omit<Needs, 'log'>) {
  const { title, status, detail: message } = shown;
  const link = inside
    ? wayBack(shown)
    : LINK_CODES.includes(shown.code) && { href: '/my-link', label: 'Email me my link' };
  const data = { brand: await brand(), title, status, message, ...(link && { link }) };
  res.type('html').send(await pages.render('problem', { ...data, fields: shown.errors ?? [] }));
}

function describe(error: unknown, inside: boolean): Problem {
  const { status, detail, code, fields } = translate(error);
  const title = (inside && status === 401 && 'Sign in first') || (titles[status] ?? 'Something is not right');
  const members = error instanceof DomainError ? error.members : {};
  return { type: 'about:blank', title, status, detail, code, ...(fields.length > 0 && { errors: fields }), ...members };
}

function translate(error: unknown): { status: number; detail: string; code: string; fields: FieldError[] } {
  if (error instanceof DomainError) {
    return { status: statusOf(error), detail: error.message, code: error.code, fields: error.fields };
  }
  return (
    fromBodyParser(error) ??
    fromPostgres(error) ?? { status: 500, detail: 'Please try again in a moment.', code: 'internal', fields: [] }
  );
}

/** body-parser's errors carry a `type`; its own words are for programmers, so ours replace them. */
function fromBodyParser(error: unknown) {
  const type = (error as { type?: unknown } | null)?.type;
  const known: Record<string, { status: number; detail: string }> = {
    'entity.parse.failed': { status: 400, detail: 'The body is not valid JSON.' },
    'entity.too.large': { status: 413, detail: 'The body is larger than this address accepts.' },
    'encoding.unsupported': { status: 415, detail: 'Send the body without that content encoding.' },
    'charset.unsupported': { status: 415, detail: 'Send the body as UTF-8.' },
    'parameters.too.many': { status: 413, detail: 'There are too many fields in the form.' },
    'request.aborted': { status: 400, detail: 'The request ended before its body did.' },
    'request.size.invalid': { status: 400, detail: 'The body is not as long as Content-Length says.' },
  };
  const found = typeof type === 'string' ? known[type] : undefined;
  if (found) return { ...found, code: String(type), fields: [] };
  if (error instanceof URIError)
    return { status: 400, detail: 'The address is malformed.', code: 'bad-uri', fields: [] };
  // What unpacking a body throws carries zlib's code and no type.
  if ((error as { status?: unknown } | null)?.status === 400)
    return { status: 400, detail: 'The body cannot be read.', code: 'bad-body', fields: [] };
  return undefined;
}

// character_not_in_repertoire and untranslatable_character: text from outside that no column can hold.
const UNSTORABLE = ['22021', '22P05'];

function fromPostgres(error: unknown) {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code !== 'string' || !UNSTORABLE.includes(code)) return undefined;
  return { status: 400, detail: 'Leave null characters out of the text.', code: 'bad-text', fields: [] };
}

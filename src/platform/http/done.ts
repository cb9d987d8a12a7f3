import type { Request, Response } from 'express';

const NAME = 'daybreak.done';
/** Long enough for a redirect over a bad line. */
const SECONDS = 60;

/**
 * Leads on to a page, and has it say once what was done. It travels in a cookie: what stood in the address would be said
 * to whoever follows such a link, though nothing was done at all.
 * @param place a path, which shows it by `doneOf`
 */
export function done(res: Response, place: string, what: string): void {
  res.cookie(NAME, `${place} ${what}`, { ...scope(res.req), maxAge: SECONDS * 1000 });
  res.redirect(303, place);
}

/** What was just done, for this page to say; it is said once. */
export function doneOf(req: Request, res: Response): string | undefined {
  const [place, what] = kept(req).split(' ');
  // Another tab may come first.
  if (place !== req.baseUrl + req.path || !what) return undefined;
  res.clearCookie(NAME, scope(req));
  return what;
}

const scope = ({ secure }: Request) => ({ path: '/console', httpOnly: true, sameSite: 'strict' as const, secure });

function kept({ headers: { cookie = '' } }: Request): string {
  const value = cookie
    .split('; ')
    .find((pair) => pair.startsWith(`${NAME}=`))
    ?.slice(NAME.length + 1);
  try {
    return decodeURIComponent(value ?? '');
  } catch {
    return '';
  }
}

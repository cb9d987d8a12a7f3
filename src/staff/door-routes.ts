import type { Request, RequestHandler, Response } from 'express';
import { DomainError } from '../kernel/errors.ts';
import { wantsPage } from '../platform/http/problem.ts';
import type { Door } from './door.ts';

class NotSignedIn extends DomainError {
  constructor() {
    super('not-signed-in', 'unauthorised', 'Sign in to the console first: your session has ended.');
  }
}

/** Lets staff in, and shows everybody else where to sign in. Whoever is no longer staff is out with the next request. */
export function signedIn({ door }: { door: Pick<Door, 'whoIs'> }): RequestHandler {
  return async (req, res, next) => {
    const { value: staff, cookies } = await door.whoIs(req.headers);
    keep(res, cookies);
    if (!staff) return askToSignIn(req, res);
    res.locals.staff = staff;
    res.locals.stillIn = async () => (await door.whoIs(req.headers)).value?.role === staff.role;
    next();
  };
}

function askToSignIn(req: Request, res: Response): void {
  if (req.method !== 'GET' || !wantsPage(req)) throw new NotSignedIn();
  res.redirect(303, `/console/sign-in?to=${encodeURIComponent(req.originalUrl)}`);
}

export const keep = (res: Response, cookies: string[]): void => {
  if (cookies.length > 0) res.append('Set-Cookie', cookies);
};

/** A page of the console to go on to; anything else a link may name leads home. */
export function placeToGo(asked: unknown): string {
  if (typeof asked !== 'string' || !URL.canParse(asked, HERE)) return '/console';
  const { origin, pathname, search } = new URL(asked, HERE);
  const inside = origin === HERE && /^\/console(\/|$)/.test(pathname) && !pathname.startsWith('/console/sign-in');
  return inside ? pathname + search : '/console';
}

const HERE = 'http://here.invalid';

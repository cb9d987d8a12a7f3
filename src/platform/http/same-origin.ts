import type { Request, RequestHandler } from 'express';
import { DomainError } from '../../kernel/errors.ts';

class CrossSite extends DomainError {
  constructor() {
    super(
      'cross-site',
      'forbidden',
      'This came from another site, so nothing was done. Open the console and try again.',
    );
  }
}

/**
 * Whatever changes something must come from a page of ours. Browsers say where a request comes from, and pages cannot
 * forge it (Fetch Metadata; the Origin header, RFC 6454); a request that says neither is no browser's form.
 */
export function sameOrigin({ baseUrl }: { baseUrl: string }): RequestHandler {
  const ours = new URL(baseUrl).origin;
  return (req, _res, next) => {
    if (['GET', 'HEAD'].includes(req.method) || isOurs(req, ours)) return next();
    throw new CrossSite();
  };
}

function isOurs(req: Request, ours: string): boolean {
  const site = req.get('Sec-Fetch-Site');
  if (site) return site === 'same-origin';
  return req.get('Origin') === ours;
}

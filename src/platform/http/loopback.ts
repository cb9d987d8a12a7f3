import type { RequestHandler } from 'express';
import { NotFound } from '../../kernel/errors.ts';

/**
 * Until staff can sign in, the console answers on this machine only, and only where nothing is configured. The Host
 * check keeps out pages of other sites that point a name of theirs at 127.0.0.1.
 */
export function loopbackOnly({ config }: { config: { databaseUrl?: string | undefined } }): RequestHandler {
  return (req, _res, next) => {
    const fromHere = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(req.socket.remoteAddress ?? '');
    const toHere = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(req.hostname ?? '');
    if (fromHere && toHere && !config.databaseUrl && !req.get('X-Forwarded-For')) return next();
    throw new NotFound('page');
  };
}

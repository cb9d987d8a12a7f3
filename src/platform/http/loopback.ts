import type { Request } from 'express';

/**
 * True for a visitor on this machine, where nothing is configured. The Host check keeps out pages of other sites that
 * point a name of theirs at 127.0.0.1; it reads the header itself, whatever proxies are trusted.
 */
export function isAtHome(req: Request, config: { databaseUrl?: string | undefined }): boolean {
  const fromHere = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(req.socket.remoteAddress ?? '');
  const toHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(req.headers.host ?? '');
  const forwarded = 'x-forwarded-for' in req.headers || 'x-forwarded-host' in req.headers || 'forwarded' in req.headers;
  return fromHere && toHere && !forwarded && !config.databaseUrl;
}

import type { RequestHandler } from 'express';
import { DomainError } from '../../kernel/errors.ts';

const areas = ['articles', 'sources', 'newsletters', 'forms', 'subscribers', 'editions', 'alerts', 'webhooks'] as const;
export const scopes: readonly string[] = areas.flatMap((area) => [`${area}:read`, `${area}:write`]);

export interface ApiCaller {
  keyId: number;
  scopes: string[];
}

declare global {
  namespace Express {
    interface Locals {
      caller?: ApiCaller;
      /** Unique per API key and `Idempotency-Key`; absent when the client sent none. */
      requestKey?: string;
    }
  }
}

export function requireScope(scope: string): RequestHandler {
  return (_req, res, next) => {
    const { caller } = res.locals;
    if (caller?.scopes.includes(scope)) return next();
    throw new DomainError('scope-missing', 'forbidden', `This API key lacks the scope ${scope}.`);
  };
}

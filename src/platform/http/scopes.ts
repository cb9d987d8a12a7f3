import type { RequestHandler } from 'express';
import { DomainError } from '../../kernel/errors.ts';

const areas = ['articles', 'sources', 'newsletters', 'forms', 'subscribers', 'editions', 'alerts', 'webhooks'] as const;
export const scopes: readonly string[] = areas.flatMap((area) => [`${area}:read`, `${area}:write`]);

type Area = (typeof areas)[number];

export interface ApiCaller {
  keyId: number;
  name: string;
  scopes: string[];
}

/** What the audit log is to say of an act over the API beside its name. */
export interface Noted {
  /** Unless it is named by the act and the path, such as `edition 12`. */
  subject?: string;
  before?: object;
  /** Empty where nothing has changed after all. */
  after?: object;
}

declare global {
  namespace Express {
    interface Locals {
      caller?: ApiCaller;
      /** Unique per API key and `Idempotency-Key`; absent when the client sent none. */
      requestKey?: string;
      /** What this request does, by the name the console has for it; null for what is not written down. */
      act?: string | null;
      noted?: Noted;
    }
  }
}

/** Whatever may change something says which act it is, so that none goes unwritten. */
export function requireScope(scope: `${Area}:read`): RequestHandler;
export function requireScope(scope: `${Area}:write`, act: string | null): RequestHandler;
export function requireScope(scope: string, act: string | null = null): RequestHandler {
  return (_req, res, next) => {
    const { caller } = res.locals;
    res.locals.act = act;
    if (caller?.scopes.includes(scope)) return next();
    throw new DomainError('scope-missing', 'forbidden', `This API key lacks the scope ${scope}.`);
  };
}

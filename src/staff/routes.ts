import { createHash } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { DomainError, Invalid } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { truncatedIp } from '../platform/http/limits.ts';
import { hashKey } from './add-api-key.ts';
import type { Act, AuditStore } from './audit-store.ts';
import type { StaffStore } from './store.ts';

/** Lets in whoever holds a key; what the key may do is checked route by route. */
export function apiKey({ staff }: { staff: StaffStore }): RequestHandler {
  return async (req, res, next) => {
    const [scheme, key] = (req.get('Authorization') ?? '').split(' ');
    const found = scheme?.toLowerCase() === 'bearer' && key ? await staff.apiKey(hashKey(key)) : undefined;
    if (!found) {
      res.set('WWW-Authenticate', 'Bearer');
      throw new DomainError('api-key-needed', 'unauthorised', 'Send a valid API key: `Authorization: Bearer …`.');
    }
    res.locals.caller = { keyId: found.id, name: found.name, scopes: found.scopes };
    next();
  };
}

const LONGEST = 200;

/**
 * `Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header): the second request with a key gets the first
 * one's answer and does nothing. Editions are also unique by key in the database, so a crash in between adds none.
 */
export function idempotency({ staff }: { staff: StaffStore }): RequestHandler {
  return async (req, res, next) => {
    const key = req.get('Idempotency-Key');
    const { caller } = res.locals;
    // Importing a file twice changes nothing, so a repeated upload is simply read again.
    if (req.method !== 'POST' || !caller || key === undefined || req.is('text/csv')) return next();
    if (!/^[\x20-\x7e]+$/.test(key) || key.length > LONGEST) {
      throw new Invalid([{ field: 'Idempotency-Key', message: `must be 1 to ${LONGEST} printable ASCII characters` }]);
    }
    const first = await staff.beginRequest(caller.keyId, key, fingerprint(req));
    if (!first) return replay(req, res, caller.keyId, key, staff);
    res.locals.requestKey = `${caller.keyId}:${key}`;
    keepWhenAnswered(res, caller.keyId, key, staff);
    next();
  };
}

async function replay(req: Request, res: Response, keyId: number, key: string, staff: StaffStore): Promise<void> {
  const stored = await staff.answerOf(keyId, key);
  if (stored && !stored.requestHash.equals(fingerprint(req))) {
    throw new DomainError('key-reused', 'conflict', 'This Idempotency-Key was used for a different request.');
  }
  if (!stored || stored.status === null) {
    res.set('Retry-After', '1');
    throw new DomainError('in-progress', 'conflict', 'The first request with this Idempotency-Key is still running.');
  }
  res.status(stored.status).set('Idempotency-Replayed', 'true').json(stored.body);
}

/** Before the answer leaves: who saw one can rely on its replay, who saw an error may try again under the same key. */
function keepWhenAnswered(res: Response, keyId: number, key: string, staff: StaffStore): void {
  const send = res.json.bind(res);
  res.json = (body) => {
    const { statusCode: status } = res;
    const kept = status < 400 ? staff.keepAnswer(keyId, key, status, body) : staff.forgetRequest(keyId, key);
    kept.then(
      () => send(body),
      () => send(body),
    );
    return res;
  };
}

/**
 * Writes down what a key has done, before the answer leaves: whoever sees it finds the line. What was refused, and an
 * answer given for the second time, write nothing.
 */
export function writtenDown({ audit, log }: { audit: AuditStore; log: Log }): RequestHandler {
  return (req, res, next) => {
    if (['GET', 'HEAD'].includes(req.method)) return next();
    const [json, end] = [res.json.bind(res), res.end.bind(res) as (...rest: unknown[]) => Response];
    let answer: unknown;
    res.json = (body) => {
      answer = body;
      return json(body);
    };
    res.end = (...rest: unknown[]) => {
      const act = res.statusCode < 400 ? actOf(req, res, answer) : null;
      if (!act) return end(...rest);
      audit
        .note(act)
        .catch((err) => log.error({ err, act }, 'an act over the API could not be written down'))
        .then(() => end(...rest));
      return res;
    };
    next();
  };
}

function actOf(req: Request, res: Response, answer: unknown): Act | null {
  const { caller, act, noted } = res.locals;
  if (!caller || !act || (noted?.after && Object.keys(noted.after).length === 0)) return null;
  const { slug, id } = { ...(answer as object | undefined), ...req.params } as Record<string, unknown>;
  const [what = ''] = act.split('.');
  // As the console has it: an alert is an edition from its first word on.
  const subject = `${what === 'alert' ? 'edition' : what} ${slug ?? id}`;
  const by = { staffId: null, who: `API key "${caller.name}"`, ipTruncated: truncatedIp(req) };
  return { ...by, act, subject, ...noted };
}

/** @throws Invalid for a body that can be read but, so deep is it, not be written down again */
function fingerprint(req: Request): Buffer {
  try {
    const asked = JSON.stringify([req.originalUrl, req.body ?? null]);
    return createHash('sha256').update(asked).digest();
  } catch {
    throw new Invalid([{ field: 'body', message: 'is nested too deeply' }]);
  }
}

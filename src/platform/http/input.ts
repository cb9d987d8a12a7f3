import type { Request, RequestHandler } from 'express';
import type { z } from 'zod';
import { DomainError, Invalid, NotFound } from '../../kernel/errors.ts';

/** @throws Invalid with every field at fault, in words */
export function parseInput<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw new Invalid(parsed.error.issues.map((i) => ({ field: i.path.join('.') || 'body', message: i.message })));
}

const LONGEST_FIELD = 500;
export const LONGEST_URL = 2000;

/** A field of a form or of a query, as text: sent twice, or by a program, it may be anything. */
export const typed = (value: unknown, most = LONGEST_FIELD): string =>
  typeof value === 'string' ? value.slice(0, most) : '';

/** What `integer` holds in PostgreSQL. */
const LARGEST_ID = 2_147_483_647;

/** A positive whole number from a path; anything else names nothing that exists. */
export function idFrom(text: string | string[] | undefined, what: string): number {
  const id = Number(text);
  if (!/^[1-9]\d*$/.test(String(text)) || id > LARGEST_ID) throw new NotFound(what);
  return id;
}

/** Refuses a body in any other media type, before anything else looks at it. */
export function accepts(...types: string[]): RequestHandler {
  return (req, _res, next) => {
    const hasBody = Number(req.headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in req.headers;
    if (!hasBody || req.is(types)) return next();
    throw new DomainError('unsupported-media-type', 'unsupported', `Send the body as ${types.join(' or ')}.`);
  };
}

const PAGE = 50;
const PAGE_MOST = 500;

/** `?cursor=&limit=` of a cursor-paged list; the cursor is the last id seen. */
export function pageOf(req: Request): { after: number; limit: number } {
  const after = Number(req.query.cursor ?? 0);
  const limit = Number(req.query.limit ?? PAGE);
  if (!Number.isInteger(after) || after < 0 || after > LARGEST_ID)
    throw new Invalid([{ field: 'cursor', message: 'is not one of ours' }]);
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MOST) {
    throw new Invalid([{ field: 'limit', message: `must be between 1 and ${PAGE_MOST}` }]);
  }
  return { after, limit };
}

/** One page of a list and the cursor for the next, null at the end. */
export function paged<T>(items: T[], limit: number, cursorOf: (last: T) => number) {
  const last = items.at(-1);
  return { items, next_cursor: items.length === limit && last ? cursorOf(last) : null };
}
